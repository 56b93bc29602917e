# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is let in where, and the scanners at the gate."""

import secrets
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.gates import (
    CheckinListChanged,
    CheckinListMade,
    CheckinListRemoved,
    ScannerInvited,
    ScannerPaired,
    ScannerRevoked,
)
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.tickets.actions.checking import change, flag, line, moment, one_of
from mazot.products.tickets.actions.holding import hold_performance
from mazot.products.tickets.models import CheckinList, Device, Performance, Scan, Zone
from mazot.products.tickets.queries.gates import pairing_code, pairing_digest
from mazot.products.tickets.queries.links import digest_of
from mazot.products.tickets.rights import CONTROL
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.rights import action

LISTS = 50  # of one date
DEVICES = 200  # of one list
CODE_LASTS = timedelta(minutes=15)


@action(needs=CONTROL)
def make_list(actor: Actor, performance: Performance, /, *, name: str, **what: Any) -> CheckinList:
    """Make one more list of who is let in to a date: perhaps only some zones, perhaps again after an exit."""
    held = hold_performance(performance)
    check_room(held.lists.count(), limit=LISTS, field="list")
    row = CheckinList(organization_id=held.organization_id, instance_id=held.instance_id, performance=held)
    change(row, {**what, "name": name}, CHECKS)
    _check(row)
    row.save(force_insert=True)
    tell(actor, CheckinListMade(row.id, row.name, held.event.title))
    return row


@action(needs=CONTROL)
def open_gate(actor: Actor, performance: Performance) -> CheckinList:
    """The list of a date for everybody, made when the first person asks for it."""
    held = hold_performance(performance)
    first = held.lists.order_by("id").first()
    return first or make_list(actor, held, name=_("Entrance"))


@action(needs=CONTROL)
def set_list(actor: Actor, checkin: CheckinList, /, **what: Any) -> CheckinList:
    """Change whom a list lets in, and when."""
    row = _hold(checkin)
    changed = change(row, what, CHECKS)
    _check(row)
    if changed:
        row.save(update_fields=changed)
        tell(actor, CheckinListChanged(row.id, row.name, row.performance.event.title, what=tuple(changed)))
    return row


@action(needs=CONTROL)
def remove_list(actor: Actor, checkin: CheckinList) -> None:
    """Take a list away that nobody was scanned on; its scanners end with it."""
    row = _hold(checkin)
    if Scan.objects.filter(list=row).exists():
        raise Refused("scanned", _("People were scanned on this list, so it stays."))
    title = row.performance.event.title
    CheckinList.objects.filter(id=row.id).delete()
    tell(actor, CheckinListRemoved(row.id, row.name, title))


@action(needs=CONTROL)
def pair_device(actor: Actor, checkin: CheckinList, *, name: str, gate: str = "") -> tuple[Device, str]:
    """Make a place for one scanner; the answer's code lets the device in once, within a quarter of an hour."""
    row = _hold(checkin)
    check_room(row.devices.filter(revoked_at__isnull=True).count(), limit=DEVICES, field="name")
    event = row.performance.event
    device = Device(organization_id=row.organization_id, instance_id=row.instance_id, shop_id=event.shop_id, list=row)
    change(device, {"name": name, "gate": gate}, {"name": line(80, may_be_empty=False), "gate": line(80)})
    device.pairing_until = clock.now() + CODE_LASTS
    code = pairing_code(device)
    device.pairing = pairing_digest(code)
    device.save(force_insert=True)
    tell(actor, ScannerInvited(row.id, row.name, event.title, device.id, device.name))
    return device, code


@action(needs=CONTROL)
def claim_device(actor: Actor, device: Device) -> str:
    """Let the scanner in that came with the code; the answer is its token, and the code ends."""
    held = _hold_device(device)
    now = clock.now()
    if not held.pairing or held.pairing != device.pairing or held.pairing_until is None or held.pairing_until <= now:
        raise NotFound("not_found")
    token = secrets.token_urlsafe(32)
    held.digest, held.pairing, held.pairing_until = digest_of(token), "", None
    held.paired_at = held.last_seen_at = now
    held.save(update_fields=["digest", "pairing", "pairing_until", "paired_at", "last_seen_at"])
    checkin = held.list
    tell(actor, ScannerPaired(checkin.id, checkin.name, checkin.performance.event.title, held.id, held.name))
    return token


@action(needs=CONTROL)
def revoke_device(actor: Actor, device: Device) -> Device:
    """End a scanner at once: it lets nobody in any more, and its token only tells what it decided alone before."""
    held = _hold_device(device)
    held.pairing = ""
    held.revoked_at = clock.now()
    held.save(update_fields=["pairing", "revoked_at"])
    checkin = held.list
    tell(actor, ScannerRevoked(checkin.id, checkin.name, checkin.performance.event.title, held.id, held.name))
    return held


def _hold(checkin: CheckinList) -> CheckinList:
    rows = CheckinList.objects.select_for_update(no_key=True, of=("self",)).select_related("performance__event")
    found = rows.filter(id=checkin.id, organization_id=checkin.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _hold_device(device: Device) -> Device:
    rows = Device.objects.select_for_update(no_key=True, of=("self",)).select_related("list__performance__event")
    found = rows.filter(id=device.id, organization_id=device.organization_id, revoked_at__isnull=True).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _check(row: CheckinList) -> None:
    zones = Zone.objects.filter(performance_id=row.performance_id).values_list("id", flat=True)
    if set(row.zones) - {str(zone_id) for zone_id in zones}:
        raise NotFound("not_found")
    if row.opens_at and row.closes_at and row.closes_at <= row.opens_at:
        raise Invalid("order_of_times", _("The gate closes after it opens."), field="closes_at")


def _zones(name: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > LISTS * 10:
        raise Invalid("zones", _("This is not one of the choices."), field=name)
    return sorted({str(one) for one in value})


CHECKS = {
    "name": line(80, may_be_empty=False),
    "zones": _zones,
    "mode": one_of(CheckinList.Mode.values),
    "admits_unpaid": flag,
    "opens_at": moment(may_be_none=True),
    "closes_at": moment(may_be_none=True),
}
