# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's addresses, devices and sharings when they leave an organization.

Nothing they have opens an address from the moment they leave: each door asks for their membership. The rows wait for
the end of the grace, so that whoever comes back finds their devices as they were.
"""

from typing import Any

from mazot.exchange.product import Choice
from mazot.foundation.errors import DomainError
from mazot.products.mail.actions.addresses import remove_address, restore_address
from mazot.products.mail.actions.sharings import set_sharing, write_sharing
from mazot.products.mail.models import Address, DevicePassword, Sharing
from mazot.products.mail.queries.leaving import address_of, receiver_in
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action

Record = dict[str, Any]


@action(needs=MANAGE_PEOPLE)
def hand_over_address(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:
    """Give an address that the leaver kept alone to somebody, leave it to the managers, or put it into the bin."""
    address = address_of(membership, key)
    if address is None or address.deleted_at is not None or record:
        return record
    if choice["fate"] == "delete":
        remove_address(_system(membership), address)
        return {"removed": str(address.id)}
    if choice["fate"] != "hand_over":
        return record
    receiver = receiver_in(actor, membership, key, choice["receiver"])
    theirs = Sharing.objects.filter(address=address, person_id=receiver.person_id).first()
    if theirs is None:
        return {"sharing": str(write_sharing(address, receiver, is_keeper=True).id), "is_new": True}
    set_sharing(_system(membership), theirs, is_keeper=True)
    return {"sharing": str(theirs.id), "is_new": False}


@action(needs=MANAGE_PEOPLE)
def bring_address_back(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """Take the address out of the bin, or from whoever got it; the leaver's own sharing never went away."""
    if "removed" in record:
        address = Address.objects.filter(id=record["removed"], deleted_at__isnull=False).first()
        try:
            if address is not None:
                restore_address(_system(membership), address)
        except DomainError:
            return {"stayed": [str(address)]}  # its name or its room is taken by now
    theirs = Sharing.objects.filter(id=record.get("sharing")).first() if "sharing" in record else None
    if theirs is not None and record["is_new"]:
        theirs.delete()
    elif theirs is not None and theirs.is_keeper:
        set_sharing(_system(membership), theirs, is_keeper=False)
    return {}


@action(needs=MANAGE_PEOPLE)
def leave_address_as_it_is(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> None:
    """A hand-over is final by itself, and the bin empties itself."""


@action(needs=MANAGE_PEOPLE)
def keep_devices_shut(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """Leave devices and sharings as they are; without a membership they open nothing."""
    return record


@action(needs=MANAGE_PEOPLE)
def let_devices_in(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """With the membership the devices and sharings open again what they opened."""
    return {}


@action(needs=MANAGE_PEOPLE)
def forget_devices(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> None:  # noqa: ARG001 - every deed of a removal is called alike
    """Erase the device passwords and the sharings of a person who left for good."""
    organization, person = membership.organization_id, membership.person_id
    DevicePassword.objects.filter(address__organization_id=organization, person_id=person).delete()
    Sharing.objects.filter(organization_id=organization, person_id=person).delete()


def _system(membership: Membership) -> Actor:
    return Actor.system(membership.organization_id, because=f"membership {membership.id} ends")
