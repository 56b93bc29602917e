# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import demands_of
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.headers import depth_of


async def delete(request: Request) -> Answer:
    """DELETE (RFC 4918 §9.6)."""
    return await across(_delete, request)


def _delete(request: Request) -> Answer:
    tree = open_tree(request)
    if depth_of(request.headers.get(b"depth"), default="infinity") != "infinity" and request.target.has_slash:
        # RFC 4918 §9.6.1: a client that believes only the folder goes must not lose what is in it.
        raise Malformed("A folder is deleted with all it holds: the Depth header can only be infinity.")
    tokens, precondition = demands_of(request)
    tree.delete(request.target.path, tokens=tokens, precondition=precondition)
    return Answer(204)
