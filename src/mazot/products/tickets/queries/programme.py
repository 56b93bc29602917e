# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events, dates, zones and prices of the shops an actor reaches."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Event, Performance, Price, Seating, Shop, Ticket, Zone
from mazot.products.tickets.queries.shops import shops_for
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import Right

SOLD = (Ticket.State.PENDING, Ticket.State.VALID, Ticket.State.USED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the sale of something is; `room` is none when there is no limit."""

    sold: int
    room: int | None

    @property
    def share(self) -> int:
        return min(100, self.sold * 100 // self.room) if self.room else 0


def events_for(actor: Actor, shop: Shop) -> QuerySet[Event]:
    """The events of a shop the actor reaches, those with a date to come first."""
    reached = Event.objects.filter(shop__in=shops_for(actor).filter(id=shop.id))
    coming = Q(performances__starts_at__gt=clock.now())
    return reached.annotate(
        next_at=Min("performances__starts_at", filter=coming),
        first_at=Min("performances__starts_at"),
        n_dates=Count("performances", distinct=True),
    )


def event_for(actor: Actor, event_id: UUID, *rights: Right) -> Event:
    """One event; one of a shop the actor does not reach is absent."""
    found = Event.objects.filter(id=event_id, shop__in=shops_for(actor, *rights)).select_related("shop", "form").first()
    if found is None:
        raise NotFound("not_found")
    return found


def performance_for(actor: Actor, performance_id: UUID, *rights: Right) -> Performance:
    """One date; one of a shop the actor does not reach is absent."""
    rows = Performance.objects.filter(id=performance_id, event__shop__in=shops_for(actor, *rights))
    found = rows.select_related("event__shop").first()
    if found is None:
        raise NotFound("not_found")
    return found


def performance_at(performance_id: UUID) -> Performance | None:
    """A date for what Tickets does by itself; none once it is removed."""
    return Performance.objects.select_related("event__shop").filter(id=performance_id).first()


def zone_in(performance: Performance, zone_id: UUID) -> Zone:
    found = Zone.objects.filter(id=zone_id, performance=performance).first()
    if found is None:
        raise NotFound("not_found")
    return found


def price_in(performance: Performance, price_id: UUID) -> Price:
    found = Price.objects.filter(id=price_id, zone__performance=performance).select_related("zone", "form").first()
    if found is None:
        raise NotFound("not_found")
    return found


def progress_of(performances: Iterable[Performance]) -> dict[UUID, Progress]:
    """How many places of each date are sold, and how many it has, in a handful of questions for all of them."""
    dates = {one.id: one for one in performances}
    sold = dict(
        Ticket.objects.filter(performance_id__in=dates, state__in=SOLD)
        .exclude(order__is_test=True)
        .values_list("performance_id")
        .annotate(Count("id"))
    )
    rooms = _rooms(dates)
    return {key: Progress(sold.get(key, 0), rooms.get(key)) for key in dates}


def sold_by_price(performance: Performance) -> dict[UUID, int]:
    rows = Ticket.objects.filter(performance=performance, state__in=SOLD).exclude(order__is_test=True)
    return dict(rows.values_list("price_id").annotate(Count("id")))


def _rooms(dates: dict[UUID, Performance]) -> dict[UUID, int | None]:
    """The places of each date: seats in numbered zones, quotas or quantities in free ones, its capacity at most."""
    seatings = dict(Seating.objects.filter(performance_id__in=dates).values_list("performance_id", "zones"))
    zones = Zone.objects.filter(performance_id__in=dates).annotate(
        quantity=Sum("prices__quantity"), unlimited=Count("prices", filter=Q(prices__quantity__isnull=True))
    )
    rooms: dict[UUID, int | None] = {}
    for zone in zones:
        room = zone.quota if zone.unlimited or not zone.quantity else min(zone.quantity, zone.quota or zone.quantity)
        if zone.is_numbered:
            seats = seatings.get(zone.performance_id, "").count(zone.code)
            room = seats if room is None else min(seats, room)
        before = rooms.get(zone.performance_id, 0)
        rooms[zone.performance_id] = None if room is None or before is None else before + room
    for key, performance in dates.items():
        if performance.capacity is not None:
            found = rooms.get(key)
            rooms[key] = performance.capacity if found is None else min(found, performance.capacity)
    return rooms


def dates_of(events: Iterable[Event]) -> list[Performance]:
    return list(Performance.objects.filter(event__in=list(events)).order_by("starts_at", "id"))


def zones_text_of(performance: Performance) -> str | None:
    """The letter of the zone of each seat; none where no floor plan is attached."""
    return Seating.objects.filter(performance=performance).values_list("zones", flat=True).first()


def dates_of_event(event_id: UUID) -> list[UUID]:
    """The dates of an event, by their beginning."""
    dates = Performance.objects.filter(event_id=event_id).order_by("starts_at", "id")
    return list(dates.values_list("id", flat=True))
