# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hand-written reads of the tree: a path in one statement, ancestors and descendants in one each.

Rows are plain tuples. Identifiers come back as 32 hexadecimal digits and times as whole seconds, made by the
database: building a UUID and a datetime for each of 1,000 children costs more than all the rest of a PROPFIND.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection


class Row(NamedTuple):
    """An entry as the hot paths see it."""

    id: str
    parent_id: str | None
    name: str
    is_folder: bool
    size: int
    version: str
    content_type: str
    modified: int
    created: int
    digest: str


class Branch(NamedTuple):
    """An entry's place in a tree that was walked."""

    id: UUID
    parent_id: UUID | None
    name: str
    is_folder: bool
    depth: int  # 0 for the entry the walk began at


def key_of(identifier: UUID | str) -> Any:
    """An identifier as a parameter of hand-written SQL."""
    if connection.features.has_native_uuid_field:
        return identifier if isinstance(identifier, UUID) else UUID(identifier)
    return identifier.hex if isinstance(identifier, UUID) else identifier


def _fields(vendor: str, alias: str) -> tuple[str, ...]:
    """The expressions of a Row, in its order."""
    if vendor == "postgresql":
        identifiers = {name: f"replace({alias}.{name}::text, '-', '')" for name in ("id", "parent_id", "version")}
        times = {name: f"floor(extract(epoch from {alias}.{name}))::bigint" for name in ("modified_at", "created_at")}
        is_folder = f"{alias}.is_folder"
    else:
        # An expression has no declared type, so the driver does not parse each value in Python.
        identifiers = {name: f"{alias}.{name}" for name in ("id", "parent_id", "version")}
        times = {
            name: f"CAST(strftime('%%s', substr({alias}.{name}, 1, 19)) AS INTEGER)"
            for name in ("modified_at", "created_at")
        }
        is_folder = f"{alias}.is_folder + 0"
    return (
        identifiers["id"],
        identifiers["parent_id"],
        f"{alias}.name",
        is_folder,
        f"{alias}.size",
        identifiers["version"],
        f"{alias}.content_type",
        times["modified_at"],
        times["created_at"],
        f"{alias}.digest",
    )


STARTS = {
    "entry": "SELECT {fields} FROM drive_entry e0 {joins} WHERE e0.id = %s",
    "own": "SELECT s.id, {fields} FROM drive_space s "
    "JOIN tenancy_productinstance i ON i.id = s.instance_id AND i.ended_at IS NULL "
    "JOIN drive_entry e0 ON e0.id = s.root_id {joins} "
    "WHERE s.instance_id = %s AND s.organization_id = %s AND s.person_id = %s",
    "common": "SELECT s.id, {fields} FROM drive_space s "
    "JOIN tenancy_productinstance i ON i.id = s.instance_id AND i.ended_at IS NULL "
    "JOIN drive_entry e0 ON e0.id = s.root_id {joins} "
    "WHERE s.instance_id = %s AND s.organization_id = %s AND s.person_id IS NULL AND s.name = %s",
}
# A join chain is fast while it is short; longer paths go in pieces.
PIECE = 12


@lru_cache(maxsize=256)
def _path_sql(vendor: str, start: str, depth: int) -> str:
    """One left join a segment: what is missing comes back as null. Only numbers we count go into the text."""
    joins = " ".join(
        f"LEFT JOIN drive_entry e{n} ON e{n}.parent_id = e{n - 1}.id AND e{n}.name = %s AND e{n}.trashed_id IS NULL"
        for n in range(1, depth + 1)
    )
    fields = ", ".join(field for n in range(depth + 1) for field in _fields(vendor, f"e{n}"))
    return STARTS[start].format(fields=fields, joins=joins)


def path_rows(root_id: UUID | str, names: Sequence[str]) -> list[Row | None]:
    """An entry and what lies at each name below it; none from the first missing one on."""
    found = _rows_of(_fetch("entry", names[:PIECE], [key_of(root_id)]), len(names[:PIECE]))
    return _rest(found, names)


def space_rows(
    instance_id: UUID, organization_id: UUID, *, person_id: UUID | None, name: str, names: Sequence[str]
) -> tuple[UUID, list[Row | None]] | None:
    """A live drive's space (a person's own, or the organization folder of that name) and the rows down a path."""
    start, which = ("own", key_of(person_id)) if person_id else ("common", name)
    values = _fetch(start, names[:PIECE], [key_of(instance_id), key_of(organization_id), which])
    if values is None:
        return None
    return _uuid(values[0]), _rest(_rows_of(values[1:], len(names[:PIECE])), names)


def _rest(found: list[Row | None], names: Sequence[str]) -> list[Row | None]:
    for at in range(PIECE, len(names), PIECE):
        piece, top = names[at : at + PIECE], found[-1]
        found += _rows_of(_fetch("entry", piece, [key_of(top.id)]), len(piece))[1:] if top else [None] * len(piece)
    return found


def _fetch(start: str, names: Sequence[str], which: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_path_sql(connection.vendor, start, len(names)), [*names, *which])
        return cursor.fetchone()


def _rows_of(values: tuple[Any, ...] | None, depth: int) -> list[Row | None]:
    if values is None:
        return [None] * (depth + 1)
    width = len(Row._fields)
    pieces = [values[at : at + width] for at in range(0, len(values), width)]
    return [Row._make(piece) if piece[0] is not None else None for piece in pieces]


def node_rows(folder_id: UUID | str) -> list[tuple[Any, ...]]:
    """The living entries of a folder as id, name, is_folder, size, version, content type, modified and created."""
    with connection.cursor() as cursor:
        cursor.execute(_node_rows_sql(connection.vendor), [key_of(folder_id)])
        return cursor.fetchall()


@lru_cache(maxsize=2)
def _node_rows_sql(vendor: str) -> str:
    identifier, _parent, name, folder, size, version, kind, modified, created, _digest = _fields(vendor, "e")
    version = f"CASE WHEN e.is_folder THEN '' ELSE {version} END"
    chosen = ", ".join((identifier, name, folder, size, version, kind, modified, created))
    return f"SELECT {chosen} FROM drive_entry e WHERE e.parent_id = %s AND e.trashed_id IS NULL"  # noqa: S608


def ancestors(entry_id: UUID | str) -> list[Branch]:
    """The entry itself (depth 0) and everything above it, up to its space's root."""
    return _walk(
        "WITH RECURSIVE up(id, parent_id, name, is_folder, depth) AS ("
        " SELECT id, parent_id, name, is_folder, 0 FROM drive_entry WHERE id = %s"
        " UNION ALL SELECT e.id, e.parent_id, e.name, e.is_folder, up.depth + 1"
        " FROM drive_entry e JOIN up ON e.id = up.parent_id"
        ") SELECT * FROM up ORDER BY depth",
        entry_id,
    )


def descendants(entry_id: UUID | str) -> list[Branch]:
    """The entry itself (depth 0) and the living entries below it, parents before children."""
    return _walk(
        "WITH RECURSIVE down(id, parent_id, name, is_folder, depth) AS ("
        " SELECT id, parent_id, name, is_folder, 0 FROM drive_entry WHERE id = %s"
        " UNION ALL SELECT e.id, e.parent_id, e.name, e.is_folder, down.depth + 1"
        " FROM drive_entry e JOIN down ON e.parent_id = down.id WHERE e.trashed_id IS NULL"
        ") SELECT * FROM down ORDER BY depth",
        entry_id,
    )


def _walk(sql: str, entry_id: UUID | str) -> list[Branch]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [key_of(entry_id)])
        return [
            Branch(_uuid(i), _uuid(parent) if parent else None, name, bool(is_folder), depth)
            for i, parent, name, is_folder, depth in cursor.fetchall()
        ]


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def in_pieces(identifiers: Iterable[Any], size: int = 500) -> Iterable[list[Any]]:
    """The same identifiers in lists short enough for one statement."""
    piece: list[Any] = []
    for identifier in identifiers:
        piece.append(identifier)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece
