# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket at the gate: judged at once, or told later by a scanner that had no network."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import insert_unless_there, update
from mazot.products.tickets.models import Device, Scan, Ticket
from mazot.products.tickets.queries.gates import passages, shown_by, terms_of
from mazot.products.tickets.rights import CONTROL
from mazot.products.tickets.rules.scanning import OK, Passage, allowed, believed, folded, verdict
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

AT_ONCE = 500  # late scans in one upload


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says, about which ticket, and who went through with it before."""

    scan: Scan
    ticket: Ticket | None = None
    before: Scan | None = None

    @property
    def result(self) -> str:
        return self.scan.result


@dataclass(frozen=True, slots=True)
class Late:
    """A scan that the device decided alone: when by its own clock, and whether the door opened."""

    code: str
    at: datetime
    nonce: UUID
    is_exit: bool
    let_in: bool


@action(needs=CONTROL)
def redeem(actor: Actor, device: Device, *, code: str, nonce: UUID, is_exit: bool = False) -> Verdict:  # noqa: ARG001
    """Judge one ticket now and keep the scan; the same nonce again gets the same answer and changes nothing."""
    held, now = _hold(device), clock.now()
    ticket = _tickets(held, [folded(code)]).get(folded(code))
    before = _scans([ticket] if ticket else [], held, [nonce])
    if (known := next((scan for scan in before if scan.nonce == nonce), None)) is not None:
        return Verdict(known, ticket, None)
    through = [scan for scan in before if _opened(scan)]
    shown = shown_by(ticket, held.list.performance.event.shop) if ticket else None
    result = verdict(terms_of(held.list), shown, passages(through), Passage(now, is_exit))
    scan = Scan(list=held.list, device=held, ticket=ticket, nonce=nonce, is_exit=is_exit, result=result)
    scan.at = scan.received_at = now
    scan.let_in = result == OK
    _keep(scan)
    if ticket is not None and scan.let_in and not is_exit:
        _use(ticket, now)
    _seen(held, now)
    return Verdict(scan, ticket, through[-1] if through else None)


@action(needs=CONTROL)
def upload_scans(actor: Actor, device: Device, *, scans: Sequence[Late], sent_at: datetime) -> Mapping[UUID, str]:  # noqa: ARG001
    """Keep what a scanner decided alone; nothing is lost, the earliest entry counts and a later one is in doubt.

    `sent_at` is what the device takes for now. The answer says for each nonce what the gate would have said. A scanner
    that was ended still tells what it did, and all of that is in doubt.
    """
    if len(scans) > AT_ONCE:
        sentence = _("One upload has up to %(limit)d scans.") % {"limit": AT_ONCE}
        raise Invalid("too_many", sentence, field="scans", limit=AT_ONCE)
    held, now = _hold(device, even_ended=True), clock.now()
    tickets = _tickets(held, [folded(late.code) for late in scans])
    kept = _scans(tickets.values(), held, [late.nonce for late in scans])
    known = {scan.nonce: scan for scan in kept}
    answers = {nonce: scan.result for nonce, scan in known.items()}
    moments = {late.nonce: _moment(held, late, sent_at, now) for late in scans}
    for late in sorted(scans, key=lambda one: moments[one.nonce]):
        if late.nonce in answers:
            _set_right(held, known.get(late.nonce), late)
            continue
        scan = _judged_late(held, late, tickets.get(folded(late.code)), kept, moments[late.nonce])
        answers[late.nonce] = scan.result
        if _opened(scan):
            kept.append(scan)
    held.clock_offset = max(-(2**31), min(2**31 - 1, round((sent_at - now).total_seconds())))
    held.last_seen_at = now
    update(held, "clock_offset", "last_seen_at")
    return {late.nonce: answers[late.nonce] for late in scans}


def _judged_late(device: Device, late: Late, ticket: Ticket | None, kept: Sequence[Scan], at: datetime) -> Scan:
    """Keep one late scan, and mark what can not both be true once it stands among the others by its time."""
    scan = Scan(list=device.list, device=device, ticket=ticket, nonce=late.nonce, is_exit=late.is_exit)
    scan.at, scan.received_at, scan.is_late, scan.let_in = at, clock.now(), True, late.let_in
    others = [one for one in kept if ticket is not None and one.ticket_id == ticket.id and _opened(one)]
    shown = shown_by(ticket, device.list.performance.event.shop) if ticket else None
    earlier = sorted((one for one in others if one.at <= at), key=attrgetter("at"))
    scan.result = verdict(terms_of(device.list), shown, passages(earlier), Passage(at, late.is_exit))
    scan.conflicts = late.let_in and (scan.result != OK or device.revoked_at is not None)
    _keep(scan)
    if ticket is not None and _opened(scan):
        if not late.is_exit:
            _use(ticket, at)
        _doubt(device, [*others, scan])
    return scan


def _doubt(device: Device, opened: Sequence[Scan]) -> None:
    """What went through first at another gate comes later now that an earlier one is told: it is in doubt."""
    line = sorted(opened, key=attrgetter("at"))
    for scan, may in zip(line, allowed(device.list.mode, passages(line)), strict=True):
        if not may and not scan.conflicts:
            scan.conflicts = True
            update(scan, "conflicts")


def _set_right(device: Device, scan: Scan | None, late: Late) -> None:
    """The gate had answered, but the device did not wait for it and decided alone: what its door did is what counts."""
    if scan is None or scan.device_id != device.id or scan.is_late or scan.let_in == late.let_in:
        return
    scan.is_late, scan.let_in, scan.received_at = True, late.let_in, clock.now()
    scan.conflicts = late.let_in and (scan.result != OK or device.revoked_at is not None)
    update(scan, "is_late", "let_in", "received_at", "conflicts")


def _keep(scan: Scan) -> None:
    if not insert_unless_there(scan):
        raise Invalid("nonce", _("Another scanner has a scan of this name."), field="nonce")


def _opened(scan: Scan) -> bool:
    return scan.let_in and scan.result == OK


def _hold(device: Device, *, even_ended: bool = False) -> Device:
    """The scanner, held still so that its scans come one after the other; one that was ended is absent."""
    found = _LOCKED_DEVICE.first(device.id, device.organization_id)
    if found is None or (found.revoked_at is not None and not even_ended):
        raise NotFound("not_found")
    if found.list_id == device.list_id:  # what stands above the list is no scan's business; its terms are read anew
        found.list.performance = device.list.performance
    return found


_LOCKED_DEVICE = Prepared[Device](
    lambda device_id, organization_id: (
        Device.objects.select_for_update(no_key=True, of=("self",))
        .select_related("list")
        .filter(id=device_id, organization_id=organization_id)
    )
)


def _tickets(device: Device, codes: Sequence[str]) -> dict[str, Ticket]:
    """The tickets of the device's shop with these codes, locked in the order of their ids."""
    return {ticket.code: ticket for ticket in _LOCKED_TICKETS(set(codes), device.instance_id)}


_LOCKED_TICKETS = Prepared[Ticket](
    lambda codes, instance_id: (
        Ticket.objects.select_for_update(no_key=True, of=("self",))
        .exclude(state=Ticket.State.HELD)
        .filter(code__in=codes, instance_id=instance_id, order__isnull=False)
        .select_related("order", "price", "zone", "performance__event")
        .order_by("id")
    )
)


def _scans(tickets: Collection[Ticket], device: Device, nonces: Sequence[UUID]) -> list[Scan]:
    """Who went through with these tickets on the list before, by time, and what has one of these nonces."""
    return _SCANS([ticket.id for ticket in tickets], device.list_id, set(nonces), device.id)


_SCANS = Prepared[Scan](
    lambda ticket_ids, list_id, nonces, device_id: (
        (
            Scan.objects.filter(ticket_id__in=ticket_ids, list_id=list_id, let_in=True)
            | Scan.objects.filter(nonce__in=nonces, device_id=device_id)
        )
        .select_related("device")
        .order_by("at", "id")
    )
)


def _moment(device: Device, late: Late, sent_at: datetime, now: datetime) -> datetime:
    return believed(late.at, sent_at=sent_at, received_at=now, not_before=device.paired_at or now)


def _use(ticket: Ticket, at: datetime) -> None:
    """Note that somebody came with the ticket; one that is not paid stays unpaid."""
    if ticket.state == Ticket.State.VALID:
        ticket.state = Ticket.State.USED
    ticket.used_at = min(at, ticket.used_at or at)
    update(ticket, "state", "used_at")


def _seen(device: Device, now: datetime) -> None:
    if device.last_seen_at is None or now - device.last_seen_at > timedelta(minutes=1):
        device.last_seen_at = now
        update(device, "last_seen_at")
