# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads for WebDAV: a path to what is there, listings, locks and properties, in the words of the DAV head."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from mazot.exchange.dav import LockInfo, Node, PropertyName, Segments
from mazot.exchange.dav import Row as NodeRow
from mazot.foundation.text import composed
from mazot.products.drive.models import DeadProperty, Entry, Lock, Space
from mazot.products.drive.queries import rows
from mazot.products.drive.queries.locks import covering, live_locks
from mazot.products.drive.rights import reached_by
from mazot.products.drive.rules.limits import MAX_DEPTH
from mazot.products.drive.rules.names import RESERVED
from mazot.tenancy.actor import Actor
from mazot.tenancy.models.organizations import Role

Row = rows.Row


@dataclass(frozen=True, slots=True)
class Located:
    """A path and what lies along it: the space, and a row for each step from the space's root down, none if missing."""

    actor: Actor
    space: Space | None  # none: the folder that holds the organization's folders, or what cannot exist in it
    steps: tuple[Row | None, ...]
    is_virtual: bool = False

    @property
    def row(self) -> Row | None:
        return self.steps[-1] if self.steps else None

    @property
    def is_top(self) -> bool:
        """The root of a space."""
        return len(self.steps) <= 1

    @property
    def is_in_jail(self) -> bool:
        """Whether the actor's credential may go here; what is missing counts as its folder does."""
        jail = self.actor.folder_id
        return jail is None or any(step is not None and step.id == jail.hex for step in self.steps)

    def above(self) -> "Located":
        return Located(self.actor, self.space, self.steps[:-1])

    def entry(self) -> Entry:
        """The entry as the subject of an action, which reads it again under its lock."""
        row, space = self.row, self.space
        assert row is not None
        assert space is not None
        return Entry(
            id=UUID(row.id),
            organization_id=space.organization_id,
            instance_id=space.instance_id,
            space=space,
            parent_id=UUID(row.parent_id) if row.parent_id else None,
            is_folder=bool(row.is_folder),
            name=row.name,
            size=row.size,
            digest=row.digest,
            version=UUID(row.version),
        )


def composed_path(path: Segments) -> Segments:
    return tuple(composed(segment) for segment in path)


def locate(actor: Actor, instance_id: UUID, path: Segments) -> Located | None:
    """Where a path leads, in one statement; none when the person has no own folder yet (or no such drive)."""
    names = composed_path(path)
    if len(names) > MAX_DEPTH + 3 or actor.organization_id is None:
        return Located(actor, None, (None, None))
    if names[:1] == (RESERVED,):
        return _locate_common(actor, instance_id, names[1:])
    if actor.person_id is None:
        return None
    found = rows.space_rows(
        instance_id, actor.organization_id, person_id=actor.person_id, name="", names=_storable(names)
    )
    if found is None:
        return None
    space = _space(actor, instance_id, found[0], found[1][0], person_id=actor.person_id)
    return Located(actor, space, tuple(found[1]))


def _locate_common(actor: Actor, instance_id: UUID, names: Segments) -> Located:
    if actor.role == Role.EXTERNAL or actor.organization_id is None:
        return Located(actor, None, (None, None))
    if not names:
        return Located(actor, None, (), is_virtual=actor.folder_id is None)
    found = rows.space_rows(
        instance_id, actor.organization_id, person_id=None, name=_storable(names)[0], names=_storable(names)[1:]
    )
    if found is None:
        return Located(actor, None, (None,) * len(names))
    space = _space(actor, instance_id, found[0], found[1][0], person_id=None)
    return Located(actor, space, tuple(found[1]))


def _storable(names: Segments) -> Segments:
    """Names a database can compare: PostgreSQL refuses NUL and half surrogates, and no entry has them."""
    return tuple(
        name.replace("\0", "/").encode(errors="replace").decode() if not name.isascii() or "\0" in name else name
        for name in names
    )


def _space(actor: Actor, instance_id: UUID, space_id: UUID, root: Row | None, *, person_id: UUID | None) -> Space:
    return Space(
        id=space_id,
        organization_id=actor.organization_id,
        instance_id=instance_id,
        kind=Space.Kind.PERSONAL if person_id else Space.Kind.COMMON,
        person_id=person_id,
        name=root.name if root else "",
        root_id=UUID(root.id) if root else None,
    )


def space_of(found: Located) -> Space:
    assert found.space is not None
    return Space.objects.get(id=found.space.id)


def child_of(parent: Located, name: str) -> Located | None:
    assert parent.row is not None
    row = rows.path_rows(parent.row.id, [name])[-1]
    return Located(parent.actor, parent.space, (*parent.steps, row)) if row else None


def node_of(found: Located, actor: Actor) -> Node:
    """What a client sees at a located path."""
    may_write = actor.opens("drive", to_write=True)
    row = found.row
    if row is None:
        return Node("0" * 32, RESERVED, True, 0, "", "", 0, 0, may_write=False, handle=found)
    is_folder = bool(row.is_folder)
    return Node(
        row.id,
        row.name,
        is_folder,
        row.size,
        "" if is_folder else row.version,
        row.content_type,
        row.modified,
        row.created,
        row.digest,
        may_write,
        found,
    )


def node_of_entry(entry: Entry, actor: Actor) -> Node:
    return Node(
        entry.id.hex,
        entry.name,
        entry.is_folder,
        entry.size,
        "" if entry.is_folder else entry.version.hex,
        entry.content_type,
        int(entry.modified_at.timestamp()),
        int(entry.created_at.timestamp()),
        entry.digest,
        actor.opens("drive", to_write=True),
    )


def rows_below(actor: Actor, instance_id: UUID, found: Located) -> Iterable[NodeRow]:
    """The members of a located collection."""
    if found.is_virtual:
        return _common_rows(actor, instance_id)
    assert found.row is not None
    listed = rows.node_rows(found.row.id)
    is_own_top = found.is_top and found.space is not None and found.space.kind == Space.Kind.PERSONAL
    if is_own_top and actor.folder_id is None and _common_spaces(actor, instance_id).exists():
        listed.append(("0" * 32, RESERVED, True, 0, "", "", 0, 0))
    return listed


def _common_spaces(actor: Actor, instance_id: UUID):  # type: ignore[no-untyped-def]
    return Space.objects.filter(reached_by(actor), instance_id=instance_id, kind=Space.Kind.COMMON, root__isnull=False)


def _common_rows(actor: Actor, instance_id: UUID) -> list[NodeRow]:
    return [
        (
            space.root.id.hex,
            space.name,
            True,
            0,
            "",
            "",
            int(space.root.modified_at.timestamp()),
            int(space.root.created_at.timestamp()),
        )
        for space in _common_spaces(actor, instance_id).select_related("root").order_by("name")
    ]


def dead_properties(node_id: str, *, of_children: bool) -> dict[str, dict[PropertyName, str]]:
    """Properties by the id of their entry, of one entry and perhaps of what is right in it."""
    identifier = UUID(node_id)
    found = DeadProperty.objects.filter(entry_id=identifier)
    if of_children:
        found = found | DeadProperty.objects.filter(entry__parent_id=identifier, entry__trashed__isnull=True)
    answer: dict[str, dict[PropertyName, str]] = {}
    for entry_id, namespace, name, xml in found.values_list("entry_id", "namespace", "name", "xml"):
        answer.setdefault(entry_id.hex, {})[(namespace, name)] = xml
    return answer


def locks_at(found: Located, *, below: bool) -> list[LockInfo]:
    """The live locks that cover a located path, existing or not, and perhaps those on what lies below it."""
    if found.space is None:
        return []
    live = live_locks([found.space.id])
    if not live:
        return []
    chain = [UUID(step.id) for step in reversed(found.steps) if step is not None]
    if found.row is None:
        chosen = [lock for lock in live if lock.depth_infinity and lock.entry_id in chain]
    else:
        chosen = covering(live, chain)
        if below:
            inside = {step.id for step in rows.descendants(found.row.id)}
            chosen += [lock for lock in live if lock.entry_id in inside and lock not in chosen]
    return [lock_info(lock) for lock in chosen]


def lock_info(lock: Lock) -> LockInfo:
    way = [step.name for step in reversed(rows.ancestors(lock.entry_id))]
    space = lock.space
    path = tuple(way[1:]) if space.kind == Space.Kind.PERSONAL else (RESERVED, space.name, *way[1:])
    return LockInfo(
        token=lock.token,
        path=path,
        depth_infinity=lock.depth_infinity,
        exclusive=lock.exclusive,
        owner_xml=lock.owner_xml,
        expires_at=lock.expires_at,
        seconds=lock.seconds,
        person_id=lock.person_id,
    )


def lock_of_token(token: str) -> LockInfo | None:
    lock = Lock.objects.filter(token=token).select_related("space").first()
    return lock_info(lock) if lock else None
