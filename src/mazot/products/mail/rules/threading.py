# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages answer each other, after Jamie Zawinski (RFC 5256): by Message-ID, and by subject after Re: only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from mazot.wire.mime import normal_subject

MAX_REFERENCES = 100
SAME_SUBJECT_WITHIN = timedelta(days=30)
_PASSED_ON = re.compile(r"\s*(\[[^\]]*\]\s*)*(fwd?|wg|tr)\s*(\[[^\]]*\])?\s*:|\s*\[fwd:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Threads that a message shows to be one: the one that stays, and those that go into it."""

    stays: int
    goes: tuple[int, ...]


def digest_of(text: str) -> bytes:
    """Sixteen bytes that stand for a Message-ID or a subject."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def subject_of(subject: str) -> tuple[bytes, bool]:
    """What stands for a subject without its Re: (nothing for an empty one), and whether the letter is an answer.

    Who passes a letter on begins a thread of their own: the others never see it.
    """
    base, is_reply = normal_subject(subject)
    return digest_of(base.casefold()) if base else b"", is_reply and not _PASSED_ON.match(subject)


def references_of(message_id: str, references: Iterable[str]) -> list[bytes]:
    """The digests of a message's own id and of those it answers: its own first, the nearest of the others next.

    A References field lists the oldest first, so the last ones are kept where there are too many.
    """
    answered = [one for one in references if one][-MAX_REFERENCES:]
    names = [message_id, *reversed(answered)] if message_id else [*reversed(answered)]
    return list(dict.fromkeys(digest_of(name) for name in names))


def meeting(found: Sequence[int], sizes: Mapping[int, int]) -> Meeting | None:
    """The largest thread stays, the oldest of equals; none when no thread was found."""
    threads = sorted(set(found), key=lambda thread: (-sizes.get(thread, 0), thread))
    return Meeting(threads[0], tuple(threads[1:])) if threads else None


def subject_window(received_at: datetime) -> tuple[datetime, datetime]:
    """Between which moments a thread's newest message must lie for a reply to join it by its subject."""
    return received_at - SAME_SUBJECT_WITHIN, received_at + SAME_SUBJECT_WITHIN
