# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many places the dates of a shop have: sold, waiting, held in a basket, kept back, and free for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mazot.products.tickets.models import Seating, Ticket, Zone
from mazot.products.tickets.queries.availability import taken_seats
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rules.seatings import EVERYBODY


@dataclass(slots=True)
class Places:
    """The places of a date. Without a limit its size and what is free are not known."""

    size: int | None = 0
    sold: int = 0
    waiting: int = 0
    held: int = 0
    blocked: int = 0

    @property
    def free(self) -> int | None:
        if self.size is None:
            return None
        return max(0, self.size - self.sold - self.waiting - self.held - self.blocked)

    @property
    def share(self) -> int:
        """How much of it is sold, in percent."""
        return round(100 * self.sold / self.size) if self.size else 0


def places_of(zones: Sequence[Zone], taken: Mapping[UUID, Mapping[str, int]], at: datetime) -> dict[UUID, Places]:
    """The places of each date, of its zones with their prices and what is taken of each zone by state."""
    found: dict[UUID, Places] = {}
    seatings = _seatings(zones, at)
    for zone in zones:
        here = found.setdefault(zone.performance_id, Places())
        counts = taken.get(zone.id, {})
        here.sold += counts.get(Ticket.State.VALID, 0) + counts.get(Ticket.State.USED, 0)
        here.waiting += counts.get(Ticket.State.PENDING, 0)
        here.held += counts.get(Ticket.State.HELD, 0)
        size, kept_back = _size(zone, seatings.get(zone.performance_id, {}))
        here.blocked += counts.get("other", 0) + kept_back
        here.size = None if here.size is None or size is None else here.size + size
    capacity = {zone.performance_id: zone.performance.capacity for zone in zones}
    for performance_id, places in found.items():
        limits = [one for one in (places.size, capacity[performance_id]) if one is not None]
        places.size = min(limits, default=None)
    return found


def _size(zone: Zone, seats: Mapping[str, tuple[int, int]]) -> tuple[int | None, int]:
    """How many places a zone has, and how many of them are seats kept back from buyers."""
    if zone.is_numbered:
        return seats.get(zone.code, (0, 0))
    quantities = [price.quantity for price in zone.prices.all()]
    sums = [sum(one for one in quantities if one is not None)] if None not in quantities else []
    limits = [*sums, *([] if zone.quota is None else [zone.quota])]
    return min(limits, default=None), 0


def _seatings(zones: Sequence[Zone], at: datetime) -> dict[UUID, dict[str, tuple[int, int]]]:
    """By date and code of zone: its seats, and the free ones among them that buyers cannot have."""
    numbered = {zone.performance_id for zone in zones if zone.is_numbered}
    found: dict[UUID, dict[str, tuple[int, int]]] = {}
    for one in Seating.objects.filter(performance_id__in=numbered) if numbered else ():
        kept: dict[str, int] = {}
        if one.access.strip(EVERYBODY):  # few plans keep seats back, and only they are read seat by seat
            index, away = hall_of(one.version_id).index, taken_seats(one.performance_id, at)
            gone = {index[seat] for seat in away if seat in index}
            for seat, (code, access) in enumerate(zip(one.zones, one.access, strict=True)):
                if access != EVERYBODY and seat not in gone:
                    kept[code] = kept.get(code, 0) + 1
        found[one.performance_id] = {code: (one.zones.count(code), kept.get(code, 0)) for code in set(one.zones)}
    return found
