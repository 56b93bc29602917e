# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders as those who sell reach them, and what an order can be paid with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Cart, Channel, Order, PaymentMethod, Shop, Ticket
from mazot.products.tickets.queries.availability import letters_of, seating_of
from mazot.products.tickets.queries.carts import Bill
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.queries.shops import shops_for
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.products.tickets.rules.money import fee_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import Right

CARD_TIME = timedelta(minutes=30)  # how long a started card payment keeps its places


def orders_for(actor: Actor, shop: Shop, *rights: Right) -> QuerySet[Order]:
    """The orders of a shop, newest first, for who sells there or sets it up."""
    if not shops_for(actor, *(rights or (SALES, TECHNICAL))).filter(id=shop.id).exists():
        raise NotFound("not_found")
    return Order.objects.filter(shop=shop).select_related("customer", "method").order_by("-created_at", "-id")


def order_for(actor: Actor, order_id: UUID, *rights: Right) -> Order:
    found = Order.objects.select_related("customer", "method", "shop__organization").filter(id=order_id).first()
    if found is None or found.organization_id != actor.organization_id:
        raise NotFound("not_found")
    orders_for(actor, found.shop, *rights)
    return found


def tickets_of(order: Order) -> list[Ticket]:
    """The tickets of an order by their number, with what is printed on them."""
    return _TICKETS(order.id)


def ticket_in(order: Order, ticket_id: UUID) -> Ticket:
    """One ticket of an order; of another one it is absent."""
    found = order.tickets.select_related("zone", "price", "performance").filter(id=ticket_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def free_seats(ticket: Ticket, channel: str) -> list[tuple[str, str]]:
    """The seats a ticket can move to: free, of its zone, and sold on this channel."""
    seating = seating_of(ticket.performance_id)
    if seating is None or ticket.seat is None:
        return []
    letters = letters_of(seating, channel, clock.now(), numbered={ticket.zone.code})
    hall = hall_of(seating.version_id)
    return [(hall.ids[at], hall.labels[at]) for at, letter in enumerate(letters) if letter == ticket.zone.code]


_TICKETS = Prepared[Ticket](
    lambda order_id: (
        Ticket.objects.filter(order_id=order_id)
        .select_related("price", "zone", "performance__event")
        .order_by("number")
    )
)


def orders_of_date(performance_id: UUID) -> list[Order]:
    """The orders that have tickets of a date which are not void, oldest first."""
    live = Ticket.objects.filter(
        performance_id=performance_id, state__in=(Ticket.State.PENDING, Ticket.State.VALID, Ticket.State.USED)
    )
    return list(Order.objects.filter(id__in=live.values("order_id")).order_by("created_at", "id"))


def methods_for(cart: Cart, tickets: Sequence[Ticket], total: int, at: datetime) -> list[PaymentMethod]:
    """The ways this cart can be paid: on, for its channel, for its sum, early enough, and free only for nothing."""
    first = min((ticket.performance.starts_at for ticket in tickets), default=None)
    return [
        method
        for method in METHODS_ON(cart.shop_id)
        if getattr(method, cart.channel)
        and (method.kind == PaymentMethod.Kind.FREE) == (total == 0)
        and method.min_total <= total <= (total if method.max_total is None else method.max_total)
        and (first is None or not method.cutoff_days or at < first - timedelta(days=method.cutoff_days))
        and (method.kind != PaymentMethod.Kind.INVOICE or first is None or at < first)
        and (method.provider != "test" or cart.shop.is_test)
    ]


def is_invitation(cart: Cart, method: PaymentMethod, total: int) -> bool:
    """Whether places with a price are given away: at a counter, where the free way is offered to it."""
    return cart.channel != Channel.ONLINE and method.kind == PaymentMethod.Kind.FREE and total > 0


def ways_at_counter(cart: Cart, tickets: Sequence[Ticket], total: int, at: datetime) -> list[PaymentMethod]:
    """How a cart is paid at the desk, what is paid there first; the free way gives it away. Cards are for the shop."""
    ways = [method for method in methods_for(cart, tickets, total, at) if method.kind != PaymentMethod.Kind.CARD]
    if total:
        ways += methods_for(cart, tickets, 0, at)
    return sorted(ways, key=lambda method: method.kind != PaymentMethod.Kind.ON_SITE)


METHODS_ON = Prepared[PaymentMethod](
    lambda shop_id: PaymentMethod.objects.filter(shop_id=shop_id, is_on=True).order_by("position", "id")
)


def fee_on(method: PaymentMethod, bill: Bill) -> int:
    """What this way to pay costs on top of a bill."""
    fees = {"fixed": method.fee_fixed, "permille": method.fee_permille, "per_ticket": method.fee_per_ticket}
    return fee_of(bill.total, len(bill.tickets), **fees)


def deadline_of(method: PaymentMethod, first_start: datetime, at: datetime) -> datetime:
    """Until when an order waits for its money: never beyond the first start, but a card payment gets its time."""
    if method.kind == PaymentMethod.Kind.CARD:
        return at + CARD_TIME
    if method.kind == PaymentMethod.Kind.INVOICE:
        here = ZoneInfo(method.shop.timezone)  # the same time of day on the shop's clocks, also when they change
        return min((at.astimezone(here) + timedelta(days=method.deadline_days)).astimezone(UTC), first_start)
    return max(at + CARD_TIME, first_start)
