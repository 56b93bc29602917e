# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket shop as plain Python knows it, for the state machine: no database, no code of the product.

It says of every wish whether the shop must take it, what an order costs, and which places and which money are where.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HELD, PENDING, VALID, USED, VOID = "held", "pending", "valid", "used", "void"
PAID, PARTLY, CANCELLED, EXPIRED = "paid", "partly_cancelled", "cancelled", "expired"
SELLS = {"online": ".", "reseller": ".r", "admin": ".ro"}
HOLD, CARD_TIME, AT_THE_DOOR = timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=2)


def rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def tax_in(amount: int, permille: int) -> int:
    """The tax that an amount contains."""
    return rounded(Decimal(amount) * permille / (1000 + permille))


@dataclass(eq=False)
class Date:
    id: Any
    starts: datetime
    state: str = "on"
    capacity: int | None = None
    seats: dict[str, tuple[str, str]] = field(default_factory=dict)  # the letter of its zone, and who sells it
    online_until: datetime | None = None

    def sells_until(self, channel: str) -> datetime:
        if channel == "online":
            return self.online_until or self.starts
        return self.starts + AT_THE_DOOR


@dataclass(eq=False)
class Zone:
    date: Date
    code: str
    is_numbered: bool = False
    quota: int | None = None


@dataclass(eq=False)
class Price:
    id: Any
    zone: Zone
    amount: int
    vat: int = 0
    quantity: int | None = None
    least: int = 0
    most: int | None = None
    until: datetime | None = None
    is_secret: bool = False


@dataclass(eq=False)
class Quota:
    size: int
    prices: list[Price]


@dataclass(eq=False)
class Offer:
    id: Any
    kind: str
    value: int
    prices: list[Price] = field(default_factory=list)
    is_on: bool = True
    most: int | None = None
    most_of_order: int | None = None
    ends: datetime | None = None
    shows_secret: bool = False


@dataclass(eq=False)
class Code:
    text: str
    offer: Offer
    most_orders: int | None = None


@dataclass(eq=False)
class Method:
    kind: str
    fixed: int = 0
    permille: int = 0
    each: int = 0


@dataclass(eq=False)
class Basket:
    row: Any
    channel: str
    until: datetime
    code: Code | None = None
    is_extended: bool = False
    sale: "Sale | None" = None


@dataclass(eq=False)
class Place:
    id: Any
    price: Price
    basket: Basket
    until: datetime | None
    seat: str | None
    listed: int
    vat: int
    amount: int
    state: str = HELD
    takes: bool = True
    offer: Offer | None = None
    sale: "Sale | None" = None
    is_inside: bool = False

    def takes_at(self, at: datetime) -> bool:
        return self.takes and (self.state != HELD or self.until is None or self.until > at)


@dataclass(eq=False)
class Refund:
    amount: int
    is_owed: bool  # nobody chose it: somebody must be told
    is_done: bool = False
    reference: str = ""  # of the payment it goes back to through its provider; none: by hand
    is_refused: bool = False


@dataclass(eq=False)
class Sale:
    row: Any
    basket: Basket
    places: list[Place]
    method: Method
    code: Code | None
    fee: int
    total: int
    state: str
    due: datetime | None
    came: dict[str, int] = field(default_factory=dict)  # by the provider's name of it
    refunds: list[Refund] = field(default_factory=list)
    cards: list[tuple[str, int]] = field(default_factory=list)  # payments that can be given back, as they came
    returned: int = 0  # went back at the provider itself, since it was paid

    @property
    def kept(self) -> int:
        return sum(self.came.values()) - sum(one.amount for one in self.refunds)


Wish = tuple[Price, int, tuple[str, ...]]  # these seats, or so many: the best ones where they have seats


@dataclass
class Twin:
    """The whole shop."""

    is_real: bool = False
    cancel_hours: int | None = None  # before its first date a buyer may give an order up
    cancel_keeps: int = 0
    dates: list[Date] = field(default_factory=list)
    zones: list[Zone] = field(default_factory=list)
    prices: list[Price] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    methods: dict[str, Method] = field(default_factory=dict)
    baskets: list[Basket] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)

    def taking(self, at: datetime) -> Iterator[Place]:
        return (place for place in self.places if place.takes_at(at))

    def inside(self, basket: Basket, at: datetime) -> list[Place]:
        return [place for place in self.places if place.basket is basket and place.state == HELD and place.takes_at(at)]

    def limits(self, price: Price) -> list[tuple[int, list[Price]]]:
        """Every limit above a price, with all prices that use it up."""
        zone = price.zone
        found: list[tuple[int | None, list[Price]]] = [
            (price.quantity, [price]),
            (zone.quota, [one for one in self.prices if one.zone is zone]),
            (zone.date.capacity, [one for one in self.prices if one.zone.date is zone.date]),
            *((quota.size, quota.prices) for quota in self.quotas if price in quota.prices),
        ]
        return [(size, prices) for size, prices in found if size is not None]

    def have_room(self, wanted: list[tuple[Price, int]], at: datetime) -> bool:
        counts = Counter(place.price for place in self.taking(at))
        for price, count in wanted:
            if any(sum(counts[one] for one in users) + count > size for size, users in self.limits(price)):
                return False
            counts[price] += count
        return True

    def left(self, price: Price, channel: str, at: datetime) -> int | None:
        counts = Counter(place.price for place in self.taking(at))
        rooms = [size - sum(counts[one] for one in users) for size, users in self.limits(price)]
        if price.zone.is_numbered:
            rooms.append(len(self.free_seats(price.zone, channel, at)))
        return max(0, min(rooms)) if rooms else None

    def free_seats(self, zone: Zone, channel: str, at: datetime) -> list[str]:
        taken = {place.seat for place in self.taking(at) if place.price.zone.date is zone.date}
        return [
            seat
            for seat, (code, access) in zone.date.seats.items()
            if code == zone.code and access in SELLS[channel] and seat not in taken
        ]

    def is_on_sale(self, price: Price, basket: Basket, at: datetime) -> bool:
        date, ends = price.zone.date, price.zone.date.sells_until(basket.channel)
        if price.is_secret:
            offer = basket.code.offer if basket.code else None
            if offer is None or not (offer.is_on and offer.shows_secret and price in offer.prices):
                return False
        return date.state == "on" and at < (ends if price.until is None else min(ends, price.until))

    def may_hold(self, basket: Basket, wishes: list[Wish], at: datetime) -> bool:
        counts = Counter(place.price for place in self.inside(basket, at))
        for price, count, seats in wishes:
            counts[price] += len(seats) or count
        return (
            basket.sale is None
            and basket.until > at
            and all(self.is_on_sale(price, basket, at) for price, _count, _seats in wishes)
            and self._seats_fit(basket, wishes, at)
            and self.have_room([(price, len(seats) or count) for price, count, seats in wishes], at)
            and all(price.most is None or count <= price.most for price, count in counts.items())
        )

    def _seats_fit(self, basket: Basket, wishes: list[Wish], at: datetime) -> bool:
        """Whether the named seats are free, each named once, and enough others for those who named none."""
        for zone in {price.zone for price, _count, _seats in wishes}:
            here = [(count, seats) for price, count, seats in wishes if price.zone is zone]
            named = [seat for _count, seats in here for seat in seats]
            free = self.free_seats(zone, basket.channel, at) if zone.is_numbered else []
            others = sum(count for count, seats in here if not seats) if zone.is_numbered else 0
            if len(set(named)) < len(named) or not set(named) <= set(free) or len(named) + others > len(free):
                return False
        return True

    def code_works(self, code: Code, places: list[Place], at: datetime) -> bool:
        offer = code.offer
        touched = self.touched(offer, places)
        used = sum(1 for place in self.taking(at) if place.offer is offer)
        return (
            offer.is_on
            and (offer.ends is None or at < offer.ends)
            and (code.most_orders is None or self.orders_using(code) < code.most_orders)
            and (not places or bool(touched))
            and (offer.most_of_order is None or len(touched) <= offer.most_of_order)
            and (offer.most is None or used + len(touched) <= offer.most)
        )

    def touched(self, offer: Offer, places: list[Place]) -> list[Place]:
        return [place for place in places if not offer.prices or place.price in offer.prices]

    def orders_using(self, code: Code) -> int:
        return sum(1 for sale in self.sales if sale.code is code and sale.state in (PENDING, PAID, PARTLY))

    def discount(self, offer: Offer, places: list[Place]) -> int:
        """What an offer takes off a whole order."""
        listed = [place.listed for place in self.touched(offer, places)]
        if offer.kind == "percent":
            return rounded(Decimal(sum(listed)) * offer.value / 1000)
        if offer.kind == "per_ticket":
            return sum(min(offer.value, one) for one in listed)
        return min(offer.value, sum(listed))
