# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a product offers to the DAV head: a tree of collections and resources, reached only through the actor.

The head owns methods, headers, XML and status codes; the tree owns meaning. Trees are synchronous (the head crosses
over in `heads/bridge.py`), raise errors of `foundation.errors` only, and never see HTTP. Segments are decoded, NFC or
NFD as the client sent them. `Precondition` functions are re-checked by the tree inside its transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from mazot.foundation.blobs import Blob
from mazot.tenancy.actor import Actor

Segments = tuple[str, ...]


@dataclass(slots=True)
class Node:
    """One resource as a client sees it."""

    id: UUID
    name: str
    is_collection: bool
    size: int
    etag: str  # without quotes; strong
    content_type: str
    modified_at: datetime
    created_at: datetime
    digest: str = ""
    may_write: bool = True
    handle: Any = None  # the tree's own object


@dataclass(frozen=True, slots=True)
class LockInfo:
    """One write lock (RFC 4918 §6)."""

    token: str
    path: Segments  # of the lock's root, below the tree's mount
    depth_infinity: bool
    exclusive: bool
    owner_xml: str
    expires_at: datetime
    seconds: int
    person_id: UUID


Precondition = Callable[["Node | None", Sequence[LockInfo]], None]
"""Called inside the transaction with the present node and the locks that cover it; raises to refuse."""


@dataclass(frozen=True, slots=True)
class Quota:
    used: int
    available: int | None


class Tree(Protocol):
    """A product's files or collections, as seen by one actor."""

    def __init__(self, actor: Actor, instance_id: UUID) -> None: ...

    # reads
    def resolve(self, path: Segments) -> Node: ...
    def children(self, node: Node) -> Iterable[Node]: ...
    def dead_properties(self, nodes: Sequence[Node]) -> dict[UUID, dict[tuple[str, str], str]]: ...
    def quota(self, node: Node) -> Quota: ...
    def locks_on(self, path: Segments, *, below: bool = False) -> list[LockInfo]: ...

    # writes; each is one transaction
    def check_write(self, path: Segments, *, size: int | None, precondition: Precondition) -> None: ...
    def put(
        self,
        path: Segments,
        blob: Blob,
        *,
        content_type: str,
        modified_at: datetime | None,
        precondition: Precondition,
    ) -> tuple[Node, bool]: ...
    def make_collection(self, path: Segments, *, precondition: Precondition) -> Node: ...
    def delete(self, path: Segments, *, precondition: Precondition) -> None: ...
    def copy(
        self,
        source: Segments,
        target: Segments,
        *,
        overwrite: bool,
        shallow: bool,
        precondition: Precondition,
    ) -> bool: ...
    def move(self, source: Segments, target: Segments, *, overwrite: bool, precondition: Precondition) -> bool: ...
    def patch_properties(
        self,
        path: Segments,
        *,
        keep: dict[tuple[str, str], str],
        drop: Iterable[tuple[str, str]],
        modified_at: datetime | None,
        precondition: Precondition,
    ) -> None: ...
    def lock(
        self,
        path: Segments,
        *,
        depth_infinity: bool,
        exclusive: bool,
        owner_xml: str,
        seconds: int,
        precondition: Precondition,
    ) -> tuple[LockInfo, bool]: ...
    def refresh_lock(self, path: Segments, *, token: str, seconds: int) -> LockInfo: ...
    def unlock(self, path: Segments, *, token: str) -> None: ...


__all__ = ["Blob", "LockInfo", "Node", "Precondition", "Quota", "Segments", "Tree"]
