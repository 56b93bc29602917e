# SPDX-License-Identifier: AGPL-3.0-or-later
"""Claims of places, made safe: locks in one order, counts under the lock, and the refusals a buyer reads.

The order of locks, everywhere in this room: performances by id, shared quotas by id, the offer, the cart or order.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation.errors import Conflict, DomainError, NotFound, Refused
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Cart, Order, Performance, Price, Seating, Shop, Ticket
from mazot.products.tickets.queries.availability import (
    counted,
    left_of,
    seating_of,
    shared_of,
    state_of_price,
    taken_of,
    taken_seats,
)
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rules.seatings import may_sell
from mazot.products.tickets.rules.windows import BEFORE, CANCELLED, FULL, HIDDEN, OVER

MOST = 100  # places in one cart


@dataclass(frozen=True, slots=True)
class Want:
    """So many places at a price, or these seats at it; of this date, where the asker was shown one."""

    price_id: UUID
    count: int = 0
    seats: tuple[str, ...] = ()
    performance_id: UUID | None = None

    @property
    def size(self) -> int:
        return len(self.seats) or self.count


def lock_performances(ids: Collection[UUID]) -> None:
    """Hold performances still, always in the same order."""
    if len(_LOCKED_PERFORMANCES(ids)) != len(set(ids)):
        raise NotFound("not_found")


_LOCKED_PERFORMANCES = Prepared[UUID](
    lambda ids: (
        Performance.objects.select_for_update(no_key=True)
        .filter(id__in=ids)
        .order_by("id")
        .values_list("id", flat=True)
    )
)


def lock_wanted(shop: Shop, wants: Sequence[Want]) -> dict[UUID, Price]:
    """Hold still the performances of the prices that are asked for, and read the prices only then.

    Whoever changes a price holds its performance too: what is read here is what is sold.
    """
    _LOCKED_ABOVE({want.price_id for want in wants}, shop.id)
    return wanted_prices(shop, wants)


_LOCKED_ABOVE = Prepared[UUID](
    lambda price_ids, shop_id: (
        Performance.objects.select_for_update(no_key=True, of=("self",))
        .filter(id__in=Price.objects.filter(id__in=price_ids).values("zone__performance_id"), event__shop_id=shop_id)
        .order_by("id")
        .values_list("id", flat=True)
    )
)


def lock_cart(cart: Cart, at: datetime) -> Cart:
    """The cart as it is now; one that ran out or became an order takes nothing more."""
    held = _LOCKED_CART.first(cart.id)
    if held is None:
        raise NotFound("not_found")
    if _ORDERED(cart.id):
        raise Conflict("ordered", _("This cart was ordered already."))
    if held.expires_at <= at:
        raise cart_is_over()
    held.shop = cart.shop
    return held


_LOCKED_CART = Prepared[Cart](
    lambda cart_id: Cart.objects.select_for_update(no_key=True, of=("self",)).filter(id=cart_id)
)
_ORDERED = Prepared[UUID](lambda cart_id: Order.objects.filter(cart_id=cart_id).values_list("id", flat=True))


def cart_is_over() -> DomainError:
    return Refused(
        "cart_over",
        _("The time for this order is over, and its places are free again."),
        way_out=_("Choose them anew: nothing was charged."),
    )


def wanted_prices(shop: Shop, wants: Sequence[Want]) -> dict[UUID, Price]:
    """The prices that are asked for, with everything above them; one of another shop or date is absent."""
    ids = {want.price_id for want in wants}
    found = {price.id: price for price in _WANTED(ids, shop.id)}
    if len(found) != len(ids):
        raise NotFound("not_found")
    # The same seat may stand in another date's hall: nobody gets that one by a price from there.
    if any(want.performance_id not in (None, found[want.price_id].zone.performance_id) for want in wants):
        raise NotFound("not_found")
    return found


_WANTED = Prepared[Price](
    lambda ids, shop_id: Price.objects.filter(id__in=ids, zone__performance__event__shop_id=shop_id).select_related(
        "zone__performance__event__shop"
    )
)


def check_sells(
    prices: Iterable[Price], channel: str, at: datetime, unlocked: Collection[UUID], *, are_held: bool = False
) -> None:
    """Raise unless each price sells through the channel at this moment.

    Places that are held when the organizer begins to show a date as full may still be ordered: their buyers have them.
    """
    for price in prices:
        state = state_of_price(price, channel, at, has_code=price.id in unlocked)
        if state == HIDDEN:
            raise NotFound("not_found")
        if state in SENTENCES and not (are_held and state == FULL):
            raise Refused(state, SENTENCES[state]() % {"price": price.name}, price=str(price.id))


SENTENCES = {
    BEFORE: lambda: _("“%(price)s” is not on sale yet."),
    OVER: lambda: _("“%(price)s” is no longer on sale."),
    FULL: lambda: _("There are no places left at “%(price)s”."),
    CANCELLED: lambda: _("This date does not take place as planned, so it is not on sale."),
}


def check_room_for(wants: Sequence[Want], prices: dict[UUID, Price], at: datetime) -> None:
    """Raise unless every limit has room for all that is wanted together.

    The performances are locked and free of holds that ran out; quotas are locked here.
    """
    performances = {price.zone.performance_id for price in prices.values()}
    taken = taken_of(performances, at, swept=True)
    shared = shared_of(list(prices), at, lock=True)
    for want in wants:
        price = prices[want.price_id]
        counts = taken[price.zone.performance_id]
        left = left_of(price, counts, shared)
        if left is not None and left < want.size:
            raise no_room(price, left)
        shared = counted(price, want.size, counts, shared)


def no_room(price: Price, left: int) -> DomainError:
    if not left:
        return Conflict("none_left", SENTENCES[FULL]() % {"price": price.name}, price=str(price.id), left=0)
    sentence = ngettext(
        "There is %(left)d place left at “%(price)s”.", "There are %(left)d places left at “%(price)s”.", left
    )
    return Conflict("too_few_left", sentence % {"left": left, "price": price.name}, price=str(price.id), left=left)


def check_most(tickets: Sequence[Ticket], prices: dict[UUID, Price]) -> None:
    """Raise when one order would hold more of a price than it may, or more places than a cart takes."""
    if len(tickets) > MOST:
        raise too_many_at_once()
    for price_id, count in Counter(ticket.price_id for ticket in tickets).items():
        price = prices.get(price_id)
        if price is not None and price.max_per_order is not None and count > price.max_per_order:
            sentence = ngettext(
                "One order can have %(most)d place at “%(price)s”.",
                "One order can have %(most)d places at “%(price)s”.",
                price.max_per_order,
            )
            values = {"most": price.max_per_order, "price": price.name}
            raise Refused("too_many_of_price", sentence % values, price=str(price_id), limit=price.max_per_order)


def too_many_at_once() -> DomainError:
    return Refused("too_many", _("One order has up to %(limit)d places.") % {"limit": MOST}, limit=MOST)


def label_seats(
    price: Price, seats: Sequence[str], channel: str, at: datetime, *, own: Collection[str] = frozenset()
) -> list[str]:
    """Where these seats are; raises when the channel may not sell one of them now, and never says why (rule A4.2).

    `own` are seats that the asker holds already.
    """
    zone = price.zone
    if zone.is_numbered != bool(seats):
        raise Refused(
            "seat_needed" if zone.is_numbered else "no_seats",
            _("A place in “%(zone)s” needs a seat.") % {"zone": zone.name}
            if zone.is_numbered
            else _("Places in “%(zone)s” have no seats.") % {"zone": zone.name},
        )
    if not seats:
        return []
    seating = seating_of(zone.performance_id)
    taken = taken_seats(zone.performance_id, at).difference(own)
    gone = [seat for seat in seats if seat in taken or not _sells(seating, seat, zone.code, channel)]
    if gone or len(set(seats)) != len(seats):
        raise seats_gone(gone or list(seats))
    assert seating is not None  # without one no seat sells
    hall = hall_of(seating.version_id)
    return [hall.labels[hall.index[seat]] for seat in seats]


def still_sells(ticket: Ticket, channel: str) -> bool:
    """Whether a ticket's own place is still sold there: a seat of its zone, or none where the zone has no seats."""
    zone = ticket.price.zone
    if ticket.seat is None or not zone.is_numbered:
        return ticket.seat is None and not zone.is_numbered
    return _sells(seating_of(zone.performance_id), ticket.seat, zone.code, channel)


def _sells(seating: Seating | None, seat: str, code: str, channel: str) -> bool:
    if seating is None:
        return False
    at = hall_of(seating.version_id).index.get(seat)
    return at is not None and seating.zones[at] == code and may_sell(code, seating.access[at], channel)


def seats_gone(seats: Sequence[str]) -> DomainError:
    sentence = ngettext("This seat is not available.", "These seats are not available.", len(seats))
    return Conflict("seat_unavailable", sentence, way_out=_("Choose others."), seats=list(seats))
