# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order of a folder's list, kept while nothing changes, so that a piece of ten thousand rows costs a piece."""

from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries.entries import Sort
from mazot.products.drive.rules.names import sort_key
from mazot.tenancy.actor import Actor

COLUMNS = {"size": "size", "modified": "modified_at", "kind": "content_type"}
FOLDERS_KEPT = 64


class Order(NamedTuple):
    """Every entry of a folder, folders first."""

    ids: tuple[UUID, ...]
    n_folders: int

    @property
    def files(self) -> tuple[UUID, ...]:
        return self.ids[self.n_folders :]


def order_of(_actor: Actor, folder_id: UUID, space: Space, *, sort: Sort = "name", descending: bool = False) -> Order:
    """The order of a folder in a space the actor has obtained; the number of its newest change says what is stale."""
    return _ordered(folder_id, space.sequence, sort, descending)


def piece_of(actor: Actor, order: Order, start: int, count: int) -> list[Entry]:
    """The entries at these places of an order; one that has gone since is left out."""
    wanted = order.ids[start : start + count]
    found = {entry.id: entry for entry in _shown(actor).filter(id__in=wanted)}
    return [found[each] for each in wanted if each in found]


def _shown(actor: Actor) -> QuerySet[Entry]:
    living = Entry.objects.filter(organization_id=actor.organization_id, trashed__isnull=True)
    return living.select_related("changed_by").only(
        *("id", "name", "is_folder", "size", "content_type", "modified_at", "parent_id", "space_id"),
        *("changed_by__given_name", "changed_by__family_name", "changed_by__login", "changed_by__tint"),
    )


@lru_cache(maxsize=FOLDERS_KEPT)
def _ordered(folder_id: UUID, _sequence: int, sort: Sort, descending: bool) -> Order:
    entries = Entry.objects.filter(parent_id=folder_id, trashed__isnull=True)
    author = ("changed_by__given_name", "changed_by__family_name", "changed_by__login")
    columns = author if sort == "changed_by" else (COLUMNS.get(sort, "name"),)
    found = list(entries.values_list("id", "is_folder", "name", *columns))
    found.sort(key=lambda row: sort_key(row[2]), reverse=descending and sort == "name")
    if sort == "changed_by":
        found.sort(key=lambda row: " ".join(filter(None, row[3:5])) or row[5] or "", reverse=descending)
    elif sort != "name":
        found.sort(key=lambda row: row[3], reverse=descending)
    found.sort(key=lambda row: not row[1])
    return Order(tuple(row[0] for row in found), sum(1 for row in found if row[1]))
