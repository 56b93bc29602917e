# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding orders, and telling what happened to one."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation.prepared import Prepared
from mazot.foundation.text import sought
from mazot.products.tickets.models import Channel, Entry, Order, Shop, Ticket
from mazot.products.tickets.queries.orders import orders_for
from mazot.products.tickets.rules.currencies import shown
from mazot.tenancy.actor import Actor

DEEDS: dict[str, str | Promise] = {
    "placed": _("Ordered"),
    "paid": _("Paid"),
    "expired": _("Not paid in time"),
    "cancelled": _("Tickets cancelled"),
    "refunded": _("Money paid back"),
    "came_back": _("Money paid back came back"),
    "renamed": _("Name of a ticket changed"),
    "attention": _("Marked for attention"),
    "sent": _("Letter sent"),
    "asked": _("Letter asked for again"),
    "reminded": _("Reminded to pay"),
    "moved": _("Ticket moved to another seat"),
}
NAMED: dict[str, str | Promise] = {
    "placed": _("Order received"),
    "paid": _("Tickets"),
    "expired": _("Not paid in time"),
    "cancelled": _("Cancellation"),
    "attention": _("About a payment"),
    "reminder": _("Reminder to pay"),
    "again": _("Once more"),
}
NUMBERED = re.compile(r"(.+-\d+)-\d{1,3}")  # of a ticket: its order's number and its own


def found_orders(actor: Actor, shop: Shop, words: str, state: str, channel: str = "") -> QuerySet[Order]:
    """Orders by number, name, address or a ticket's code, in one state or all, of one channel or all; newest first."""
    found = orders_for(actor, shop)
    if state in Order.State.values:
        found = found.filter(state=state)
    if channel in Channel.values:
        found = found.filter(channel=channel)
    if words.strip():
        plain = sought(words)
        ticket = NUMBERED.fullmatch(words.strip())
        whole = ticket[1] if ticket and shop.orders.filter(number__iexact=ticket[1]).exists() else words.strip()
        found = found.filter(
            Q(number__icontains=whole)
            | Q(reference=re.sub(r"\s", "", words).upper(), reference__gt="")
            | Q(customer__sought__contains=plain)
            | Q(id__in=shop.orders.filter(tickets__code=words.strip().lower()).values("id"))
        )
    return found


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What a list says of one order; the name is none where nobody is named."""

    id: UUID
    number: str
    total: int
    currency: str
    state: str
    attention: str
    created_at: datetime
    first_name: str | None
    last_name: str | None
    email: str | None
    erased_at: datetime | None

    @property
    def look(self) -> tuple[str, bool]:
        """What its badge depends on."""
        return self.state, bool(self.attention)


def order_lines(page: QuerySet[Order]) -> list[tuple[OrderLine, int]]:
    """The orders of one page, each with how many tickets it has.

    Theirs alone are read whole and counted: a database that sorts every order of a shop sorts only keys.
    """
    ids = list(page.select_related(None).values_list("id", flat=True))
    lines = {line[0]: OrderLine(*line) for line in _LINES(ids)}
    counts = dict(_COUNTS(ids))
    return [(lines[order_id], counts.get(order_id, 0)) for order_id in ids]


_LINES = Prepared[tuple[Any, ...]](
    lambda ids: Order.objects.filter(id__in=ids).values_list(
        *("id", "number", "total", "currency", "state", "attention", "created_at"),
        *("customer__first_name", "customer__last_name", "customer__email", "customer__erased_at"),
    )
)
_COUNTS = Prepared[tuple[UUID, int]](
    lambda ids: Ticket.objects.filter(order_id__in=ids).values_list("order_id").annotate(count=Count("id")).order_by()
)


def story_of(order: Order) -> list[tuple[Entry, str | Promise, str]]:
    """Every line of the order's own log with its word and what more there is to say, oldest first."""
    rows = Entry.objects.filter(order=order).exclude(what="sending").select_related("by").order_by("at", "id")
    return [(entry, DEEDS.get(entry.what, entry.what), _more(entry, order.currency)) for entry in rows]


def letter_named(mark: str) -> str | Promise:
    """What a letter was, by the mark it is noted with."""
    return NAMED.get(mark.partition(":")[0], mark)


def _more(entry: Entry, currency: str) -> str:
    told, parts = entry.details, []
    if entry.what == "sent":
        parts.append(str(letter_named(str(told.get("letter", "")))))
    if entry.what in ("placed", "paid"):
        parts += [shown(told[key], currency) for key in ("total", "paid") if isinstance(told.get(key), int)]
    if entry.what == "cancelled":
        numbers = ", ".join(str(number) for number in told.get("tickets", []))
        parts.append(str(_("tickets %(numbers)s") % {"numbers": numbers}))
        parts.append(str(_("places freed") if told.get("frees") else _("places kept")))
        parts += [str(_("%(sum)s to be paid back") % {"sum": shown(told["refund"], currency)})] * bool(
            told.get("refund")
        )
        parts.append(str(_("customer told") if told.get("tells") else _("customer not told")))
    if entry.what == "moved":
        parts.append(str(_("from %(before)s to %(after)s") % {"before": told["before"], "after": told["after"]}))
    if entry.what == "renamed":
        parts.append(str(_("ticket %(number)s") % {"number": told.get("ticket", "")}))
    parts += [str(told[key]) for key in ("why", "reason") if told.get(key)]
    return " · ".join(parts)
