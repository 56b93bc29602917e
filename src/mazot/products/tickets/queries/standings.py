# SPDX-License-Identifier: AGPL-3.0-or-later
"""How dates stand for a buyer online, many of them in a handful of questions; never why a place is not to be had."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Channel, Performance, Price, Seating, Shop, Ticket
from mazot.products.tickets.queries.availability import Shared, Taken, seatings_of, shared_of, taken_of, taking
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rules.limits import is_few, least
from mazot.products.tickets.rules.seatings import EVERYBODY, NOBODY
from mazot.products.tickets.rules.windows import (
    BEFORE,
    CANCELLED,
    FULL,
    OPEN,
    OVER,
    Layers,
    Window,
    end_of_sale,
    narrowed,
    state_of,
)

FEW, POSTPONED, NONE = "few", "postponed", "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """One word for a date; `since` is when its sale begins, where that is to come."""

    word: str
    since: datetime | None = None

    @property
    def sells(self) -> bool:
        return self.word in (OPEN, FEW)


class Offered(NamedTuple):
    """A price that buyers may see, with what of its zone matters."""

    performance_id: UUID
    zone_id: UUID
    code: str
    is_numbered: bool
    quota: int | None
    price_id: UUID
    quantity: int | None
    sale_from: datetime | None
    sale_until: datetime | None


@dataclass(slots=True)
class Counts:
    """What the limits of a page's dates are measured with."""

    taken: Mapping[UUID, Taken]
    shared: Sequence[Shared]
    free: Mapping[UUID, int] = field(default_factory=dict)  # seats of numbered zones


def standings_of(shop: Shop, dates: Sequence[Performance], at: datetime) -> dict[UUID, Standing]:
    """How each date stands; the questions are as many for one date as for a month of them."""
    on = [one for one in dates if one.state == Performance.State.ON]
    found = {one.id: Standing(POSTPONED if one.state == Performance.State.POSTPONED else CANCELLED) for one in dates}
    offers: dict[UUID, list[Offered]] = {one.id: [] for one in on}
    rows = [Offered(*row) for row in _OFFERED([one.id for one in on])] if on else []
    for row in rows:
        offers[row.performance_id].append(row)
    ids = [one.id for one in on]
    counts = Counts(taken_of(ids, at), shared_of([row.price_id for row in rows], at) if rows else [])
    counts.free = _free_seats(rows, counts.taken, at)
    for one in on:
        found[one.id] = _standing(shop, one, offers[one.id], counts, at)
    return found


_OFFERED = Prepared[tuple[Any, ...]](
    lambda performance_ids: Price.objects.filter(
        zone__performance_id__in=performance_ids,
        zone__is_visible=True,
        online=True,
        is_visible=True,
        is_secret=False,
    ).values_list(
        "zone__performance_id",
        "zone_id",
        "zone__code",
        "zone__is_numbered",
        "zone__quota",
        "id",
        "quantity",
        "sale_from",
        "sale_until",
    )
)


def _standing(shop: Shop, date: Performance, offers: Sequence[Offered], counts: Counts, at: datetime) -> Standing:
    layers = Layers(shop.is_open, date.event.online, date.online, zone=True, price=True)
    window = Window(date.online_from, end_of_sale(Channel.ONLINE, date.starts_at, date.online_until))
    windows = [(one, narrowed(window, one.sale_from, one.sale_until)) for one in offers]
    states = [(one, state_of(layers, own, at)) for one, own in windows]
    selling = [one for one, state in states if state == OPEN]
    lefts = {one.price_id: _left(one, date, counts) for one in selling}
    if any(left != 0 for left in lefts.values()):
        left = _left_of_date(selling, lefts, date, counts)
        return Standing(FEW if left is not None and is_few(left, counts.taken[date.id].total) else OPEN)
    begins = [own.begins for one, own in windows if state_of(layers, own, at) == BEFORE and own.begins]
    if begins:
        return Standing(BEFORE, min(begins))
    words = {state for _one, state in states} or {state_of(layers, window, at)} - {OPEN}
    return Standing(FULL if words & {OPEN, FULL} else OVER if OVER in words else NONE)


def _left(one: Offered, date: Performance, counts: Counts) -> int | None:
    taken = counts.taken[date.id]
    limits = [
        (one.quantity, taken.prices.get(one.price_id, 0)),
        (one.quota, taken.zones.get(one.zone_id, 0)),
        (date.capacity, taken.total),
        *((each.quota.size, each.taken) for each in counts.shared if one.price_id in each.prices),
    ]
    return least(limits, counts.free.get(one.zone_id))


def _left_of_date(
    selling: Iterable[Offered], lefts: Mapping[UUID, int | None], date: Performance, counts: Counts
) -> int | None:
    """About how many places are left: what the zones have, together no more than the date."""
    taken = counts.taken[date.id]
    zones: dict[UUID, list[Offered]] = {}
    for one in selling:
        zones.setdefault(one.zone_id, []).append(one)
    rooms: list[int | None] = []
    for zone_id, prices in zones.items():
        own = [lefts[one.price_id] for one in prices]
        prices_together = None if None in own else sum(left or 0 for left in own)
        limits = [(prices[0].quota, taken.zones.get(zone_id, 0)), (prices_together, 0)]
        rooms.append(least(limits, counts.free.get(zone_id)))
    together = None if None in rooms else sum(room or 0 for room in rooms)
    return least([(date.capacity, taken.total), (together, 0)])


def _free_seats(rows: Iterable[Offered], taken: Mapping[UUID, Taken], at: datetime) -> dict[UUID, int]:
    """The free seats of numbered zones: those that are sold online, without the tickets of their zone.

    The tickets are counted, not listed: a month of a sold-out hall is a row for each date and not for each seat. Only
    tickets for seats that the counter keeps to itself are looked at, since they are in no count of what is sold online.
    """
    zones = {row.zone_id: row for row in rows if row.is_numbered}
    found = dict.fromkeys(zones, 0)
    if not zones:
        return found
    dates = {row.performance_id for row in zones.values()}
    seatings = {seating.performance_id: seating for seating in seatings_of(dates)}
    kept = _taken_of_kept(seatings, at)
    for zone_id, row in zones.items():
        seating = seatings.get(row.performance_id)
        if seating is not None:
            used = taken[row.performance_id].zones.get(zone_id, 0) - kept.get(zone_id, 0)
            found[zone_id] = max(0, _seats_online(seating.zones, seating.access)[0].get(row.code, 0) - used)
    return found


def _taken_of_kept(seatings: Mapping[UUID, Seating], at: datetime) -> dict[UUID, int]:
    """How many tickets of each zone are for seats that are not sold online."""
    kept = {}
    for performance_id, seating in seatings.items():
        indexes = _seats_online(seating.zones, seating.access)[1]
        if indexes:
            ids = hall_of(seating.version_id).ids
            kept[performance_id] = {ids[index] for index in indexes}
    found: dict[UUID, int] = {}
    if not kept:
        return found
    rows = Ticket.objects.filter(taking(at), performance_id__in=kept, seat__in=set().union(*kept.values()))
    for performance_id, zone_id, seat in rows.values_list("performance_id", "zone_id", "seat"):
        if seat in kept[performance_id]:
            found[zone_id] = found.get(zone_id, 0) + 1
    return found


@lru_cache(maxsize=128)
def _seats_online(zones: str, access: str) -> tuple[dict[str, int], tuple[int, ...]]:
    """How many seats of each zone are sold online, and which seats of a zone are not; dates mostly share the two."""
    counts: dict[str, int] = {}
    kept = []
    for index, (code, who) in enumerate(zip(zones, access, strict=True)):
        if code == NOBODY:
            continue
        if who == EVERYBODY:
            counts[code] = counts.get(code, 0) + 1
        else:
            kept.append(index)
    return counts, tuple(kept)


def said_standing(standing: Standing) -> str:
    """The word as a buyer reads it."""
    if standing.word == BEFORE and standing.since is not None:
        return _("On sale from %(when)s") % {"when": date_format(localtime(standing.since), "j M, H:i")}
    sentences = {
        OPEN: _("On sale"),
        FEW: _("Few places left"),
        FULL: _("Sold out"),
        OVER: _("Sale ended"),
        CANCELLED: _("Cancelled"),
        POSTPONED: _("Postponed"),
    }
    return sentences.get(standing.word, _("No tickets"))
