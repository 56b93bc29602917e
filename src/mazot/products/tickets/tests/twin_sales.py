# SPDX-License-Identifier: AGPL-3.0-or-later
"""What must become of orders, by plain Python: placed, paid in every wrong way, expired, cancelled, shown at a gate."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from mazot.products.tickets.tests.twin import (
    AT_THE_DOOR,
    CANCELLED,
    CARD_TIME,
    EXPIRED,
    PAID,
    PARTLY,
    PENDING,
    SELLS,
    USED,
    VALID,
    VOID,
    Basket,
    Date,
    Method,
    Place,
    Refund,
    Sale,
    Twin,
    rounded,
)

ZURICH = ZoneInfo("Europe/Zurich")
DAYS = 3  # that an invoice may wait


def may_order(twin: Twin, basket: Basket, method: Method, at: datetime) -> bool:
    """Whether a basket that is no order yet becomes one now."""
    places = twin.inside(basket, at)
    counts = Counter(place.price for place in places)
    total, _invited = priced(twin, basket, places, method)
    first = min((place.price.zone.date.starts for place in places), default=at)
    return (
        basket.until > at
        and bool(places)
        and all(twin.is_on_sale(price, basket, at) for price in counts)
        and all(price.least <= count and (price.most is None or count <= price.most) for price, count in counts.items())
        and all(_still_sells(place, basket) for place in places)
        and (basket.code is None or twin.code_works(basket.code, places, at))
        and (method.kind == "free") == (total == 0)
        and (method.kind != "invoice" or at < first)
        and (method.kind != "card" or not twin.is_real)
    )


def _still_sells(place: Place, basket: Basket) -> bool:
    zone = place.price.zone
    if place.seat is None or not zone.is_numbered:
        return place.seat is None and not zone.is_numbered
    code, access = zone.date.seats.get(place.seat, (".", "."))
    return code == zone.code and access in SELLS[basket.channel]


def priced(twin: Twin, basket: Basket, places: list[Place], method: Method) -> tuple[int, bool]:
    """What the places of a basket cost without the fee, and whether they are given away."""
    total = sum(place.listed for place in places)
    if basket.code is not None:
        total -= twin.discount(basket.code.offer, places)
    if basket.channel != "online" and method.kind == "free" and total > 0:
        return 0, True
    return total, False


def fee_on(method: Method, total: int, n_places: int) -> int:
    return method.fixed + rounded(Decimal(total) * method.permille / 1000) + method.each * n_places if total else 0


def due(method: Method, first: datetime, at: datetime) -> datetime:
    if method.kind == "card":
        return at + CARD_TIME
    if method.kind == "invoice":
        return min((at.astimezone(ZURICH) + timedelta(days=DAYS)).astimezone(UTC), first)
    return max(at + CARD_TIME, first)


def pay(twin: Twin, sale: Sale, event: str, amount: int, at: datetime, reference: str = "") -> None:
    """Money comes in, under a name its provider has for it; a name that was told counts no more."""
    if event in sale.came:
        return
    sale.came[event] = amount
    if reference:
        sale.cards.append((reference, amount))
    kept = sale.kept
    if sale.state == PENDING and kept < sale.total:
        return
    if sale.state == PENDING or (sale.state == EXPIRED and kept >= sale.total and _takes_again(twin, sale, at)):
        sale.state, sale.due, sale.returned = PAID, None, 0
        for place in sale.places:
            place.state, place.takes = VALID, True
        _owe(sale, kept - sale.total)
    else:
        _owe(sale, kept if sale.state == EXPIRED and kept >= sale.total else amount)


def _owe(sale: Sale, amount: int) -> None:
    if amount > 0:
        give_back(sale, amount, is_owed=True)


def give_back(sale: Sale, amount: int, *, is_owed: bool) -> None:
    """Money goes back to the cards it came from, the last one first, and what came otherwise by hand."""
    for reference, came in reversed(sale.cards):
        part = min(amount, came - sum(one.amount for one in sale.refunds if one.reference == reference))
        if part > 0:
            sale.refunds.append(Refund(part, is_owed, reference=reference))
            amount -= part
    if amount:
        sale.refunds.append(Refund(amount, is_owed))


def _takes_again(twin: Twin, sale: Sale, at: datetime) -> bool:
    """Whether all places of an order that had expired are still to be had."""
    dates = {place.price.zone.date for place in sale.places}
    taken = {(place.price.zone.date, place.seat) for place in twin.taking(at) if place.seat}
    if any(date.state != "on" or at >= date.starts + AT_THE_DOOR for date in dates):
        return False
    if any(place.seat and (place.price.zone.date, place.seat) in taken for place in sale.places):
        return False
    if not all(_still_sells(place, sale.basket) for place in sale.places):
        return False
    code = sale.code
    if code is not None:
        cheaper = sum(1 for place in sale.places if place.offer is code.offer)
        used = sum(1 for place in twin.taking(at) if place.offer is code.offer)
        if cheaper and code.offer.most is not None and used + cheaper > code.offer.most:
            return False
        if code.most_orders is not None and twin.orders_using(code) >= code.most_orders:
            return False
    return twin.have_room([(place.price, 1) for place in sale.places], at)


def expire(twin: Twin, at: datetime) -> int:
    """Every order whose time is over; says how many."""
    over = [sale for sale in twin.sales if sale.state == PENDING and sale.due is not None and sale.due <= at]
    for sale in over:
        sale.state, sale.due = EXPIRED, None
        for place in sale.places:
            place.state, place.takes = VOID, False
        _owe(sale, sale.kept)
    return len(over)


def may_cancel(sale: Sale, chosen: Sequence[Place], frees: bool, refund: int) -> bool:
    """Whether these tickets can be cancelled like this."""
    is_done = all(place.state == VOID and (not frees or not place.takes) for place in chosen)
    is_part_of_unpaid = sale.state == PENDING and len(chosen) < len(sale.places)
    return bool(chosen) and not is_done and not is_part_of_unpaid and 0 <= refund <= sale.kept


def cancel(sale: Sale, chosen: Sequence[Place], frees: bool, refund: int) -> None:
    for place in chosen:
        place.state, place.takes = VOID, place.takes and not frees
    sale.state = PARTLY if any(place.state != VOID for place in sale.places) else CANCELLED
    sale.due = None
    if refund:
        give_back(sale, refund, is_owed=False)


def withdrawal(twin: Twin, sale: Sale, at: datetime) -> int | None:
    """What goes back to a buyer who gives an order up at a moment; none where that is not open."""
    places = sale.places
    if twin.cancel_hours is None or sale.state not in (PENDING, PAID):
        return None
    first = min(place.price.zone.date.starts for place in places)
    if at >= first - timedelta(hours=twin.cancel_hours) or any(place.state not in (PENDING, VALID) for place in places):
        return None
    return sale.kept - (sale.kept * twin.cancel_keeps // 1000 if sale.state == PAID else 0)


def withdraw(sale: Sale, goes_back: int) -> None:
    cancel(sale, sale.places, True, goes_back)
    for one in sale.refunds:
        one.is_owed = one.is_owed or not one.reference


def call_off(twin: Twin, date: Date, refunds: bool) -> None:
    """A date does not take place: its tickets are void, order by order; a part of an unpaid order stays."""
    for sale in twin.sales:
        chosen = [place for place in sale.places if place.price.zone.date is date and place.state != VOID]
        refund = min(sum(place.amount for place in chosen), sale.kept) if refunds else 0
        if may_cancel(sale, chosen, True, refund):
            cancel(sale, chosen, True, refund)


def scan(place: Place, date: Date, is_exit: bool) -> bool:
    """Whether the gate of a date lets somebody through with this ticket, in or out."""
    if place.price.zone.date is not date or place.state not in (VALID, USED) or place.is_inside != is_exit:
        return False
    place.is_inside = not is_exit
    if not is_exit:
        place.state = USED
    return True
