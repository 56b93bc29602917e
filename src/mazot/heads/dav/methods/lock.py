# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import TYPE_CHECKING

from mazot.exchange.dav import LockInfo
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import PreconditionFailed, demands_of
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.answers import XML, active_lock, lock_body
from mazot.wire.dav.bodies import read_lockinfo
from mazot.wire.dav.headers import depth_of, seconds_of

if TYPE_CHECKING:
    from mazot.exchange.dav import Tree


async def lock(request: Request) -> Answer:
    """LOCK (RFC 4918 §9.10): with a body a new lock, without one a refreshed lock."""
    tree = await across(open_tree, request)
    body = await request.document()
    return await across(_lock if body else _refresh, request, tree, body)


def _lock(request: Request, tree: "Tree", body: bytes) -> Answer:
    wanted = read_lockinfo(body)
    depth = depth_of(request.headers.get(b"depth"), default="infinity")
    if depth == "1":
        raise Malformed("A lock takes the Depth header 0 or infinity.")
    tokens, precondition = demands_of(request)
    held, is_new = tree.lock(
        request.target.path,
        depth_infinity=depth == "infinity",
        exclusive=wanted.exclusive,
        owner_xml=wanted.owner_xml,
        seconds=seconds_of(request.headers.get(b"timeout")),
        tokens=tokens,
        precondition=precondition,
    )
    token = (b"lock-token", f"<{held.token}>".encode())
    return Answer(201 if is_new else 200, [(b"content-type", XML), token], lock_body(lock_element(request, held)))


def _refresh(request: Request, tree: "Tree", _body: bytes) -> Answer:
    # RFC 4918 §9.10.2: the lock is named by the only token of the If header.
    tokens, _ = demands_of(request)
    if len(tokens) != 1:
        raise Malformed("A lock is refreshed by an If header with exactly its token.")
    (token,) = tokens
    if not any(held.token == token for held in tree.locks_on(request.target.path)):
        raise PreconditionFailed
    held = tree.refresh_lock(request.target.path, token=token, seconds=seconds_of(request.headers.get(b"timeout")))
    return Answer(200, [(b"content-type", XML)], lock_body(lock_element(request, held)))


def lock_element(request: Request, held: LockInfo) -> str:
    from mazot.foundation.clock import now

    return active_lock(
        token=held.token,
        root=request.href_of(held.path),
        is_exclusive=held.exclusive,
        is_infinite=held.depth_infinity,
        owner_xml=held.owner_xml,
        seconds=round((held.expires_at - now()).total_seconds()),
    )
