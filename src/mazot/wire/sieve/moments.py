# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates of a letter, part by part (RFC 5260 section 4)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import format_datetime, parsedate_to_datetime

_JULIAN_EPOCH = 678_576  # ordinal of 17 November 1858, the day 0 of the modified Julian calendar


def _zone(at: datetime) -> str:
    return f"{at:%z}"[:5]


PARTS: dict[str, Callable[[datetime], str]] = {
    "year": lambda at: f"{at.year:04}",
    "month": lambda at: f"{at.month:02}",
    "day": lambda at: f"{at.day:02}",
    "date": lambda at: f"{at.year:04}-{at.month:02}-{at.day:02}",
    "julian": lambda at: str(at.date().toordinal() - _JULIAN_EPOCH),
    "hour": lambda at: f"{at.hour:02}",
    "minute": lambda at: f"{at.minute:02}",
    "second": lambda at: f"{at.second:02}",
    "time": lambda at: f"{at.hour:02}:{at.minute:02}:{at.second:02}",
    "iso8601": lambda at: f"{at.year:04}-{at:%m-%dT%H:%M:%S}{_zone(at)[:3]}:{_zone(at)[3:]}",
    "std11": format_datetime,
    "zone": _zone,
    "weekday": lambda at: str(at.isoweekday() % 7),
}


def moment_in(value: str, here: tzinfo | None) -> datetime | None:
    """The moment a field tells of, in the zone it tells it in; what stands behind the last ; of a Received."""
    told = value.rpartition(";")[2].strip()[:200]
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at.replace(tzinfo=here or UTC) if at.tzinfo is None else at


def part_of(at: datetime, what: str, zone: tzinfo | None) -> str | None:
    """One part of a moment in a zone; none when the moment leaves the calendar there."""
    try:
        return PARTS[what.lower()](at if zone is None else at.astimezone(zone))
    except (KeyError, OverflowError, ValueError):
        return None


def zone_of(told: str) -> tzinfo | None:
    """A zone like +0100."""
    found = re.fullmatch(r"([+-])([0-9]{2})([0-9]{2})", told)
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset)
