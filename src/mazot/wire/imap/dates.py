# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates as IMAP writes them: `23-Nov-2026`, and `"23-Nov-2026 10:00:00 +0100"` (RFC 9051 section 9)."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from mazot.wire.imap.cursor import Cursor, Malformed

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NUMBERS = {month.upper().encode(): number for number, month in enumerate(MONTHS, 1)}
DATE = re.compile(rb"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
DATE_TIME = re.compile(
    rb'"([ 0-9][0-9])-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"'
)


def read_date(cursor: Cursor) -> date:
    is_quoted = cursor.takes(b'"')
    found = DATE.match(cursor.line(), cursor.at)
    if found is None:
        raise cursor.expected("a date like 23-Nov-2026")
    cursor.at = found.end()
    if is_quoted:
        cursor.must(b'"')
    try:
        return date(int(found[3]), NUMBERS[found[2].upper()], int(found[1]))
    except (KeyError, ValueError) as error:
        raise Malformed(f"There is no day {found[0].decode()}") from error


def read_date_time(cursor: Cursor) -> datetime:
    found = DATE_TIME.match(cursor.line(), cursor.at)
    if found is None:
        raise cursor.expected('a time like "23-Nov-2026 10:00:00 +0100"')
    cursor.at = found.end()
    day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        zone = timezone(-offset if sign == b"-" else offset)
        # A leap second is kept as the second before it, which Python can hold.
        clock = (int(hour), int(minute), min(int(second), 59))
        moment = datetime(int(year), NUMBERS[month.upper()], int(day), *clock, tzinfo=zone)
        return moment.astimezone(UTC)
    except (KeyError, ValueError, OverflowError) as error:
        raise Malformed(f"There is no time {found[0].decode()}") from error


def written_date_time(moment: datetime) -> bytes:
    """A moment in UTC."""
    when = moment.astimezone(UTC)
    return f'"{when.day:02}-{MONTHS[when.month - 1]}-{when.year:04} {when:%H:%M:%S} +0000"'.encode()
