# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mazot.wire.mime.words import plain


def date_of(value: bytes) -> datetime | None:
    """The moment a Date field names, in UTC; none where it names no moment that can be."""
    try:
        found = parsedate_to_datetime(plain(value[:200]))
        at = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at if 1970 <= at.year <= 2200 else None
