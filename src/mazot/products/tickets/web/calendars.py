# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates of a shop or an event as a visitor wants them: a list, a month or a week, each with an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from mazot.products.tickets.queries.dates_shown import (
    A_PAGE,
    EVENTS_A_PAGE,
    MOST_PAGES,
    Dates,
    Item,
    dates_of_shop,
    local_day,
    programme_of,
)
from mazot.products.tickets.queries.standings import Standing, said_standing, standings_of
from mazot.products.tickets.rules.calendars import DISPLAYS, LIST, MONTH, WEEK, Span, day_typed, span_of
from mazot.products.tickets.web.carrying import linked

if TYPE_CHECKING:
    from mazot.products.tickets.models import Event, Performance, Shop

MOST_IN_A_CELL = 4
OFFER = "#offer"


@dataclass(frozen=True, slots=True)
class Shown:
    """One date as it is drawn."""

    date: Performance
    href: str
    word: str
    said: str
    short: str  # where there is little room
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month or a week."""

    day: date
    is_here: bool
    is_today: bool
    dates: Sequence[Shown]
    href: str  # to the day's dates below the month

    @property
    def drawn(self) -> Sequence[Shown]:
        return self.dates if len(self.dates) <= MOST_IN_A_CELL else self.dates[: MOST_IN_A_CELL - 1]

    @property
    def n_more(self) -> int:
        return len(self.dates) - len(self.drawn)


@dataclass(slots=True)
class Wall:
    """What a page shows of many dates, and the addresses beside it."""

    display: str
    performances: list[Performance]
    title: str = ""
    before: str = ""
    after: str = ""
    switch: list[tuple[str, str, str]] = field(default_factory=list)  # display, its name, its address
    names: list[tuple[str, str]] = field(default_factory=list)  # of the days of the week, short and whole
    span: Span | None = None
    day: date | None = None  # the one whose dates stand below the month
    is_day_asked: bool = False
    lines: list[Shown] = field(default_factory=list)
    weeks: list[list[Day]] = field(default_factory=list)

    @property
    def on_day(self) -> list[Shown]:
        return [one for one in self.lines if local_day(one.date.starts_at) == self.day]


def display_of(request: HttpRequest, subject: Shop | Event) -> str:
    """The display that the visitor asks for, among those that are offered, or the organizer's."""
    asked = request.GET.get("as", "")
    return asked if asked in offered(subject) else subject.display


def offered(subject: Shop | Event) -> list[str]:
    return [one for one in DISPLAYS if one in subject.displays or one == subject.display]


def switch_of(request: HttpRequest, subject: Shop | Event) -> list[tuple[str, str, str]]:
    """The displays to choose among, where there are several: its key, its name, its address."""
    names = {LIST: _("List"), MONTH: _("Month"), WEEK: _("Week")}
    found = offered(subject)
    return [(one, names[one], linked(request, **{"as": one})) for one in found] if len(found) > 1 else []


def wall_of_event(
    request: HttpRequest, dates: Dates, first: Sequence[Performance], wanted: Performance | None, at: datetime
) -> tuple[Wall, Performance]:
    """The dates that the visit asks for, and the one whose tickets stand below: the chosen one, or the first to sell.

    `first` are the dates that a list begins with, `wanted` the date that was chosen.
    """
    event = first[0].event
    wall = Wall(display_of(request, event), [])
    if wall.display == LIST:
        _fill_list(request, wall, dates, first, wanted)
    else:
        _fill_calendar(request, wall, dates, wanted)
    standings = standings_of(dates.shop, wall.performances, at)
    meant = [one for one in wall.performances if wall.day is None or local_day(one.starts_at) == wall.day]
    chosen = wanted or next((one for one in meant if standings[one.id].sells), (meant or wall.performances or first)[0])
    kept = {"as": wall.display, "page": page_typed(request) if wall.display == LIST else ""}
    for one in wall.performances:
        href = linked(request, **kept, date=one.id) + OFFER
        wall.lines.append(_shown(one, standings[one.id], href, is_chosen=one.id == chosen.id))
    _draw(request, wall, at, chosen)
    wall.switch = switch_of(request, event)
    return wall, chosen


def programme_context(request: HttpRequest, shop: Shop, at: datetime) -> dict[str, object]:
    """What the programme shows: its events one after the other, or the dates of a month or a week."""
    if display_of(request, shop) != LIST:
        return {"shop": shop, "wall": wall_of_shop(request, dates_of_shop(shop, at), at)}
    number = page_typed(request)
    found = programme_of(shop, at, page=number)
    items, has_more = found[:EVENTS_A_PAGE], len(found) > EVENTS_A_PAGE
    alone = [item.first for item in items if item.n_dates == 1]
    standings = standings_of(shop, alone, at)
    return {
        "shop": shop,
        "items": [(item, said_of_item(item, standings)) for item in items],
        "switch": switch_of(request, shop) if sum(item.n_dates for item in items) > 1 else [],
        "before": linked(request, page=number - 1) if number > 1 else "",
        "after": linked(request, page=number + 1) if has_more else "",
    }


def said_of_item(item: Item, standings: dict[UUID, Standing]) -> tuple[str, str]:
    """How an event stands, where there is more to say than that it sells: word and sentence."""
    standing = standings.get(item.first.id, Standing("full") if item.event.online == "full" else Standing("open"))
    return ("", "") if standing.word in ("open", "none") else (standing.word, said_standing(standing))


def wall_of_shop(request: HttpRequest, dates: Dates, at: datetime) -> Wall:
    """The dates of all events in the month or week that the visit asks for; each leads to its event."""
    wall = Wall(display_of(request, dates.shop), [])
    _fill_calendar(request, wall, dates, None)
    standings = standings_of(dates.shop, wall.performances, at)
    for one in wall.performances:
        path = reverse("shop-event", args=[dates.shop.slug, one.event.slug])
        wall.lines.append(_shown(one, standings[one.id], path + linked(request, date=one.id) + OFFER))
    _draw(request, wall, at, None)
    wall.switch = switch_of(request, dates.shop)
    return wall


def _draw(request: HttpRequest, wall: Wall, at: datetime, chosen: Performance | None) -> None:
    """Put the dates into their days."""
    if wall.span is None:
        return
    if wall.day is None or not wall.span.has(wall.day):
        first = chosen or (wall.performances[0] if wall.performances else None)
        wall.day = local_day(first.starts_at) if first else None
    by_day: dict[date, list[Shown]] = {}
    for line in wall.lines:
        by_day.setdefault(local_day(line.date.starts_at), []).append(line)
    today = timezone.localtime(at).date()
    asked = {"as": wall.display}
    wall.weeks = [
        [
            Day(
                day,
                wall.span.has(day),
                day == today,
                by_day.get(day, []),
                linked(request, **asked, day=day.isoformat()) + "#day" if day in by_day else "",
            )
            for day in week
        ]
        for week in wall.span.weeks
    ]
    wall.names = [(date_format(day, "D"), date_format(day, "l")) for day in wall.span.weeks[0]]


def _fill_list(
    request: HttpRequest, wall: Wall, dates: Dates, first: Sequence[Performance], wanted: Performance | None
) -> None:
    number = page_typed(request)
    if wanted is not None and "page" not in request.GET and wanted not in first[:A_PAGE]:
        number = dates.page_with(wanted)
    found = list(first) if number == 1 else dates.page(number)
    wall.performances = found[:A_PAGE]
    if number > 1:
        wall.before = linked(request, **{"as": LIST}, page=number - 1)
    if len(found) > A_PAGE:
        wall.after = linked(request, **{"as": LIST}, page=number + 1)
    if found and (wall.before or wall.after):
        wall.title = _from_to(local_day(found[0].starts_at), local_day(wall.performances[-1].starts_at))


def _fill_calendar(request: HttpRequest, wall: Wall, dates: Dates, wanted: Performance | None) -> None:
    """The month or week that is asked for, or the next one with dates: an empty one is never shown."""
    zone = ZoneInfo(dates.shop.timezone)
    weekday = first_weekday()
    asked = day_typed(request.GET.get("day", ""))
    at = asked or day_typed(request.GET.get("at", "")) or (local_day(wanted.starts_at) if wanted else None)
    moment = span_of(wall.display, at, first_weekday=weekday).moments(zone)[0] if at else dates.since
    start = dates.from_on(moment) or dates.before(moment)
    span = span_of(wall.display, local_day(start or dates.since), first_weekday=weekday)
    begins, ends = span.moments(zone)
    wall.span, wall.performances = span, dates.between(begins, ends)
    wall.day, wall.is_day_asked = asked, asked is not None
    for name, found in (("before", dates.before(begins)), ("after", dates.from_on(ends))):
        if found is not None:
            day = span_of(wall.display, local_day(found), first_weekday=weekday).first
            setattr(wall, name, linked(request, **{"as": wall.display}, at=day.isoformat()))
    if wall.display == MONTH:
        wall.title = date_format(span.first, "F Y")
    else:
        wall.title = _from_to(span.first, span.after - timedelta(days=1))


def first_weekday() -> int:
    """On which day a week begins in the reader's language, counted from Monday, 0; Django counts from Sunday."""
    return (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7


def _from_to(first: date, last: date) -> str:
    """Two days, without saying twice what they share."""
    if first == last:
        return date_format(first, "j M Y")
    begins = "j M Y" if first.year != last.year else "j M" if first.month != last.month else "j"
    return f"{date_format(first, begins)} – {date_format(last, 'j M Y')}"


def _shown(one: Performance, standing: Standing, href: str, *, is_chosen: bool = False) -> Shown:
    said = said_standing(standing)
    short = said
    if standing.since is not None:
        short = _("From %(day)s") % {"day": date_format(timezone.localtime(standing.since), "j M")}
    return Shown(one, href, standing.word, said, short, is_chosen)


def page_typed(request: HttpRequest) -> int:
    """The number of a page in the address; anything else is the first one."""
    text = request.GET.get("page", "")
    return min(MOST_PAGES, max(1, int(text))) if text.isascii() and text.isdecimal() and len(text) < 5 else 1
