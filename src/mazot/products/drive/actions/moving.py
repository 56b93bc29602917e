# SPDX-License-Identifier: AGPL-3.0-or-later
"""A drive goes to another organization, with every row that says whose it is."""

from uuid import UUID

from mazot.products.drive.actions.holding import hold_spaces
from mazot.products.drive.models import Entry, Space, Trashing, Upload
from mazot.products.drive.rights import MANAGE
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action


@action(needs=MANAGE)
def move_drive(actor: Actor, instance: ProductInstance, receiver_id: UUID) -> None:  # noqa: ARG001 - every deed has an actor
    """Let folders, files, trash and unfinished uploads of a drive follow it; contents and quota never move."""
    mine = Space.objects.filter(instance_id=instance.id)
    # Every other deed of this drive waits here, and then reads anew whose it is.
    hold_spaces(mine.values_list("id", flat=True))
    Trashing.objects.filter(space__instance_id=instance.id).update(organization_id=receiver_id)
    Entry.objects.filter(instance_id=instance.id).update(organization_id=receiver_id)
    Upload.objects.filter(instance_id=instance.id).update(organization_id=receiver_id)
    mine.update(organization_id=receiver_id)
