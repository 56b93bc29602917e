# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a device password stands for, read anew each time: what ended it a moment ago ends it now."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from mazot.foundation import clock
from mazot.products.mail.models import Address, DevicePassword, Service, Sharing, Store
from mazot.products.mail.rules.addressing import apart
from mazot.products.mail.rules.rights import EVERYTHING, AddressRight
from mazot.tenancy.models import Membership

USE_IS_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device password as its prefix names it, with everything that may speak against it."""

    device: DevicePassword
    membership: Membership | None  # one that lets its person in
    rights: AddressRight | None  # none: the address is no longer theirs to read
    store: Store | None

    @property
    def address(self) -> Address:
        return self.device.address

    def fault(self, *, via: str) -> str:
        """Why it opens nothing, once it is known to be the right one; empty when it opens its address."""
        address, rights = self.address, self.rights or AddressRight(0)
        sends = address.may_send and rights & AddressRight.SEND and not rights & AddressRight.LOOK_ONLY
        faults = (
            ("revoked", self.device.revoked_at is not None),
            ("blocked", not self.device.person.is_active or self.membership is None),
            ("address_removed", address.deleted_at is not None or address.instance.ended_at is not None),
            ("not_shared", self.rights is None),
            ("address_blocked", address.state == Address.State.BLOCKED),
            ("maintenance", address.is_in_maintenance),
            ("may_not_send", via == "smtp" and not sends),
            ("address_removed", self.store is None),
        )
        return next((reason for reason, applies in faults if applies), "")


def device_by_prefix(prefix: str) -> FoundDevice | None:
    """The device password with this prefix, revoked or not."""
    device = (
        DevicePassword.objects.select_related("address__service", "address__instance", "person")
        .filter(prefix=prefix)
        .first()
    )
    return _found(device) if device else None


def device_again(device_id: UUID) -> FoundDevice | None:
    """The same, for a session that was opened with it a while ago."""
    device = (
        DevicePassword.objects.select_related("address__service", "address__instance", "person")
        .filter(id=device_id)
        .first()
    )
    return _found(device) if device else None


def _found(device: DevicePassword) -> FoundDevice:
    address = device.address
    membership = Membership.objects.filter(
        organization_id=address.organization_id,
        person_id=device.person_id,
        blocked_at__isnull=True,
        removed_at__isnull=True,
    ).first()
    shared = (
        Sharing.objects.filter(address=address, person_id=device.person_id).values_list("rights", "is_keeper").first()
    )
    rights = None if shared is None else EVERYTHING if shared[1] else AddressRight(shared[0])
    return FoundDevice(device, membership, rights, Store.objects.filter(address=address).first())


def use_is_due(device: DevicePassword, *, from_address: str) -> bool:
    """Whether this use says something new about the device."""
    last = device.last_used_at
    return last is None or last < clock.now() - USE_IS_NOTED_EVERY or device.last_used_from != from_address[:45]


def keeper_of(login: str) -> UUID | None:
    """Whose login history hears of a wrong password for this address: its keeper's, where there is exactly one."""
    parts = apart(login)
    if parts is None:
        return None
    keepers = Sharing.objects.filter(
        is_keeper=True,
        address__local=parts[0],
        address__deleted_at__isnull=True,
        address__service__domain=parts[1],
        address__service__in=Service.objects.exclude(proof=Service.Proof.NONE),
    ).values_list("person_id", flat=True)[:2]
    return keepers[0] if len(keepers) == 1 else None
