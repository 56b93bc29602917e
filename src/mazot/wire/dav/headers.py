# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small headers: Depth, Overwrite, Timeout, Lock-Token, and dates."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal

from mazot.wire.dav.malformed import Malformed

Depth = Literal["0", "1", "infinity"]

LOCK_SECONDS = 3600  # when a client asks for none
_LAST_SECOND = 253_402_300_799  # of the year 9999
LONGEST_LOCK = 24 * 3600  # "Infinite" and more than a day are a day: a lost laptop must not hold a file for ever

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def depth_of(value: bytes | None, *, default: Depth) -> Depth:
    """RFC 4918 §10.2."""
    if value is None:
        return default
    match value.strip().lower():
        case b"0":
            return "0"
        case b"1":
            return "1"
        case b"infinity":
            return "infinity"
    raise Malformed("The Depth header is none of 0, 1 and infinity.")


def overwrite_of(value: bytes | None) -> bool:
    """RFC 4918 §10.6: T when absent."""
    if value is None or value.strip() in (b"T", b"t"):
        return True
    if value.strip() in (b"F", b"f"):
        return False
    raise Malformed("The Overwrite header is neither T nor F.")


def seconds_of(value: bytes | None) -> int:
    """How long a lock shall hold (RFC 4918 §10.7): the first choice that can be read, within our bounds."""
    for choice in (value or b"").split(b","):
        kind = choice.strip().lower()
        if kind == b"infinite":
            return LONGEST_LOCK
        if kind.startswith(b"second-") and kind[7:].isdigit():
            return max(1, min(int(kind[7:17]), LONGEST_LOCK))
    return LOCK_SECONDS


def lock_token_of(value: bytes | None) -> str:
    """The token of a Lock-Token header (RFC 4918 §10.5): `<opaquelocktoken:…>`."""
    token = (value or b"").strip()
    if not (token.startswith(b"<") and token.endswith(b">") and len(token) > 2):
        raise Malformed("The Lock-Token header holds no token in < and >.")
    return token[1:-1].decode("latin-1")


@lru_cache(maxsize=16384)
def http_date(seconds: int) -> str:
    """An IMF-fixdate (RFC 9110 §5.6.7) from seconds since 1970: `Sun, 06 Nov 1994 08:49:37 GMT`."""
    at = _in_utc(seconds)
    # Not strftime: its names of days and months follow the process's locale.
    return f"{_DAYS[at.weekday()]}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} GMT"


@lru_cache(maxsize=16384)
def iso_date(seconds: int) -> str:
    """An RFC 3339 date, as creationdate wants it (RFC 4918 §15.1)."""
    return _in_utc(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(max(0, min(seconds, _LAST_SECOND)), UTC)


def parse_date(value: bytes) -> datetime | None:
    """A moment from any of HTTP's three date forms; none when it is unreadable (RFC 9110 §13.1.3: ignore it then)."""
    try:
        at = parsedate_to_datetime(value.decode("ascii"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def parse_epoch(value: bytes) -> datetime | None:
    """A moment from seconds since 1970, as X-OC-Mtime brings it; none when it is unreadable or not a file's time."""
    try:
        seconds = float(value)
        return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= _LAST_SECOND else None
    except (ValueError, OverflowError):
        return None
