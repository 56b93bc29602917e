# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drive as WebDAV clients see it: a person's own folder is the address itself, the organization's folders lie in one
reserved folder beside its content. A password limited to a folder resolves nothing outside of it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from mazot.exchange.dav import Blob, LockInfo, Node, Precondition, PropertyName, Quota, Row, Segments
from mazot.foundation import quota as ledger
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Conflict, Locked, NotAllowed, NotFound, OverQuota, Refused
from mazot.products.drive.actions import drives, files, locks, places, properties, trash
from mazot.products.drive.actions.guarding import Guard
from mazot.products.drive.actions.holding import checked_name
from mazot.products.drive.queries import davs
from mazot.products.drive.queries.davs import Located
from mazot.products.drive.queries.spaces import ACCOUNT, drive_for
from mazot.products.drive.rights import WRITE
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import require

NO_TOKENS: frozenset[str] = frozenset()


class DriveTree:
    """One drive through WebDAV, as one actor sees it, for one request."""

    def __init__(self, actor: Actor, instance_id: UUID, *, may_use: bool | None = None) -> None:
        self.actor = actor
        self.instance_id = instance_id
        self._may_use = may_use

    # reads

    def resolve(self, path: Segments) -> Node:
        return davs.node_of(self._locate(path), self.actor)

    def rows(self, node: Node) -> Iterable[Row]:
        return davs.rows_below(self.actor, self.instance_id, node.handle)

    def dead_properties(self, node: Node, *, of_children: bool = False) -> dict[str, dict[PropertyName, str]]:
        return davs.dead_properties(node.id, of_children=of_children)

    def quota(self, node: Node) -> Quota:  # noqa: ARG002 - one account for the whole drive
        used, allowed = ledger.used_and_allowed(self.instance_id, ACCOUNT)
        return Quota(used, None if allowed is None else max(0, allowed - used))

    def locks_on(self, path: Segments, *, below: bool = False) -> list[LockInfo]:
        return davs.locks_at(self._look_up(path), below=below)

    # writes

    def check_write(
        self,
        path: Segments,
        *,
        size: int | None,
        tokens: frozenset[str] = NO_TOKENS,
        precondition: Precondition | None = None,
    ) -> None:
        parent, name = self._parent(path)
        folder = parent.entry()
        with transaction.atomic(), self._naming_locks():
            require(self.actor, WRITE, folder)
            if precondition:
                precondition(self._look)
            wanted = checked_name(name, folder=folder)
            there = davs.child_of(parent, wanted)
            if there is not None and there.row is not None and there.row.is_folder:
                raise Conflict("is_folder")
            guard = Guard(self.actor, [davs.space_of(parent)], tokens)
            if there is None:
                guard.members(folder)
            else:
                guard.change(there.entry())
            left = ledger.room_left(self.instance_id, ACCOUNT)
            if size is not None and left is not None and size > left:
                raise OverQuota("over_quota", "There is not enough room left for this.", size=size)

    def put(
        self,
        path: Segments,
        blob: Blob,
        *,
        content_type: str = "",
        modified_at: datetime | None = None,
        tokens: frozenset[str] = NO_TOKENS,
        precondition: Precondition | None = None,
    ) -> tuple[Node, bool]:
        parent, name = self._parent(path)
        with self._naming_locks():
            kept = files.put_file(
                self.actor,
                parent.entry(),
                name=name,
                blob=blob,
                content_type=content_type,
                modified_at=modified_at,
                tokens=tokens,
                precondition=self._asking(precondition),
            )
        return davs.node_of_entry(kept.entry, self.actor), kept.is_new

    def make_collection(
        self, path: Segments, *, tokens: frozenset[str] = NO_TOKENS, precondition: Precondition | None = None
    ) -> Node:
        if not path or self._look_up(path).is_virtual:
            raise Conflict("exists")
        parent, name = self._parent(path)
        with self._naming_locks():
            made = files.make_folder(
                self.actor, parent.entry(), name=name, tokens=tokens, precondition=self._asking(precondition)
            )
        return davs.node_of_entry(made, self.actor)

    def delete(
        self, path: Segments, *, tokens: frozenset[str] = NO_TOKENS, precondition: Precondition | None = None
    ) -> None:
        entry = self._changeable(path).entry()
        with self._naming_locks():
            trash.trash_entries(self.actor, Selection.of(entry), tokens=tokens, precondition=self._asking(precondition))

    def copy(
        self,
        source: Segments,
        target: Segments,
        *,
        overwrite: bool,
        shallow: bool = False,
        tokens: frozenset[str] = NO_TOKENS,
        precondition: Precondition | None = None,
    ) -> bool:
        entry = self._real(source).entry()
        parent, name = self._target(source, target)
        is_new, check = self._asking_about(target, precondition)
        with self._naming_locks():
            places.copy_entry(
                self.actor,
                entry,
                folder=parent.entry(),
                name=name,
                on_taken="replace" if overwrite else "refuse",
                shallow=shallow,
                tokens=tokens,
                precondition=check,
            )
        return is_new[0]

    def move(
        self,
        source: Segments,
        target: Segments,
        *,
        overwrite: bool,
        tokens: frozenset[str] = NO_TOKENS,
        precondition: Precondition | None = None,
    ) -> bool:
        entry = self._changeable(source).entry()
        parent, name = self._target(source, target)
        is_new, check = self._asking_about(target, precondition)
        with self._naming_locks():
            places.move_entry(
                self.actor,
                entry,
                folder=parent.entry(),
                name=name,
                on_taken="replace" if overwrite else "refuse",
                tokens=tokens,
                precondition=check,
            )
        return is_new[0]

    def patch_properties(
        self,
        path: Segments,
        *,
        keep: dict[PropertyName, str],
        drop: Iterable[PropertyName] = (),
        modified_at: datetime | None = None,
        tokens: frozenset[str] = NO_TOKENS,
        precondition: Precondition | None = None,
    ) -> None:
        entry = self._real(path).entry()
        with self._naming_locks():
            properties.set_properties(
                self.actor,
                entry,
                keep=keep,
                drop=drop,
                modified_at=modified_at,
                tokens=tokens,
                precondition=self._asking(precondition),
            )

    def lock(
        self,
        path: Segments,
        *,
        depth_infinity: bool,
        exclusive: bool,
        owner_xml: str,
        seconds: int,
        tokens: frozenset[str] = NO_TOKENS,
        precondition: Precondition | None = None,
    ) -> tuple[LockInfo, bool]:
        found = self._look_up(path)
        empty = None if found.row or found.is_virtual else blobs().put(b"")  # RFC 4918 §7.3, on disk before the row
        with transaction.atomic(), self._naming_locks():
            if empty is not None:
                if precondition:
                    precondition(self._look)
                    precondition = None
                self.put(path, empty, tokens=tokens)
            lock = locks.lock_entry(
                self.actor,
                self._real(path).entry(),
                depth_infinity=depth_infinity,
                exclusive=exclusive,
                owner_xml=owner_xml,
                seconds=seconds,
                precondition=self._asking(precondition),
            )
        return davs.lock_info(lock), empty is not None

    def refresh_lock(self, path: Segments, *, token: str, seconds: int) -> LockInfo:
        return davs.lock_info(locks.refresh_lock(self.actor, self._real(path).entry(), token=token, seconds=seconds))

    def unlock(self, path: Segments, *, token: str) -> None:
        locks.unlock_entry(self.actor, self._real(path).entry(), token=token)

    # finding

    def _look_up(self, path: Segments) -> Located:
        """What is known about a path, existing or not; NotFound outside of what the actor reaches."""
        if self._may_use is None:
            drive_for(self.actor, self.instance_id)
            self._may_use = True
        if not self._may_use:
            raise NotFound("not_found")
        found = davs.locate(self.actor, self.instance_id, path)
        if found is None:
            # A person's own folder is made on first use, by whichever door comes first.
            drives.open_own_folder(self.actor, drive_for(self.actor, self.instance_id))
            found = davs.locate(self.actor, self.instance_id, path)
        if found is None:
            raise NotFound("not_found")
        return found

    def _locate(self, path: Segments) -> Located:
        found = self._look_up(path)
        if not found.is_virtual and (found.row is None or not found.is_in_jail):
            raise NotFound("not_found")
        return found

    def _real(self, path: Segments) -> Located:
        found = self._locate(path)
        if found.is_virtual:
            raise NotAllowed("fixed")
        return found

    def _changeable(self, path: Segments) -> Located:
        """An entry that may be moved or removed: no space's root, and not the jail itself."""
        found = self._real(path)
        if found.is_top or found.row is None or (self.actor.folder_id and found.row.id == self.actor.folder_id.hex):
            raise NotAllowed("fixed")
        return found

    def _parent(self, path: Segments) -> tuple[Located, str]:
        if not path:
            raise Conflict("is_folder")
        found = self._look_up(path)
        if found.is_virtual:
            raise Conflict("is_folder")
        if found.is_top:
            raise NotAllowed("fixed") if found.row is None else Conflict("is_folder")
        above = found.above()
        if not above.is_in_jail:
            raise NotFound("not_found")
        if above.row is None or not above.row.is_folder:
            raise Conflict("no_parent")
        return above, path[-1]

    def _target(self, source: Segments, target: Segments) -> tuple[Located, str]:
        if davs.composed_path(source) == davs.composed_path(target):
            raise Refused("into_itself")
        found = self._look_up(target)
        if not target or found.is_virtual or found.is_top:
            raise NotAllowed("fixed")
        if self.actor.folder_id and found.row and found.row.id == self.actor.folder_id.hex:
            raise NotAllowed("fixed")
        return self._parent(target)

    # conditions

    def _look(self, path: Segments) -> tuple[Node | None, list[LockInfo]]:
        found = self._look_up(path)
        is_there = found.is_virtual or (found.row is not None and found.is_in_jail)
        return (davs.node_of(found, self.actor) if is_there else None), davs.locks_at(found, below=False)

    def _asking(self, precondition: Precondition | None) -> Callable[[], None] | None:
        return None if precondition is None else lambda: precondition(self._look)

    def _asking_about(
        self, target: Segments, precondition: Precondition | None
    ) -> tuple[list[bool], Callable[[], None]]:
        """A check that also notes, under the lock, whether the target is free."""
        is_new = [True]

        def check() -> None:
            if precondition:
                precondition(self._look)
            is_new[0] = self._look_up(target).row is None

        return is_new, check

    @contextmanager
    def _naming_locks(self) -> Iterator[None]:
        """Give a refusal the lock as clients want it told."""
        try:
            yield
        except Locked as refusal:
            refusal.facts["lock"] = davs.lock_of_token(str(refusal.facts.get("token", "")))
            raise
