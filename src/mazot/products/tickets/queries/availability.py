# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is left: of each price, and of each seat of a plan, as one channel sees it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Performance, Price, Quota, Seating, Shop, Ticket, Visibility
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rules.limits import least
from mazot.products.tickets.rules.seatmap import availability
from mazot.products.tickets.rules.windows import Layers, Window, end_of_sale, narrowed, state_of


@dataclass(slots=True)
class Taken:
    """How many places are taken of a performance, its zones and its prices."""

    total: int = 0
    zones: dict[UUID, int] = field(default_factory=dict)
    prices: dict[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shared:
    """A quota with its prices and what they take of it together."""

    quota: Quota
    prices: frozenset[UUID]
    taken: int


@dataclass(frozen=True, slots=True)
class Line:
    """One price as a channel sees it now; `left` is none where nothing limits it."""

    price: Price
    state: str  # a word of rules.windows
    left: int | None

    @property
    def sells(self) -> bool:
        return self.state == "open" and self.left != 0


def taking(at: datetime) -> Q:
    """Tickets that take a place at a moment: all but those whose hold has run out."""
    return Q(takes_place=True) & (~Q(state=Ticket.State.HELD) | Q(hold_until__gt=at))


def taken_of(performance_ids: Collection[UUID], at: datetime, *, swept: bool = False) -> dict[UUID, Taken]:
    """The counts of these performances; `swept` where the asker just dropped the holds that ran out, under the lock.

    All that take a place are counted in their index alone, without a look at the rows; the few that ran out and are
    still there are taken off afterwards.
    """
    found = {performance_id: Taken() for performance_id in performance_ids}
    rows = _TAKING(performance_ids)
    if not swept:
        rows += [(*row[:3], -row[3]) for row in _RAN_OUT(performance_ids, at)]
    for performance_id, zone_id, price_id, count in rows:
        taken = found[performance_id]
        taken.total += count
        taken.zones[zone_id] = taken.zones.get(zone_id, 0) + count
        taken.prices[price_id] = taken.prices.get(price_id, 0) + count
    return found


def _counted(rows: QuerySet[Ticket]) -> Any:
    kinds = rows.filter(takes_place=True).values_list("performance_id", "zone_id", "price_id")
    return kinds.annotate(count=Count("*")).order_by()


_TAKING = Prepared[tuple[UUID, UUID, UUID, int]](
    lambda performance_ids: _counted(Ticket.objects.filter(performance_id__in=performance_ids))
)
_RAN_OUT = Prepared[tuple[UUID, UUID, UUID, int]](
    lambda performance_ids, at: _counted(
        Ticket.objects.filter(performance_id__in=performance_ids, state=Ticket.State.HELD, hold_until__lte=at)
    )
)


def shared_of(price_ids: Collection[UUID], at: datetime, *, lock: bool = False) -> list[Shared]:
    """The quotas that any of these prices share, with what their prices take; locked in the order of ids if asked."""
    rows = (_LOCKED_QUOTAS if lock else _QUOTAS)(price_ids)
    if not rows:
        return []
    inside: dict[UUID, set[UUID]] = {quota.id: set() for quota in rows}
    for quota_id, price_id in Quota.prices.through.objects.filter(quota_id__in=inside).values_list(
        "quota_id", "price_id"
    ):
        inside[quota_id].add(price_id)
    every = set().union(*inside.values())
    counts = dict(
        Ticket.objects.filter(taking(at), price_id__in=every)
        .values_list("price_id")
        .annotate(count=Count("id"))
        .order_by()
    )
    return [
        Shared(quota, frozenset(inside[quota.id]), sum(counts.get(price_id, 0) for price_id in inside[quota.id]))
        for quota in rows
    ]


def _quotas(price_ids: Any) -> QuerySet[Quota]:
    named = Quota.prices.through.objects.filter(price_id__in=price_ids).values("quota_id")
    return Quota.objects.filter(id__in=named).order_by("id")


_QUOTAS = Prepared[Quota](_quotas)
_LOCKED_QUOTAS = Prepared[Quota](lambda price_ids: _quotas(price_ids).select_for_update(no_key=True))


def left_of(price: Price, taken: Taken, shared: Iterable[Shared], free_seats: int | None = None) -> int | None:
    """The least of every limit above a price, never below nothing; none when there is no limit at all."""
    zone, performance = price.zone, price.zone.performance
    limits = [
        (price.quantity, taken.prices.get(price.id, 0)),
        (zone.quota, taken.zones.get(zone.id, 0)),
        (performance.capacity, taken.total),
        *((one.quota.size, one.taken) for one in shared if price.id in one.prices),
    ]
    return least(limits, free_seats)


def counted(price: Price, size: int, taken: Taken, shared: Iterable[Shared]) -> list[Shared]:
    """The counts once some places of a price are given, for what is asked after them; `taken` is changed itself."""
    taken.total += size
    taken.zones[price.zone_id] = taken.zones.get(price.zone_id, 0) + size
    taken.prices[price.id] = taken.prices.get(price.id, 0) + size
    return [replace(one, taken=one.taken + size) if price.id in one.prices else one for one in shared]


def state_of_price(price: Price, channel: str, at: datetime, *, has_code: bool = False) -> str:
    """Whether the price sells through the channel now, in a word of `rules.windows`; its rows are loaded."""
    zone = price.zone
    performance = zone.performance
    event, online = performance.event, channel == "online"
    layers = Layers(
        shop=event.shop.is_open or not online,
        event=getattr(event, channel),
        performance=getattr(performance, channel),
        zone=zone.is_visible or not online,
        price=getattr(price, channel) and (price.is_visible or not online) and (not price.is_secret or has_code),
        takes_place=performance.state == Performance.State.ON,
    )
    ends = end_of_sale(channel, performance.starts_at, getattr(performance, f"{channel}_until"))
    window = Window(performance.online_from if online else None, ends)
    return state_of(layers, narrowed(window, price.sale_from, price.sale_until), at)


def is_shown_full(performance: Performance, channel: str) -> bool:
    """Whether the organizer shows the date as full to a channel, however many places it has."""
    return Visibility.FULL in (getattr(performance, channel), getattr(performance.event, channel))


def prices_below(performance_ids: Collection[UUID]) -> QuerySet[Price]:
    """The prices of performances in the order they are shown, with everything above them loaded."""
    return (
        Price.objects.filter(zone__performance_id__in=performance_ids)
        .select_related("zone__performance__event__shop")
        .order_by("zone__performance_id", "zone__position", "zone_id", "position", "id")
    )


_PRICES = Prepared[Price](prices_below)


def lines_of(
    shop: Shop,  # noqa: ARG001 - the reader has it at hand, and every reader says whose prices these are
    performance_ids: Sequence[UUID],
    channel: str,
    at: datetime,
    *,
    unlocked: Collection[UUID] = (),
) -> list[Line]:
    """Every price of these performances as the channel sees it; `unlocked` are secret prices that a code shows."""
    prices = _PRICES(performance_ids)
    taken = taken_of(performance_ids, at)
    shared = shared_of([price.id for price in prices], at)
    free = _free_seats(prices, channel, at)
    return [
        Line(
            price,
            state_of_price(price, channel, at, has_code=price.id in unlocked),
            left_of(price, taken[price.zone.performance_id], shared, free.get(price.zone_id)),
        )
        for price in prices
    ]


def taken_seats(performance_id: UUID, at: datetime) -> set[str]:
    """Ids of the seats somebody holds or has."""
    return set(_TAKEN_SEATS(performance_id, at))


_TAKEN_SEATS = Prepared[str](
    lambda performance_id, at: Ticket.objects.filter(
        taking(at), performance_id=performance_id, seat__isnull=False
    ).values_list("seat", flat=True)
)


def letters_of(seating: Seating, channel: str, at: datetime, *, numbered: Collection[str]) -> str:
    """One letter for each seat in plan order: its zone's code where the channel could sell it now, else a dot.

    A dot never says why (rule A4.2). `numbered` are the codes of the zones that sell by seat.
    """
    index = hall_of(seating.version_id).index
    taken = [index[seat] for seat in taken_seats(seating.performance_id, at) if seat in index]
    return availability(seating.zones, seating.access, taken, channel=channel, shown=numbered)


def _free_seats(prices: Sequence[Price], channel: str, at: datetime) -> dict[UUID, int]:
    """How many seats are free in each numbered zone, for this channel."""
    zones = {price.zone_id: price.zone for price in prices if price.zone.is_numbered}
    found = dict.fromkeys(zones, 0)
    for seating in seatings_of({zone.performance_id for zone in zones.values()}):
        here = {zone.code: zone.id for zone in zones.values() if zone.performance_id == seating.performance_id}
        letters = letters_of(seating, channel, at, numbered=here)
        for code, zone_id in here.items():
            found[zone_id] = letters.count(code)
    return found


def seating_of(performance_id: UUID) -> Seating | None:
    """Which zone each seat of a date is in and who may sell it; none without a plan."""
    return _SEATINGS.first([performance_id])


def seatings_of(performance_ids: Collection[UUID]) -> list[Seating]:
    """The seatings of those dates that have a plan."""
    return _SEATINGS(performance_ids)


_SEATINGS = Prepared[Seating](lambda performance_ids: Seating.objects.filter(performance_id__in=performance_ids))
