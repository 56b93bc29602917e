# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that an address writes by itself (RFC 3834, RFC 5230): to whom, when, and how they look."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from mazot.wire.sieve import Letter
from mazot.wire.sieve.letter import mailboxes

DAY = 24 * 3600
USUAL_SECONDS = 4 * DAY  # between two answers to one sender
SHORTEST_SECONDS = 3600
LONGEST_TEXT = 20_000
LONGEST_SUBJECT = 200

_NOBODY = re.compile(
    r"mailer-daemon|(?:no|do-?not)[-_.]?reply|owner-.*|.*-(?:request|owner|bounces?)|listserv|majordomo|postmaster"
)
_TO = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_LISTS = ("list-id", "list-help", "list-unsubscribe", "list-post", "list-owner", "list-archive", "list-subscribe")


def why_not(letter: Letter, own: Iterable[str]) -> str:
    """Why a letter gets no automatic answer; empty when it may get one. `own` are addresses of whoever answers."""
    local, at, _domain = letter.sender.lower().rpartition("@")
    mine = {address.lower() for address in own}
    checks = (
        ("no_sender", not at),
        ("own", letter.sender.lower() in mine),
        ("nobody", _NOBODY.fullmatch(local) is not None),
        ("list", any(letter.has(name) for name in _LISTS)),
        ("bulk", _says(letter, "precedence", "bulk", "list", "junk")),
        ("automatic", any(told.split(";")[0].strip().lower() != "no" for told in letter.header("auto-submitted"))),
        ("automatic", bool(letter.header("x-auto-response-suppress"))),
        ("spam", _says(letter, "x-spam-flag", "yes")),
        ("not_addressed", not mine & _addressed(letter)),
    )
    return next((reason for reason, applies in checks if applies), "")


def is_excepted(sender: str, patterns: Iterable[str]) -> bool:
    """Whether a sender is one of those that get no reply: whole addresses, and * for any letters."""
    return any(
        re.fullmatch(".*".join(re.escape(piece) for piece in pattern.strip().lower().split("*")), sender.lower())
        for pattern in patterns
        if pattern.strip()
    )


def is_due(at: datetime, *, starts_at: datetime | None, ends_at: datetime | None, weekdays: int) -> bool:
    """Whether a reply is on at a moment, which is told in the zone its days are meant in."""
    has_begun = starts_at is None or at >= starts_at
    has_ended = ends_at is not None and at >= ends_at
    return has_begun and not has_ended and bool(weekdays >> at.weekday() & 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A letter of ours: what it says, and what it answers."""

    sender: str
    name: str
    goes_to: str
    subject: str
    text: str
    message_id: str
    at: datetime
    why: str = "auto-replied"  # Auto-Submitted
    answers: str = ""  # Message-ID with its angles
    references: str = ""
    has_head: bool = False  # the text begins with MIME fields of its own (RFC 5230 section 4.2)
    importance: str = ""


def written(answer: Answer) -> bytes:
    """The letter as it goes over the wire."""
    fields = [
        ("From", formataddr((answer.name, answer.sender)) if answer.sender.isascii() else f"<{answer.sender}>"),
        ("To", f"<{answer.goes_to}>"),
        ("Subject", _header(answer.subject)),
        ("Date", format_datetime(answer.at)),
        ("Message-ID", answer.message_id),
        ("Auto-Submitted", answer.why),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "All"),  # Exchange answers automatic letters without it
    ]
    if answer.answers:
        references = " ".join(f"{answer.references} {answer.answers}".split()[-20:])
        fields += [("In-Reply-To", answer.answers), ("References", references)]
    if answer.importance:
        fields.append(("Importance", {"1": "high", "3": "low"}.get(answer.importance, "normal")))
    head = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields)
    text = "\r\n".join(answer.text.splitlines()) + "\r\n"
    if answer.has_head:
        return f"{head}MIME-Version: 1.0\r\n{text}".encode("utf-8", "replace")
    plain = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + plain + text).encode("utf-8", "replace")


def _header(subject: str) -> str:
    plain = " ".join(subject.split())[:LONGEST_SUBJECT]
    return plain if plain.isascii() else str(Header(plain, "utf-8", maxlinelen=10_000).encode())


def _says(letter: Letter, name: str, *words: str) -> bool:
    return any(told.strip().lower() in words for told in letter.header(name))


def _addressed(letter: Letter) -> set[str]:
    return {one.address.lower() for one in mailboxes(letter.raw(_TO))}
