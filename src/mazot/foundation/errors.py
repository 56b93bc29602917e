# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways a deed can fail. Each door (web, DAV, later IMAP…) has one table that turns these into its language."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


class DomainError(Exception):
    """A deed was not done; the reason is a stable word, the sentence is for a person, the way out is optional."""

    reason = "failed"

    def __init__(self, reason: str = "", sentence: object = "", *, way_out: object = "", **facts: object) -> None:
        super().__init__(reason or self.reason)
        self.reason = reason or self.reason
        self.sentence = sentence
        self.way_out = way_out
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.reason}: {self.sentence}" if self.sentence else self.reason


class NotFound(DomainError):
    """It does not exist, or this actor may not know that it does."""

    reason = "not_found"


class NotAllowed(DomainError):
    """The actor sees the thing but may not do this to it."""

    reason = "not_allowed"


class Conflict(DomainError):
    """The state changed, or the name is taken: look again and decide."""

    reason = "conflict"


class OverQuota(DomainError):
    """There is no room left for this."""

    reason = "over_quota"


class Refused(DomainError):
    """A rule of the domain forbids it, whoever asks; the sentence says which."""

    reason = "refused"


class Invalid(Refused):
    """What was sent cannot be used: the facts name the field and the limit."""

    reason = "invalid"


class Locked(Conflict):
    """Somebody holds a lock on it."""

    reason = "locked"


class Busy(DomainError):
    """Not now; try again."""

    reason = "busy"


class InMaintenance(Busy):
    """Closed for a while by those who manage it; told to those alone who would be let in."""

    reason = "maintenance"


class TooMany(Busy):
    """Too many tries from this side; the facts carry `wait` in seconds."""

    reason = "too_many"


class NoSpace(Busy):
    """The disk is full: nothing was kept, and an operator has to make room."""

    reason = "no_space"


class SignInRefused(DomainError):
    """Nobody was let in. `reason` is for the login history alone: a door answers each of them with the same words."""

    reason = "sign_in_refused"


def first_fitting(error: Exception, table: Iterable[tuple[type[Exception], T]]) -> T | None:
    """What a door's table says of an error: the first class that fits wins, so children stand before parents."""
    return next((said for kind, said in table if isinstance(error, kind)), None)


def seconds_of_rest(error: DomainError, *, usual: int) -> int:
    """How long to wait before the next try (Retry-After, RFC 9110 §10.2.3: whole seconds)."""
    wait = error.facts.get("wait")
    return max(1, round(wait)) if isinstance(wait, int | float) else usual
