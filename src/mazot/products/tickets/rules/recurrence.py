# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates of an event that repeats (RFC 5545 §3.3.10), at the same hour of the shop's clock all year."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

MOST = 366
EVERY = ("daily", "weekly", "monthly")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def rule_of(*, every: str, days: tuple[int, ...] = (), interval: int = 1, until: date) -> str:
    """The RRULE of "every second week on Friday and Saturday until the end of May"; days count from Monday, 0."""
    parts = [f"FREQ={every.upper()}"]
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    if days and every == "weekly":
        parts.append("BYDAY=" + ",".join(DAYS[day] for day in sorted(set(days))))
    parts.append(f"UNTIL={until:%Y%m%d}T235959")
    return ";".join(parts)


def moved(moment: datetime, start: datetime, to: datetime, zone: ZoneInfo) -> datetime:
    """A moment as far from another start, on the wall clock: doors at 19:00 stay at 19:00 when the clocks change."""
    apart = moment.astimezone(zone).replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None)
    wall = to.astimezone(zone).replace(tzinfo=None) + apart
    return wall.replace(tzinfo=zone).astimezone(UTC)


def shifted(starts: Iterable[datetime], first: date, zone: ZoneInfo) -> list[datetime]:
    """The same dates so that the first is on this day: each as many days later, at its own hour."""
    local = sorted(start.astimezone(zone) for start in starts)
    days = first - local[0].date()
    return [(one.replace(tzinfo=None) + days).replace(tzinfo=zone).astimezone(UTC) for one in local]


def moments(rule: str, first: date, hours: tuple[time, ...], zone: ZoneInfo) -> list[datetime]:
    """When it happens, in UTC, in order; one more than MOST at most, so that the caller sees there are too many.

    The rule is worked out on the wall clock and each date then put into its zone, so that 20:00 stays 20:00.
    """
    found: list[datetime] = []
    for day in rrulestr(rule, dtstart=datetime.combine(first, time())):
        found += [datetime.combine(day.date(), hour, tzinfo=zone).astimezone(UTC) for hour in sorted(set(hours))]
        if len(found) > MOST:
            break
    return sorted(found[: MOST + 1])
