# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a gate answers to a ticket: by the list's terms, the ticket's state and who went through before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

OK, UNKNOWN, TRIAL, VOID, WRONG_DATE, WRONG_ZONE = "ok", "unknown", "test", "void", "wrong_date", "wrong_zone"
UNPAID, NOT_OPEN, USED, NOT_INSIDE = "unpaid", "closed", "already_used", "not_inside"
RESULTS = (OK, USED, NOT_INSIDE, VOID, WRONG_DATE, WRONG_ZONE, UNPAID, NOT_OPEN, TRIAL, UNKNOWN)
SINGLE, REENTRY = "single", "reentry"


@dataclass(frozen=True, slots=True)
class Terms:
    """Who a list lets in; no zones means all of them."""

    performance_id: UUID
    zones: frozenset[str]
    mode: str
    admits_unpaid: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The ticket that is shown."""

    performance_id: UUID
    zone_id: UUID
    state: str
    is_trial: bool  # of a test order, while the shop sells for real


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody went through with the ticket, in or out."""

    at: datetime
    is_exit: bool = False


def folded(code: str) -> str:
    """A code as rows keep it: QR codes carry capitals, and people type spaces."""
    return "".join(code.split()).lower()[:64]


def entitled(terms: Terms, shown: Shown, at: datetime) -> str:
    """Whether the ticket opens this gate at all, whoever went through before; the gravest fault is said."""
    opens, closes = terms.opens_at, terms.closes_at
    faults = {
        TRIAL: shown.is_trial,
        WRONG_DATE: shown.performance_id != terms.performance_id,
        VOID: shown.state == "void",
        WRONG_ZONE: bool(terms.zones) and str(shown.zone_id) not in terms.zones,
        UNPAID: shown.state == "pending" and not terms.admits_unpaid,
        NOT_OPEN: (opens is not None and at < opens) or (closes is not None and at >= closes),
    }
    return next((fault for fault, is_so in faults.items() if is_so), OK)


def allowed(mode: str, passages: Sequence[Passage]) -> list[bool]:
    """Whether each passage could happen, in the order of their time: nobody is in twice, nobody leaves from outside."""
    answers, inside, went_in = [], False, False
    for passage in passages:
        if mode == SINGLE:
            may = passage.is_exit or not went_in
        elif mode == REENTRY:
            may = inside == passage.is_exit
        else:
            may = True
        answers.append(may)
        if may:
            inside, went_in = not passage.is_exit, went_in or not passage.is_exit
    return answers


def standing(mode: str, passages: Sequence[Passage]) -> str:
    """Where the holder is, as a scanner keeps it: "i" inside, "o" out again, "-" as if nobody had come."""
    gone = [passage for passage, may in zip(passages, allowed(mode, passages), strict=True) if may]
    if not any(not passage.is_exit for passage in gone):
        return "-"
    return "o" if gone[-1].is_exit else "i"


def verdict(terms: Terms, shown: Shown | None, before: Sequence[Passage], wish: Passage) -> str:
    """What the gate answers now, after all who went through with this ticket before (in the order of time)."""
    if shown is None:
        return UNKNOWN
    answer = entitled(terms, shown, wish.at)
    if answer != OK or allowed(terms.mode, [*before, wish])[-1]:
        return answer
    return NOT_INSIDE if wish.is_exit else USED


def believed(at: datetime, *, sent_at: datetime, received_at: datetime, not_before: datetime) -> datetime:
    """A moment on the device's clock by ours: the device says what it takes for now, and the difference is taken off.

    Never after it arrived, never before the device was paired.
    """
    return max(not_before, min(at + (received_at - sent_at), received_at))
