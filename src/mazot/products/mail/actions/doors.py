# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a program open an address, and write down where it may not.

Only a device password of the address opens it. The account's own password is never even compared, so the two cannot
mix where their names are the same (mission AC2). A right one needs no slow hash (160 random bits) and is let in however
many tries failed around it, so nobody can lock somebody else's telephone out.
"""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Busy, InMaintenance, SignInRefused
from mazot.foundation.transactions import one_transaction
from mazot.products.mail.models import Address, DevicePassword, Store
from mazot.products.mail.queries.doors import (
    FoundDevice,
    device_again,
    device_by_prefix,
    keeper_of,
    use_is_due,
)
from mazot.products.mail.rules.addressing import apart
from mazot.products.mail.rules.devices import OF_DEVICES
from mazot.tenancy.actions.logins import TOLD_AGAIN_AFTER, Door, record_login
from mazot.tenancy.actions.paces import check_pace, count_failure
from mazot.tenancy.actor import Actor
from mazot.tenancy.rules.secrets import digest_of, is_equal, split

LONGEST = 1000  # letters of what a program says of itself
MAINTENANCE = "maintenance"
GUESSES = frozenset({"wrong_password", "wrong_login"})


@dataclass(frozen=True, slots=True)
class Opened:
    """An address that a program has open: as whom, and what it keeps."""

    actor: Actor
    address: Address
    store: Store
    device_id: UUID
    via: str


def open_address(login: str, secret: str, *, via: str, program: str, from_address: str) -> Opened:
    """Open an address with a device password; `via` is the door: imap, smtp, sieve.

    Raises SignInRefused, of which the door tells the same to everybody, or TooMany. InMaintenance is for those who know
    the password: their program then waits, and does not ask for another one.
    """
    door, login, secret = Door(via, from_address, _writable(program)), _writable(login), _writable(secret)
    parts = split(secret)
    found = device_by_prefix(parts[0]) if parts else None
    if found is None or not _is_right(found, parts[1] if parts else ""):
        raise _refused("wrong_password", login, secret, door, person_id=keeper_of(login))
    if apart(login) != (found.address.local, found.address.service.domain):
        raise _refused("wrong_login", login, secret, door, person_id=found.device.person_id)
    if reason := found.fault(via=via):
        refusal = _refused(reason, login, secret, door, person_id=found.device.person_id)
        raise in_maintenance() if reason == MAINTENANCE else refusal
    return _opened(found, door)


def is_still_open(opened: Opened) -> bool:
    """Whether what opened the address would open it again."""
    return not closed_by(opened)


def closed_by(opened: Opened) -> str:
    """What closes an address that is open; empty while nothing does. Asked now and then by whoever keeps it open."""
    found = device_again(opened.device_id)
    return "revoked" if found is None else found.fault(via=opened.via)


def in_maintenance() -> InMaintenance:
    return InMaintenance(
        MAINTENANCE,
        _("This address is in maintenance: mail comes in, and nobody reads it meanwhile."),
        way_out=_("Try again later; the password stays as it is."),
    )


def _writable(sent: str) -> str:
    """What a program sent, without what no database keeps (NUL) and no encoding has (halves of letters)."""
    return sent[:LONGEST].encode(errors="replace").decode().replace("\0", "?")


def _is_right(found: FoundDevice, secret: str) -> bool:
    return is_equal(found.device.digest, digest_of(secret, key=settings.MAZOT_CREDENTIAL_KEY))


def _opened(found: FoundDevice, door: Door) -> Opened:
    device, membership, store = found.device, found.membership, found.store
    assert membership is not None
    assert store is not None
    if use_is_due(device, from_address=door.address):
        _note_use(device, door)
    actor = Actor(
        person_id=device.person_id,
        organization_id=membership.organization_id,
        role=membership.role,
        membership_id=membership.id,
        via=door.via,
        address=door.address,
        scopes=frozenset({"mail"}),
    )
    return Opened(actor, found.address, store, device.id, door.via)


def _note_use(device: DevicePassword, door: Door) -> None:
    """A line for its owner's eyes: a full disk is no reason to keep anybody from their mail."""
    with suppress(Busy), one_transaction():
        DevicePassword.objects.filter(id=device.id).update(
            last_used_at=clock.now(), last_used_from=door.address[:45], last_used_by=door.program[:120]
        )


def _refused(reason: str, login: str, secret: str, door: Door, *, person_id: UUID | None) -> SignInRefused:
    """Write the try down, after the wait that earlier ones earned; a guess makes the next wait longer."""
    check_pace(login, address=door.address, patience=OF_DEVICES)
    if reason in GUESSES:
        count_failure(login, secret, address=door.address, patience=OF_DEVICES)
    record_login(login, door, reason=reason, person_id=person_id, succeeded=False, once_in=TOLD_AGAIN_AFTER)
    return SignInRefused(reason)
