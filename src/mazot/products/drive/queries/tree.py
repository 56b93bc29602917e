# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everything below a selection, with the path each thing has there."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mazot.products.drive.models import Entry
from mazot.products.drive.rules.names import free_name
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor


class Found(NamedTuple):
    path: str
    digest: str  # empty for an empty folder
    size: int
    modified_at: datetime


def files_below(_actor: Actor, selection: Selection) -> Iterator[Found]:
    """Files (and empty folders) of a selection the actor has obtained, folder by folder, one query for each."""
    tops: set[str] = set()
    for entry in selection.entries:
        name = free_name(entry.name or "Drive", tops)
        tops.add(name)
        if entry.is_folder:
            yield from _below(entry.id, name, entry.modified_at)
        else:
            yield Found(name, entry.digest, entry.size, entry.modified_at)


def _below(folder_id: UUID, path: str, modified_at: datetime) -> Iterator[Found]:
    # By a stack and not by recursion: folders go a hundred levels deep.
    waiting = [(folder_id, path, modified_at)]
    while waiting:
        folder, way, moment = waiting.pop()
        children = Entry.objects.filter(parent_id=folder, trashed__isnull=True).order_by("name")
        rows = list(children.values_list("id", "name", "is_folder", "digest", "size", "modified_at"))
        if not rows:
            yield Found(way, "", 0, moment)
        for child_id, name, is_folder, digest, size, changed in rows:
            if is_folder:
                waiting.append((child_id, f"{way}/{name}", changed))
            else:
                yield Found(f"{way}/{name}", digest, size, changed)
