# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drive's answer to the DAV head: each method finds, and hands over to a query or one action."""

from collections.abc import Iterable
from datetime import datetime

from mazot.exchange.dav import Blob, LockInfo, Node, Precondition, PropertyName, Quota, Row, Segments
from mazot.foundation import quota as ledger
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Conflict, OverQuota
from mazot.foundation.transactions import one_transaction
from mazot.products.drive.actions import files, locks, places, properties, trash
from mazot.products.drive.actions.guarding import Guard
from mazot.products.drive.actions.holding import checked_name
from mazot.products.drive.dav.finding import Finding
from mazot.products.drive.queries import davs
from mazot.products.drive.queries.spaces import ACCOUNT
from mazot.products.drive.rights import WRITE
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.rights import require

NO_TOKENS: frozenset[str] = frozenset()


class DriveTree(Finding):
    """One drive through WebDAV, as one actor sees it, for one request."""

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
        with one_transaction(), self._naming_locks():
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
        with one_transaction(), self._naming_locks():
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
