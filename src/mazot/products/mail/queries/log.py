# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log of an address: what became of each letter that it sent or was sent, hop by hop, newest first.

Who manages the service finds out here why a letter did not come, and is shown no subjects: those are for the people
of the address who hold its log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mazot.products.mail.models import Outgoing, Recipient, Trace
from mazot.products.mail.rights import LOG, rights_on
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address
    from mazot.tenancy.actor import Actor

A_PAGE = 40
MOST_HOPS = 60  # of one letter: five days of tries are some seventy, and the first ones tell what the others do
Key = tuple[str, str, str]
Cursor = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for; anything that means nothing is left out."""

    direction: str = ""  # "in", "out", or both
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    before: Cursor | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Asked:
        until = _midnight(said.get("until", ""))
        direction = said.get("direction", "")
        return cls(
            direction=direction if direction in Trace.Direction.values else "",
            since=_midnight(said.get("since", "")),
            until=until + timedelta(days=1) if until else None,
            words=said.get("words", "").replace("\0", "").strip()[:100],
            before=_cursor(said.get("before", "")),
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter for one recipient: its newest line, those before it, and what is still to come."""

    newest: Trace
    subject: str | None  # none: not for this reader
    hops: list[Trace] = field(default_factory=list)  # oldest first
    handed_in_at: datetime | None = None  # when it was given to this server to be sent
    next_at: datetime | None = None  # when it is tried again
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    letters: list[Letter]
    waiting: list[Recipient]  # on their way, and nobody was asked yet
    older: str  # the cursor of the next page; empty at the end
    shows_subjects: bool


def log_of(actor: Actor, address: Address, asked: Asked, *, limit: int = A_PAGE) -> Page:
    """One page of the log, with every hop of its letters."""
    require(actor, LOG, address)
    shows_subjects = bool((rights_on(actor, address.id) or AddressRight(0)) & AddressRight.LOG)
    newest = list(_newest(address, asked, shows_subjects=shows_subjects)[: limit + 1])
    older = f"{newest[limit - 1].at.isoformat()}_{newest[limit - 1].id}" if len(newest) > limit else ""
    newest = newest[:limit]
    hops, recipients = _hops(address, newest), _recipients(address, asked, newest)
    known = {("out", one.outgoing.message_id, one.address): one for one in reversed(recipients)}
    letters = [
        _letter(one, hops.get(_key(one), [one]), known.get(_key(one)), shows_subjects=shows_subjects) for one in newest
    ]
    untried = [one for one in recipients if not one.attempts and one.state == Recipient.State.WAITING]
    return Page(letters, untried[:A_PAGE], older, shows_subjects)


def _newest(address: Address, asked: Asked, *, shows_subjects: bool) -> QuerySet[Trace]:
    """The newest line of each letter in the period; a line of a letter without a name stands by itself."""
    later = Trace.objects.filter(
        address=address,
        message_id=OuterRef("message_id"),
        direction=OuterRef("direction"),
        recipient=OuterRef("recipient"),
        id__gt=OuterRef("id"),
    )
    found = Trace.objects.filter(address=address)
    if asked.direction:
        found = found.filter(direction=asked.direction)
    if asked.since:
        found = found.filter(at__gte=asked.since)
    if asked.until:
        found, later = found.filter(at__lt=asked.until), later.filter(at__lt=asked.until)
    if asked.words:
        said = Q(sender__icontains=asked.words) | Q(recipient__icontains=asked.words)
        said |= Q(message_id__icontains=asked.words)
        found = found.filter(said | Q(subject__icontains=asked.words) if shows_subjects else said)
    if asked.before:
        at, key = asked.before
        found = found.filter(Q(at__lt=at) | Q(at=at, id__lt=key))
    return found.filter(Q(message_id="") | ~Exists(later)).order_by("-at", "-id")


def _hops(address: Address, newest: Sequence[Trace]) -> dict[Key, list[Trace]]:
    ids = {one.message_id for one in newest if one.message_id}
    hops: dict[Key, list[Trace]] = {}
    if ids:
        for trace in Trace.objects.filter(address=address, message_id__in=ids).order_by("at", "id")[:5000]:
            hops.setdefault(_key(trace), []).append(trace)
    return hops


def _recipients(address: Address, asked: Asked, newest: Iterable[Trace]) -> list[Recipient]:
    """How far the letters have come that this page says were sent, and those nobody was tried for yet.

    The latter stand only at the top of a log that is not narrowed down.
    """
    ids = {one.message_id for one in newest if one.message_id and one.direction == Trace.Direction.OUT}
    wanted = Q(outgoing__message_id__in=ids)
    if not (asked.before or asked.words or asked.since or asked.until or asked.direction == Trace.Direction.IN):
        wanted |= Q(state=Recipient.State.WAITING, attempts=0)
    found = Recipient.objects.filter(wanted, outgoing__address=address).exclude(outgoing__sender="")
    return list(found.select_related("outgoing").order_by("-id")[:5000])


def _letter(newest: Trace, hops: list[Trace], found: Recipient | None, *, shows_subjects: bool) -> Letter:
    outgoing: Outgoing | None = found.outgoing if found is not None else None
    waits = found is not None and found.state == Recipient.State.WAITING
    return Letter(
        newest,
        newest.subject if shows_subjects else None,
        hops[-MOST_HOPS:],
        handed_in_at=outgoing.created_at if outgoing else None,
        next_at=found.next_at if found is not None and waits else None,
        expires_at=outgoing.expires_at if outgoing and waits else None,
    )


def _key(trace: Trace) -> Key:
    return (str(trace.direction), trace.message_id, trace.recipient) if trace.message_id else ("", str(trace.id), "")


def _cursor(said: str) -> Cursor | None:
    moment, _mark, key = said[:60].rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    if not key.isascii() or not key.isdecimal() or len(key) > 18 or at.tzinfo is None or not _is_near(at):
        return None
    return at.astimezone(UTC), int(key)


def _midnight(said: str) -> datetime | None:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) if _is_near(day) else None


def _is_near(day: date) -> bool:
    """Whether every zone has this day, and the next one: the first and last days of the calendar are no dates."""
    return 1970 < day.year < 9000
