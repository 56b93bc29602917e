# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person may do in Drive, in the words a manager reads, and the one predicate lists and checks rest on."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mazot.products.drive.models import Entry, Space
from mazot.tenancy.actor import Actor
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.rights import Right


def reached_by(actor: Actor) -> Q:
    """Spaces the actor may open: their own, and the organization's folders unless they are an external (rule X-8)."""
    organization = Q(organization_id=actor.organization_id)
    if actor.is_system:
        return organization
    own = Q(person_id=actor.person_id, kind=Space.Kind.PERSONAL)
    if actor.role == Role.EXTERNAL:
        return organization & own
    return organization & (own | Q(kind=Space.Kind.COMMON))


def reaches_space(actor: Actor, space: Space) -> bool:
    """The same answer as `reached_by`, for a space at hand."""
    if space.organization_id != actor.organization_id:
        return False
    if actor.is_system:
        return True
    if space.kind == Space.Kind.COMMON:
        return actor.role != Role.EXTERNAL
    return space.person_id == actor.person_id


def is_inside(entry: Any, folder_id: UUID) -> bool:
    """Whether the entry is the folder or lies below it."""
    step, above = entry.id, entry.parent_id
    while step != folder_id:
        if above is None:
            return False
        step, above = Entry.objects.values_list("id", "parent_id").get(id=above)
    return True


def _reaches(actor: Actor, subject: Any) -> bool:
    """Whether every entry of the subject (one, or a selection) is in a reached space and inside the actor's jail."""
    entries = getattr(subject, "entries", None)
    if isinstance(subject, Space):
        return reaches_space(actor, subject) and actor.folder_id in (None, subject.root_id)
    if not isinstance(entries, tuple):
        entries = (subject,)
    if actor.folder_id is not None and not all(is_inside(entry, actor.folder_id) for entry in entries):
        return False
    loaded = [entry.space for entry in entries if entry._state.fields_cache.get("space")]
    if len(loaded) == len(entries):
        return all(reaches_space(actor, space) for space in loaded)
    wanted = {entry.space_id for entry in entries}
    return Space.objects.filter(reached_by(actor), id__in=wanted).count() == len(wanted)


USE = Right("drive.use", _("Open the drive and keep files in it."), own_grant_wins=True)
MANAGE = Right(
    "drive.manage",
    _("Change the drive itself: its organization folders, its plan and its people."),
    own_grant_wins=True,
)

READ = Right("drive.read", _("Open this file or folder."), grantable=False, to_write=False, within=USE, check=_reaches)
WRITE = Right("drive.write", _("Change this file or folder."), grantable=False, within=USE, check=_reaches)
