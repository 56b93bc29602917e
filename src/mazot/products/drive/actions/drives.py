# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening a drive, people's own folders and the organization's folders."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mazot.exchange.facts.drive import CommonFolderClosed, CommonFolderOpened, CommonFolderRenamed
from mazot.foundation import clock, quota
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.text import composed
from mazot.products.drive.actions.holding import hold_spaces, sentence_for, taken
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries.spaces import ACCOUNT, limit_of
from mazot.products.drive.rights import MANAGE, USE
from mazot.products.drive.rules.names import MAX_BYTES, fault_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action


@action(needs=MANAGE)
def open_drive(actor: Actor, instance: ProductInstance) -> ProductInstance:  # noqa: ARG001 - every deed has an actor
    """Furnish a new drive: its storage account, as large as the plan says. Running it again changes the limit."""
    quota.open_account(instance.id, ACCOUNT, allowed=limit_of(instance, "storage_bytes"))
    return instance


@action(needs=USE)
def open_own_folder(actor: Actor, instance: ProductInstance) -> Space:
    """The person's own folder in a drive, made on first use."""
    if actor.person_id is None:
        raise Refused("nobody", _("Only a person has a folder of their own."))
    found = _own_folder(instance.id, actor.person_id)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _make_space(instance, kind=Space.Kind.PERSONAL, person_id=actor.person_id, name="")
    except IntegrityError:  # another request of the same person was first
        found = _own_folder(instance.id, actor.person_id)
        if found is None:
            raise
        return found


@action(needs=MANAGE)
def open_common_folder(actor: Actor, instance: ProductInstance, *, name: str) -> Space:
    """A folder of the organization, for everyone in the drive but externals."""
    wanted = _checked(name)
    try:
        with transaction.atomic():
            space = _make_space(instance, kind=Space.Kind.COMMON, person_id=None, name=wanted)
    except IntegrityError as error:
        raise taken(wanted) from error
    tell(actor, CommonFolderOpened(space_id=space.id, name=wanted))
    return space


@action(needs=MANAGE)
def rename_common_folder(actor: Actor, space: Space, *, name: str) -> Space:
    """Give an organization folder another name."""
    wanted = _checked(name)
    held = hold_spaces([space.id])[space.id]
    _must_be_common(held)
    old, held.name = held.name, wanted
    try:
        with transaction.atomic():
            held.save(update_fields=["name"])
    except IntegrityError as error:
        raise taken(wanted) from error
    Entry.objects.filter(id=held.root_id).update(name=wanted)
    tell(actor, CommonFolderRenamed(space_id=space.id, name=wanted, old_name=old))
    return held


@action(needs=MANAGE)
def close_common_folder(actor: Actor, space: Space) -> None:
    """Take an empty organization folder away; its trash has to be empty too, for nothing is lost by closing."""
    held = hold_spaces([space.id])[space.id]
    _must_be_common(held)
    if Entry.objects.filter(space_id=held.id).exclude(id=held.root_id).exists():
        raise Conflict(
            "not_empty",
            _("“%(name)s” still holds files, or its trash does.") % {"name": held.name},
            way_out=_("Move or erase them first."),
        )
    root_id, name = held.root_id, held.name
    held.root = None
    held.save(update_fields=["root"])
    Entry.objects.filter(id=root_id).delete()
    held.delete()
    tell(actor, CommonFolderClosed(space_id=space.id, name=name))


def _own_folder(instance_id: UUID, person_id: UUID) -> Space | None:
    return Space.objects.filter(instance_id=instance_id, person_id=person_id).select_related("root").first()


def _make_space(instance: ProductInstance, *, kind: str, person_id: UUID | None, name: str) -> Space:
    # A drive that went to another organization a moment ago must not get a folder of the old one.
    here = ProductInstance.objects.select_for_update(no_key=True).filter(id=instance.id)
    if not here.filter(organization_id=instance.organization_id).exists():
        raise NotFound("not_found")
    space = Space(
        organization_id=instance.organization_id, instance_id=instance.id, kind=kind, person_id=person_id, name=name
    )
    space.save(force_insert=True)
    moment = clock.now()
    space.root = Entry(
        organization_id=instance.organization_id,
        instance_id=instance.id,
        space=space,
        parent=None,
        is_folder=True,
        name=name,
        created_at=moment,
        modified_at=moment,
        changed_by_id=person_id,
    )
    space.root.save(force_insert=True)
    space.save(update_fields=["root"])
    return space


def _checked(name: str) -> str:
    wanted = composed(name).strip()
    if fault := fault_of(wanted):
        raise Invalid(f"name_{fault[0]}", sentence_for(*fault), field="name", limit=MAX_BYTES)
    return wanted


def _must_be_common(space: Space) -> None:
    if space.kind != Space.Kind.COMMON:
        raise Refused("fixed", _("A person's own folder keeps its name and place."))
