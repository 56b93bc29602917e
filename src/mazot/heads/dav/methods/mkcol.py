# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import demands_of
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav import Malformed


async def mkcol(request: Request) -> Answer:
    """MKCOL (RFC 4918 §9.3)."""
    return await across(_make, request)


def _make(request: Request) -> Answer:
    tree = open_tree(request)
    if request.has_body:
        raise Malformed("A new folder is made without a body.", status=415)
    tokens, precondition = demands_of(request)
    tree.make_collection(request.target.path, tokens=tokens, precondition=precondition)
    return Answer(201)
