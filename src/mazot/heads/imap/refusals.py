# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one table from errors to IMAP's answers (codes of RFC 9051 section 7.1 and RFC 5530)."""

from dataclasses import dataclass

from mazot.foundation.errors import (
    Busy,
    Conflict,
    DomainError,
    NoSpace,
    NotAllowed,
    NotFound,
    OverQuota,
    Refused,
    SignInRefused,
    TooMany,
    first_fitting,
)
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.searching import BadCharset


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a client hears: the state of the answer, its code, and a sentence for errors that have none."""

    code: bytes
    sentence: str
    state: bytes = b"NO"


class No(Exception):
    """A command that is understood and not done."""

    def __init__(self, sentence: str, code: bytes = b"") -> None:
        super().__init__(sentence)
        self.refusal = Refusal(code, sentence)


BY_REASON = {
    "maintenance": Refusal(b"UNAVAILABLE", "This address is in maintenance."),
    "exists": Refusal(b"ALREADYEXISTS", "There is a mailbox of that name already."),
    "taken": Refusal(b"ALREADYEXISTS", "There is a mailbox of that name already."),
    "role_taken": Refusal(b"USEATTR", "Another mailbox has this use already."),
    "inbox_stays": Refusal(b"CANNOT", "The inbox stays."),
}
BY_KIND: tuple[tuple[type[Exception], Refusal], ...] = (
    (SignInRefused, Refusal(b"AUTHENTICATIONFAILED", "The address and the password do not open a mailbox.")),
    (NotFound, Refusal(b"NONEXISTENT", "There is no such mailbox.")),
    (NotAllowed, Refusal(b"NOPERM", "This device may read and not change anything here.")),
    (OverQuota, Refusal(b"OVERQUOTA", "There is not enough room left in this mailbox.")),
    (NoSpace, Refusal(b"UNAVAILABLE", "There is no room left on the server.")),
    (TooMany, Refusal(b"LIMIT", "There were too many tries. Wait a moment.")),
    (Busy, Refusal(b"INUSE", "This is not possible at the moment. Try again.")),
    (Refused, Refusal(b"CANNOT", "This is not possible here.")),
    (Conflict, Refusal(b"ALREADYEXISTS", "This exists already, or changed at the same moment.")),
)


def refusal_of(error: Exception) -> Refusal | None:
    """What a client hears of an error; none for one that nobody foresaw."""
    if isinstance(error, No):
        return error.refusal
    if isinstance(error, BadCharset):
        return Refusal(b"BADCHARSET (US-ASCII UTF-8)", str(error))
    if isinstance(error, Malformed):
        return Refusal(b"", str(error), b"BAD")
    if isinstance(error, SignInRefused):  # the same words for each: they tell nothing about which part was wrong
        return BY_KIND[0][1]
    refusal = (BY_REASON.get(error.reason) if isinstance(error, DomainError) else None) or first_fitting(error, BY_KIND)
    if refusal is None or not isinstance(error, DomainError):
        return refusal
    said = " ".join(str(part) for part in (error.sentence, error.way_out) if part)
    return Refusal(refusal.code, said or refusal.sentence)
