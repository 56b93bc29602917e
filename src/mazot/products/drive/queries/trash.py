# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can still come back."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.products.drive.models import Entry, Space, Trashing
from mazot.products.drive.queries.spaces import drives_for
from mazot.products.drive.rights import reached_by
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance


def trash_for(actor: Actor, instance: ProductInstance | None = None) -> QuerySet[Trashing]:
    """Deletions that can be undone, newest first, with the entry and who deleted it."""
    drives = drives_for(actor).order_by()
    if instance is not None:
        drives = drives.filter(id=instance.id)
    spaces = Space.objects.filter(reached_by(actor), instance__in=drives.values("id"))
    found = Trashing.objects.filter(organization_id=actor.organization_id, space__in=spaces.values("id"))
    if actor.folder_id is not None:
        found = found.none()  # a jailed program has no trash: what it deletes comes back in the browser
    return found.select_related("entry", "by", "space").order_by("-at", "-id")


def trashed_selection_for(actor: Actor, entry_ids: Sequence[UUID]) -> Selection:
    """The tops of several deletions; NotFound when one of them is gone or hidden."""
    tops = trash_for(actor).filter(entry_id__in=entry_ids).values("entry_id")
    found = {e.id: e for e in Entry.objects.filter(id__in=tops).select_related("space", "instance", "trashing")}
    if not entry_ids or len(found) != len(set(entry_ids)):
        raise NotFound("not_found")
    return Selection.of(*(found[entry_id] for entry_id in entry_ids))
