# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a client's path to what the actor may reach there, and the conditions asked while it is held."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from mazot.exchange.dav import LockInfo, Node, Precondition, Segments
from mazot.foundation.errors import Conflict, Locked, NotAllowed, NotFound, Refused
from mazot.products.drive.actions import drives
from mazot.products.drive.queries import davs
from mazot.products.drive.queries.davs import Located
from mazot.products.drive.queries.spaces import drive_for
from mazot.tenancy.actor import Actor


class Finding:
    """Paths of one actor in one drive, for one request."""

    def __init__(self, actor: Actor, instance_id: UUID, *, may_use: bool | None = None) -> None:
        self.actor = actor
        self.instance_id = instance_id
        self._may_use = may_use

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
