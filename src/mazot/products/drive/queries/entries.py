# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries an actor may see. Lists and single look-ups rest on the same predicate, so they cannot disagree."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.foundation.models import FactRow
from mazot.foundation.text import composed
from mazot.products.drive.models import Entry, Revision, Space
from mazot.products.drive.queries import rows
from mazot.products.drive.queries.spaces import drives_for
from mazot.products.drive.rights import is_inside, reached_by
from mazot.products.drive.rules.names import sort_key
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor

# What a row of a list says; every column beside these is built and thrown away for each row.
COLUMNS = (
    *("id", "name", "is_folder", "size", "content_type", "modified_at", "created_at", "version", "number"),
    *("parent_id", "space_id", "digest", "instance_id", "organization_id"),
    *("changed_by__given_name", "changed_by__family_name", "changed_by__login", "changed_by__tint"),
)
PLACE = ("parent__name", "parent__parent_id", "space__name")

Sort = Literal["name", "size", "modified", "kind", "changed_by"]


def entries_for(actor: Actor) -> QuerySet[Entry]:
    """Every living entry the actor may see, in all drives they reach."""
    spaces = Space.objects.filter(reached_by(actor), instance__in=drives_for(actor).order_by().values("id"))
    return Entry.objects.filter(
        organization_id=actor.organization_id, space__in=spaces.values("id"), trashed__isnull=True
    )


def entry_for(actor: Actor, entry_id: UUID) -> Entry:
    """One living entry, with its space and drive; one the actor may not see is absent."""
    found = entries_for(actor).filter(id=entry_id).select_related("space", "instance__plan", "changed_by").first()
    if found is None or (actor.folder_id is not None and not is_inside(found, actor.folder_id)):
        raise NotFound("not_found")
    return found


def selection_for(actor: Actor, entry_ids: Sequence[UUID]) -> Selection:
    """Several living entries; NotFound when one of them is gone or hidden."""
    found = {e.id: e for e in entries_for(actor).filter(id__in=entry_ids).select_related("space", "instance")}
    if not entry_ids or len(found) != len(set(entry_ids)):
        raise NotFound("not_found")
    if actor.folder_id is not None and not all(is_inside(entry, actor.folder_id) for entry in found.values()):
        raise NotFound("not_found")
    return Selection.of(*(found[entry_id] for entry_id in entry_ids))


def entries_in(actor: Actor, folder: Entry, *, sort: Sort = "name", descending: bool = False) -> list[Entry]:
    """The living entries of a folder, folders first, with who changed each: one query, thousands of rows."""
    entry_for(actor, folder.id)
    found = list(
        Entry.objects.filter(parent_id=folder.id, trashed__isnull=True).select_related("changed_by").only(*COLUMNS)
    )
    found.sort(key=lambda entry: sort_key(entry.name), reverse=descending and sort == "name")
    if sort == "size":
        found.sort(key=lambda entry: entry.size, reverse=descending)
    elif sort == "modified":
        found.sort(key=lambda entry: entry.modified_at, reverse=descending)
    elif sort == "kind":
        found.sort(key=lambda entry: entry.content_type, reverse=descending)
    elif sort == "changed_by":
        found.sort(key=lambda entry: entry.changed_by.name if entry.changed_by else "", reverse=descending)
    found.sort(key=lambda entry: not entry.is_folder)
    return found


def folders_in(actor: Actor, folder: Entry) -> list[Entry]:
    """The sub-folders alone, for choosing where to move or copy to."""
    return [entry for entry in entries_in(actor, folder) if entry.is_folder]


def taken_names(actor: Actor, folder: Entry, names: Sequence[str]) -> list[str]:
    """Those of the names that something in the folder bears already, in the order asked."""
    entry_for(actor, folder.id)
    asked = [composed(name) for name in names]
    here = Entry.objects.filter(parent_id=folder.id, trashed__isnull=True, name__in=asked)
    found = set(here.values_list("name", flat=True))
    return [name for name in asked if name in found]


def crumbs(actor: Actor, entry: Entry) -> list[rows.Branch]:
    """The way from the space's root (or the actor's jail) down to the entry itself."""
    return place_of(actor, entry.id)[1]


def place_of(actor: Actor, entry_id: UUID) -> tuple[Entry, list[rows.Branch]]:
    """One entry and the way down to it."""
    entry = entry_for(actor, entry_id)
    way = rows.ancestors(entry.id)
    if actor.folder_id is not None:
        way = way[: next(n for n, step in enumerate(way) if step.id == actor.folder_id) + 1]
    return entry, list(reversed(way))


def entry_at(actor: Actor, folder: Entry, names: Sequence[str]) -> Entry:
    """What lies at a path below a folder the actor may see."""
    found = rows.path_rows(folder.id, [composed(name) for name in names])[-1]
    if found is None:
        raise NotFound("not_found")
    return entry_for(actor, UUID(found.id))


def recent_for(actor: Actor, *, limit: int = 100) -> list[Entry]:
    """Files in the order of their last change."""
    return list(
        entries_for(actor)
        .filter(is_folder=False)
        .select_related("changed_by", "parent", "space")
        .only(*COLUMNS, *PLACE)
        .order_by("-modified_at")[:limit]
    )


def entries_named(actor: Actor, words: str, *, limit: int = 100) -> list[Entry]:
    """Entries whose name contains every word, case aside, most recently changed first."""
    found = entries_for(actor).filter(parent__isnull=False)
    for word in composed(words).split()[:8]:
        found = found.filter(name__icontains=word)
    return list(
        found.select_related("changed_by", "parent", "space").only(*COLUMNS, *PLACE).order_by("-modified_at")[:limit]
    )


def revisions_of(actor: Actor, entry: Entry) -> list[Revision]:
    """Every kept content of a file, newest first."""
    entry_for(actor, entry.id)
    return list(Revision.objects.filter(entry_id=entry.id).select_related("by").order_by("-at", "-id"))


def activity_of(actor: Actor, entry: Entry, *, limit: int = 50) -> list[FactRow]:
    """What happened to an entry, newest first."""
    entry_for(actor, entry.id)
    facts = FactRow.objects.filter(organization_id=actor.organization_id, subject_id=entry.id)
    return list(facts.order_by("-at", "-id")[:limit])
