# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding orders, and telling what happened to one."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation.text import sought
from mazot.products.tickets.models import Channel, Entry, Order, Shop, Ticket
from mazot.products.tickets.queries.orders import orders_for
from mazot.tenancy.actor import Actor

DEEDS: dict[str, str | Promise] = {
    "placed": _("Ordered"),
    "paid": _("Paid"),
    "expired": _("Not paid in time"),
    "cancelled": _("Tickets cancelled"),
    "refunded": _("Money paid back"),
    "renamed": _("Name of a ticket changed"),
    "attention": _("Marked for attention"),
    "sent": _("Letter sent"),
}


def found_orders(actor: Actor, shop: Shop, words: str, state: str, channel: str = "") -> QuerySet[Order]:
    """Orders by number, name, address or a ticket's code, in one state or all, of one channel or all; newest first."""
    found = orders_for(actor, shop)
    if state in Order.State.values:
        found = found.filter(state=state)
    if channel in Channel.values:
        found = found.filter(channel=channel)
    if words.strip():
        plain = sought(words)
        found = found.filter(
            Q(number__icontains=words.strip())
            | Q(customer__sought__contains=plain)
            | Q(id__in=shop.orders.filter(tickets__code=words.strip().lower()).values("id"))
        )
    return found


def tickets_counted(orders: Sequence[Order]) -> dict[UUID, int]:
    """How many tickets each of these orders has: asked for a page, and not for every order that is counted."""
    ids = [order.id for order in orders]
    rows = Ticket.objects.filter(order_id__in=ids).values_list("order_id").annotate(count=Count("id")).order_by()
    return {order_id: count for order_id, count in rows if order_id is not None}


def story_of(order: Order) -> list[tuple[Entry, str | Promise]]:
    """Every line of the order's own log with its word, oldest first."""
    rows = Entry.objects.filter(order=order).select_related("by").order_by("at", "id")
    return [(entry, DEEDS.get(entry.what, entry.what)) for entry in rows]
