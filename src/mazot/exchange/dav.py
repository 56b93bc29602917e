# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a product offers to the DAV head: a tree of collections and resources, reached only through the actor.

The head owns methods, headers, XML and status codes; the tree owns meaning. Trees are synchronous (the head crosses
over in `heads/bridge.py`), raise errors of `foundation.errors` only, and never see HTTP. Paths are decoded segments
below the tree's mount, NFC or NFD as the client sent them; the empty path is the mount itself.

Reasons a tree raises, beside those of `foundation.errors`: `Conflict("exists")` a collection cannot be made where
something is; `Conflict("taken")` the target of a copy or move exists and overwriting was not asked for;
`Conflict("no_parent")` the collection above is missing; `Conflict("is_folder")` and `Conflict("not_folder")` the thing
is of the other sort; `Refused("into_itself")` source and target overlap; `NotAllowed("fixed")` this collection cannot
be changed; `Locked` a lock covers it and its token was not given (the facts carry `lock`, a LockInfo);
`Conflict("no_such_lock")` the token names no lock here, `NotAllowed("not_holder")` somebody else's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from mazot.foundation.blobs import Blob
from mazot.tenancy.actor import Actor

Segments = tuple[str, ...]
PropertyName = tuple[str, str]  # namespace, local name


@dataclass(slots=True)
class Node:
    """One resource as a client sees it. Times are whole seconds since 1970, as HTTP dates are."""

    id: str  # 32 hexadecimal digits, stable for the life of the resource
    name: str
    is_collection: bool
    size: int
    etag: str  # without quotes; strong; empty for a collection
    content_type: str
    modified: int
    created: int
    digest: str = ""  # of its blob; empty for a collection
    may_write: bool = True
    handle: Any = None  # the tree's own object


Row = tuple[str, str, bool, int, str, str, int, int]
"""The id, name, is_collection, size, etag, content_type, modified and created of a Node."""


@dataclass(frozen=True, slots=True)
class LockInfo:
    """One write lock (RFC 4918 §6)."""

    token: str  # "urn:uuid:…"
    path: Segments  # of the lock's root, below the tree's mount
    depth_infinity: bool
    exclusive: bool
    owner_xml: str
    expires_at: datetime
    seconds: int
    person_id: UUID


Look = Callable[[Segments], tuple["Node | None", Sequence[LockInfo]]]
"""What is at a path now, and the locks that cover it."""

Precondition = Callable[[Look], None]
"""Called inside the transaction, before anything is written; raises to refuse. It may look at any path."""


@dataclass(frozen=True, slots=True)
class Quota:
    used: int
    available: int | None


class Tree(Protocol):
    """A product's files or collections, as seen by one actor.

    `tokens` are the lock tokens the client submitted; a write raises Locked unless they open every lock it touches.
    Each write is one transaction; `precondition=None` means none and costs nothing.
    """

    def __init__(self, actor: Actor, instance_id: UUID, *, may_use: bool | None = None) -> None:
        """Asks nothing of the database; `may_use` is the answer when sign-in has asked for the right already."""

    # reads
    def resolve(self, path: Segments) -> Node: ...

    def rows(self, node: Node) -> Iterable[Row]:
        """What is in a collection, as plain tuples from one statement: a listing of thousands costs little."""
        ...

    def dead_properties(self, node: Node, *, of_children: bool = False) -> dict[str, dict[PropertyName, str]]:
        """By the id of a node: its own properties, and with `of_children` those of everything right in it."""
        ...

    def quota(self, node: Node) -> Quota: ...
    def locks_on(self, path: Segments, *, below: bool = False) -> list[LockInfo]: ...

    # writes
    def check_write(
        self,
        path: Segments,
        *,
        size: int | None,
        tokens: frozenset[str] = frozenset(),
        precondition: Precondition | None = None,
    ) -> None:
        """Raise what `put` would raise, before the body is read (Expect: 100-continue). Writes nothing."""

    def put(
        self,
        path: Segments,
        blob: Blob,
        *,
        content_type: str = "",
        modified_at: datetime | None = None,
        tokens: frozenset[str] = frozenset(),
        precondition: Precondition | None = None,
    ) -> tuple[Node, bool]:
        """Keep a content that is on disk already; answer the node and whether it is new."""
        ...

    def make_collection(
        self, path: Segments, *, tokens: frozenset[str] = frozenset(), precondition: Precondition | None = None
    ) -> Node: ...

    def delete(
        self, path: Segments, *, tokens: frozenset[str] = frozenset(), precondition: Precondition | None = None
    ) -> None: ...

    def copy(
        self,
        source: Segments,
        target: Segments,
        *,
        overwrite: bool,
        shallow: bool = False,
        tokens: frozenset[str] = frozenset(),
        precondition: Precondition | None = None,
    ) -> bool:
        """Answer whether the target is new."""
        ...

    def move(
        self,
        source: Segments,
        target: Segments,
        *,
        overwrite: bool,
        tokens: frozenset[str] = frozenset(),
        precondition: Precondition | None = None,
    ) -> bool:
        """Answer whether the target is new."""
        ...

    def patch_properties(
        self,
        path: Segments,
        *,
        keep: dict[PropertyName, str],
        drop: Iterable[PropertyName] = (),
        modified_at: datetime | None = None,
        tokens: frozenset[str] = frozenset(),
        precondition: Precondition | None = None,
    ) -> None: ...

    def lock(
        self,
        path: Segments,
        *,
        depth_infinity: bool,
        exclusive: bool,
        owner_xml: str,
        seconds: int,
        tokens: frozenset[str] = frozenset(),
        precondition: Precondition | None = None,
    ) -> tuple[LockInfo, bool]:
        """Answer the lock and whether an empty file was made for it (RFC 4918 §7.3)."""
        ...

    def refresh_lock(self, path: Segments, *, token: str, seconds: int) -> LockInfo: ...
    def unlock(self, path: Segments, *, token: str) -> None: ...


__all__ = ["Blob", "LockInfo", "Look", "Node", "Precondition", "PropertyName", "Quota", "Row", "Segments", "Tree"]
