# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's devices and sharings when they leave an organization.

Nothing they have opens an address from the moment they leave: each door asks for their membership. The rows wait for
the end of the grace, so that whoever comes back finds their devices as they were.
"""

from typing import Any

from mazot.exchange.product import Choice
from mazot.products.mail.models import DevicePassword, Sharing
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action

Record = dict[str, Any]


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
