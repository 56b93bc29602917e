# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person may do in Drive, in the words a manager reads, and the one predicate lists and checks rest on."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mazot.products.drive.models import Space
from mazot.tenancy.actor import Actor
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.rights import Right


def reached_by(actor: Actor) -> Q:
    """Spaces the actor may open: their own, and the organization's folders unless they are an external (rule X-8)."""
    own = Q(person_id=actor.person_id, kind=Space.Kind.PERSONAL)
    if actor.role == Role.EXTERNAL:
        return own
    return own | Q(kind=Space.Kind.COMMON)


def _reaches(actor: Actor, subject: Any) -> bool:
    space_id = subject.id if isinstance(subject, Space) else subject.space_id
    return Space.objects.filter(reached_by(actor), id=space_id).exists()


USE = Right("drive.use", _("Open the drive and keep files in it."))
MANAGE = Right("drive.manage", _("Change the drive itself: its organization folders, its plan and its people."))
STATISTICS = Right("drive.statistics", _("See how much is stored, by whom, and what is shared."), to_write=False)

READ = Right("drive.read", _("Open this file or folder."), grantable=False, to_write=False, within=USE, check=_reaches)
WRITE = Right("drive.write", _("Change this file or folder."), grantable=False, within=USE, check=_reaches)
