# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mazot.exchange.dav import LockInfo, Node
from mazot.heads.bridge import across
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.methods.lock import lock_element
from mazot.heads.dav.request import Answer, Headers, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.answers import XML
from mazot.wire.dav.bodies import Name, Plan, read_propfind
from mazot.wire.dav.headers import depth_of
from mazot.wire.dav.multistatus import Row, Surroundings, listing, wants, wants_dead, wants_locks
from mazot.wire.dav.paths import Segments, quoted

if TYPE_CHECKING:
    from mazot.exchange.dav import Tree

HEADERS: Headers = [(b"content-type", XML), (b"cache-control", b"no-store")]
N_AT_ONCE = 5000  # rows; a longer listing leaves in pieces while the rest is still being written


async def propfind(request: Request) -> Answer | None:
    """PROPFIND (RFC 4918 §9.1)."""
    tree = await across(open_tree, request)
    depth = depth_of(request.headers.get(b"depth"), default="infinity")
    if depth == "infinity":
        raise Malformed(
            "A whole tree cannot be listed at once: ask for Depth 0 or 1.",
            status=403,
            condition="propfind-finite-depth",
        )
    body = await request.document()
    pieces = await across(_list, request, tree, read_propfind(body), depth == "1")
    if isinstance(pieces, bytes):
        return Answer(207, HEADERS, pieces)
    request.has_started = True
    await request.send({"type": "http.response.start", "status": 207, "headers": HEADERS})
    while piece := await across(next, pieces, b""):
        await request.send({"type": "http.response.body", "body": piece, "more_body": True})
    await request.send({"type": "http.response.body", "body": b""})
    return None


def _list(request: Request, tree: "Tree", plan: Plan, with_members: bool) -> bytes | Iterator[bytes]:
    """The whole answer, or for a long one its pieces, which need no database any more."""
    path = request.target.path
    node = tree.resolve(path)
    members = list(tree.rows(node)) if with_members and node.is_collection else []
    dead: dict[str, dict[Name, str]] = {}
    if wants_dead(plan):
        dead = tree.dead_properties(node) | (tree.dead_properties(node, of_children=True) if members else {})
    locks = tree.locks_on(path, below=bool(members)) if wants_locks(plan) else []
    rows = _rows(request, node, members, dead, locks)
    pieces = listing(plan, rows, _surroundings(tree, node, plan))
    return b"".join(pieces) if len(members) < N_AT_ONCE else pieces


def _surroundings(tree: "Tree", node: Node, plan: Plan) -> Surroundings:
    used = available = ""
    if wants(plan, "quota-used-bytes", "quota-available-bytes"):
        quota = tree.quota(node)
        used, available = str(quota.used), "" if quota.available is None else str(quota.available)
    return Surroundings(principal="/dav/", available=available, used=used)


def _rows(
    request: Request,
    node: Node,
    members: Iterable[tuple[Any, ...]],
    dead: dict[str, dict[Name, str]],
    locks: Sequence[LockInfo],
) -> Iterator[Row]:
    path = request.target.path
    base = request.href_of(path, is_collection=node.is_collection)
    yield Row(
        base, node.name, node.is_collection, node.size, node.content_type, node.etag, node.modified, node.created,
        _locks_at(request, path, locks) if locks else "", dead.get(node.id),
    )  # fmt: skip
    for id_, name, is_collection, size, etag, content_type, modified, created in members:
        yield Row(
            f"{base}{quoted(name)}/" if is_collection else base + quoted(name),
            name, is_collection, size, content_type, etag, modified, created,
            _locks_at(request, (*path, name), locks) if locks else "", dead.get(id_) if dead else None,
        )  # fmt: skip


def _locks_at(request: Request, path: Segments, locks: Sequence[LockInfo]) -> str:
    return "".join(
        lock_element(request, held)
        for held in locks
        if held.path == path or (held.depth_infinity and path[: len(held.path)] == held.path)
    )
