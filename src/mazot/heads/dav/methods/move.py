# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import demands_of
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.headers import depth_of, overwrite_of


async def move(request: Request) -> Answer:
    """MOVE (RFC 4918 §9.9)."""
    return await across(_move, request)


def _move(request: Request) -> Answer:
    tree = open_tree(request)
    if depth_of(request.headers.get(b"depth"), default="infinity") != "infinity" and request.target.has_slash:
        # RFC 4918 §9.9.2.
        raise Malformed("A folder is moved with all it holds: the Depth header can only be infinity.")
    target, overwrite = request.destination(), overwrite_of(request.headers.get(b"overwrite"))
    tokens, precondition = demands_of(request)
    is_new = tree.move(request.target.path, target, overwrite=overwrite, tokens=tokens, precondition=precondition)
    return Answer(201 if is_new else 204)
