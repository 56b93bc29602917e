# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates that strangers see, of a shop or of one event: as many as a page shows, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Event, Performance, Shop, Visibility

SHOWN_AFTER_START = timedelta(hours=2)
A_PAGE = 24  # dates of a list
MOST_IN_A_SPAN = 500  # dates of a month
MOST_PAGES = 100
EVENTS_A_PAGE = 60


@dataclass(slots=True)
class Item:
    """One event of the programme: its next date, and how many are to come."""

    event: Event
    first: Performance
    n_dates: int


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates to come of an event, or of all events of a shop."""

    shop: Shop
    since: datetime
    event: Event | None = None

    def between(self, begins: datetime, ends: datetime) -> list[Performance]:
        if self.event is None:
            return _SHOP_BETWEEN(self.shop.id, self.since, begins, ends)
        return self._own(_BETWEEN(self.event.id, self.since, begins, ends))

    def before(self, moment: datetime) -> datetime | None:
        """When the last date before a moment begins."""
        if self.event is None:
            return _SHOP_BEFORE.first(self.shop.id, self.since, moment)
        return _BEFORE.first(self.event.id, self.since, moment)

    def from_on(self, moment: datetime) -> datetime | None:
        """When the first date from a moment on begins."""
        if self.event is None:
            return _SHOP_FROM.first(self.shop.id, self.since, moment)
        return _FROM.first(self.event.id, self.since, moment)

    def page(self, number: int) -> list[Performance]:
        """One page of the list of an event's dates, and the first date of the next page."""
        assert self.event is not None
        skipped = (number - 1) * A_PAGE
        return self._own(list(_of_event(self.event.id, self.since)[skipped : skipped + A_PAGE + 1]))

    def page_with(self, performance: Performance) -> int:
        """On which page of the list a date stands."""
        assert self.event is not None
        earlier = _of_event(self.event.id, self.since).filter(starts_at__lt=performance.starts_at).count()
        return earlier // A_PAGE + 1

    def one(self, performance_id: UUID) -> Performance | None:
        assert self.event is not None
        found = self._own(_ONE(self.event.id, self.since, performance_id))
        return found[0] if found else None

    def _own(self, found: list[Performance]) -> list[Performance]:
        for performance in found:
            performance.event = self.event  # type: ignore[assignment]  # the row is the same for all of them
        return found


def event_at(shop: Shop, slug: str, at: datetime) -> tuple[Dates, list[Performance]]:
    """One event of the programme by its address, with the first page of its dates and one date more."""
    found = _FIRST(shop.id, slug, at - SHOWN_AFTER_START)
    if not found:
        raise NotFound("not_found")
    event = found[0].event
    event.shop = shop
    for performance in found:
        performance.event = event
    return Dates(shop, at - SHOWN_AFTER_START, event), found


def dates_of_shop(shop: Shop, at: datetime) -> Dates:
    return Dates(shop, at - SHOWN_AFTER_START)


def programme_of(shop: Shop, at: datetime, *, page: int = 1) -> list[Item]:
    """A page of the events with dates to come, the next date first, and the first event of the next page."""
    skipped = (page - 1) * EVENTS_A_PAGE
    rows: Iterable[Any] = (_PROGRAMME if page == 1 else _programme)(shop.id, at - SHOWN_AFTER_START, skipped)
    return [Item(row.event, row, row.n_dates) for row in rows]


def local_day(moment: datetime) -> date:
    """The day a date is on, on the clock of the shop."""
    return timezone.localtime(moment).date()


def _shown(rows: QuerySet[Performance], since: Any) -> QuerySet[Performance]:
    return rows.filter(starts_at__gt=since).exclude(online=Visibility.HIDDEN).order_by("starts_at", "id")


def _of_event(event_id: Any, since: Any) -> QuerySet[Performance]:
    return _shown(Performance.objects.filter(event_id=event_id), since)


def _of_shop(shop_id: Any, since: Any) -> QuerySet[Performance]:
    rows = Performance.objects.filter(event__shop_id=shop_id).exclude(event__online=Visibility.HIDDEN)
    return _shown(rows, since)


def _starts(rows: QuerySet[Performance]) -> Any:
    return rows.values_list("starts_at", flat=True)[:1]


def _programme(shop_id: Any, since: Any, skipped: int) -> QuerySet[Performance]:
    """The first date of each event, with how many there are."""
    numbered = _of_shop(shop_id, since).annotate(
        nth=Window(RowNumber(), partition_by=F("event_id"), order_by=["starts_at", "id"]),
        n_dates=Window(Count("id"), partition_by=F("event_id")),
    )
    firsts = numbered.filter(nth=1).select_related("event")
    return firsts[skipped : skipped + EVENTS_A_PAGE + 1]


_FIRST = Prepared[Performance](
    lambda shop_id, slug, since: _of_shop(shop_id, since).filter(event__slug=slug).select_related("event")[: A_PAGE + 1]
)
_ONE = Prepared[Performance](lambda event_id, since, wanted: _of_event(event_id, since).filter(id=wanted))
_PROGRAMME = Prepared[Performance](_programme)
_BETWEEN = Prepared[Performance](
    lambda event_id, since, begins, ends: _of_event(event_id, since).filter(starts_at__gte=begins, starts_at__lt=ends)[
        :MOST_IN_A_SPAN
    ]
)
_BEFORE = Prepared[datetime](
    lambda event_id, since, moment: _starts(_of_event(event_id, since).filter(starts_at__lt=moment).reverse())
)
_FROM = Prepared[datetime](
    lambda event_id, since, moment: _starts(_of_event(event_id, since).filter(starts_at__gte=moment))
)
_SHOP_BETWEEN = Prepared[Performance](
    lambda shop_id, since, begins, ends: (
        _of_shop(shop_id, since)
        .filter(starts_at__gte=begins, starts_at__lt=ends)
        .select_related("event")[:MOST_IN_A_SPAN]
    )
)
_SHOP_BEFORE = Prepared[datetime](
    lambda shop_id, since, moment: _starts(_of_shop(shop_id, since).filter(starts_at__lt=moment).reverse())
)
_SHOP_FROM = Prepared[datetime](
    lambda shop_id, since, moment: _starts(_of_shop(shop_id, since).filter(starts_at__gte=moment))
)
