# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a shop knows of those who buy there. Who only sells sees those to whom they sold, and no others."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from mazot.foundation.errors import NotFound
from mazot.foundation.text import folded, sought
from mazot.products.tickets.models import Customer, Entry, Order, Scan, Shop, Ticket
from mazot.products.tickets.queries.shops import shop_for, shops_for
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.tenancy.actor import Actor

LATEST = 100  # orders, tickets and lines shown in a file


@dataclass(frozen=True, slots=True)
class File:
    """One customer with everything the shop has of them."""

    customer: Customer
    orders: list[Order]
    tickets: list[Ticket]
    scans: list[Scan]
    letters: list[Entry]
    spent: int
    is_coming: bool  # has a ticket for a date to come, so cannot be erased


def customers_for(actor: Actor, shop: Shop, words: str = "") -> QuerySet[Customer]:
    """The customers of a shop this actor sees, by name or address."""
    shop_for(actor, shop.id, SALES, TECHNICAL)
    found = Customer.objects.filter(shop=shop)
    if not _sees_all(actor, shop):
        found = found.filter(id__in=Order.objects.filter(shop=shop, seller_id=actor.person_id).values("customer_id"))
    if words.strip():
        found = found.filter(sought__contains=sought(words))
    return found.order_by("last_name", "first_name", "id")


def counted(customers: list[Customer]) -> dict[UUID, tuple[int, int]]:
    """How many real orders each of these customers has, and what they paid: asked for a page."""
    rows = Order.objects.filter(customer__in=customers, is_test=False).values_list("customer_id")
    sums = rows.annotate(count=Count("id"), paid=Sum("paid"), back=Sum("refunded")).order_by()
    return {key: (count, paid - back) for key, count, paid, back in sums if key is not None}


def customer_for(actor: Actor, customer_id: UUID) -> Customer:
    found = Customer.objects.select_related("shop__organization").filter(id=customer_id).first()
    if found is None or found.organization_id != actor.organization_id:
        raise NotFound("not_found")
    if not customers_for(actor, found.shop).filter(id=found.id).exists():
        raise NotFound("not_found")
    return found


def sees_customer(actor: Actor, order: Order) -> bool:
    """Whether this actor opens the file of who ordered."""
    if order.customer_id is None:
        return False
    return order.seller_id == actor.person_id or _sees_all(actor, order.shop)


def file_of(customer: Customer, at: datetime) -> File:
    """Everything the shop has of a customer, the newest first."""
    orders = list(Order.objects.filter(customer=customer).order_by("-created_at", "-id")[:LATEST])
    tickets = Ticket.objects.filter(order__customer=customer).select_related(
        "order", "performance__event", "zone", "price"
    )
    scans = Scan.objects.filter(ticket__order__customer=customer).select_related("list", "ticket__order")
    letters = Entry.objects.filter(order__customer=customer, what="sent").select_related("order")
    return File(
        customer=customer,
        orders=orders,
        tickets=list(tickets.order_by("-performance__starts_at", "order_id", "number")[:LATEST]),
        scans=list(scans.order_by("-at")[:LATEST]),
        letters=list(letters.order_by("-at", "-id")[:LATEST]),
        spent=counted([customer]).get(customer.id, (0, 0))[1],
        is_coming=coming(customer, at).exists(),
    )


def coming(customer: Customer, at: datetime) -> QuerySet[Ticket]:
    """The tickets of a customer that will still let somebody in."""
    open_ = Q(state__in=(Ticket.State.VALID, Ticket.State.PENDING))
    later = Q(performance__ends_at__gt=at) | Q(performance__ends_at__isnull=True, performance__starts_at__gt=at)
    return Ticket.objects.filter(open_ & later, order__customer=customer)


def customer_at(shop_slug: str, email: str) -> Customer | None:
    """Who has this address in a shop, if they ordered there."""
    rows = Customer.objects.select_related("shop").filter(shop__slug=shop_slug, email=folded(email)[:254])
    return rows.filter(erased_at__isnull=True, orders__isnull=False).first()


def orders_of(customer: Customer) -> list[Order]:
    """The orders of a customer, the newest first, as they see them."""
    return list(Order.objects.filter(customer=customer).order_by("-created_at", "-id")[:LATEST])


def _sees_all(actor: Actor, shop: Shop) -> bool:
    return shops_for(actor, TECHNICAL).filter(id=shop.id).exists()
