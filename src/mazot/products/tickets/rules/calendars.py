# SPDX-License-Identifier: AGPL-3.0-or-later
"""Months and weeks as a wall calendar has them: which days they show, and which moments of a place they span."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LIST, MONTH, WEEK = "list", "month", "week"
DISPLAYS = (LIST, MONTH, WEEK)


@dataclass(frozen=True, slots=True)
class Span:
    """A month or a week: `first` is in it, `after` no longer; the weeks of a month are whole ones."""

    first: date
    after: date
    weeks: tuple[tuple[date, ...], ...]

    def has(self, day: date) -> bool:
        return self.first <= day < self.after

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins there, and when the next one does; a day of 23 or 25 hours is one day."""
        begins, ends = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (self.first, self.after))
        return begins, ends


def span_of(display: str, day: date, *, first_weekday: int) -> Span:
    """The month or week that a day is in; weekdays count from Monday, 0."""
    if display == WEEK:
        first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
        week = tuple(first + timedelta(days=number) for number in range(7))
        return Span(first, first + timedelta(days=7), (week,))
    weeks = Calendar(first_weekday).monthdatescalendar(day.year, day.month)
    after = (day.replace(day=28) + timedelta(days=7)).replace(day=1)
    return Span(day.replace(day=1), after, tuple(map(tuple, weeks)))


def day_typed(text: str) -> date | None:
    """A day of an address, such as 2027-01-16; none for anything else, and none at the ends of the calendar."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min.year + 1 < day.year < date.max.year - 1 else None
