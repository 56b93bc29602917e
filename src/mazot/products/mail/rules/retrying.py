# SPDX-License-Identifier: AGPL-3.0-or-later
"""When a letter that could not be handed over is tried again, and when its sender hears of it.

RFC 5321 section 4.5.4.1: at least half an hour between tries after the first, and four to five days in all. The first
ones come sooner, because greylisting asks for a second try a few minutes later.
"""

from datetime import datetime, timedelta
from enum import Enum

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 60, 120))  # afterwards as the last
KEEPS_TRYING = timedelta(days=5)
TELLS_AFTER = timedelta(hours=4)


class Outcome(Enum):
    SENT = "sent"
    LATER = "later"
    FAILED = "failed"


def outcome_of(code: int) -> Outcome:
    """What a reply means for one recipient; 0 is a connection that did not come about or broke."""
    if 200 <= code < 300:
        return Outcome.SENT
    return Outcome.FAILED if 500 <= code < 600 else Outcome.LATER


def next_try(attempts: int, at: datetime, expires_at: datetime) -> datetime | None:
    """When to try again after so many tries; none when the letter's time is over."""
    again = at + PAUSES[min(attempts, len(PAUSES)) - 1]
    if at >= expires_at:
        return None
    return min(again, expires_at)


def tells_now(created_at: datetime, at: datetime, told_at: datetime | None, notify: str) -> bool:
    """Whether the sender is told now that a letter is late (RFC 3461 section 4.1: NOTIFY may ask for silence)."""
    asked = notify.upper().split(",") if notify else ["FAILURE", "DELAY"]
    return told_at is None and "DELAY" in asked and at - created_at >= TELLS_AFTER


def tells_failure(notify: str) -> bool:
    return not notify or "FAILURE" in notify.upper().split(",")
