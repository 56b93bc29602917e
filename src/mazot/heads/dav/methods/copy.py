# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import demands_of
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.headers import depth_of, overwrite_of


async def copy(request: Request) -> Answer:
    """COPY (RFC 4918 §9.8)."""
    return await across(_copy, request)


def _copy(request: Request) -> Answer:
    tree = open_tree(request)
    depth = depth_of(request.headers.get(b"depth"), default="infinity")
    if depth == "1":
        raise Malformed("A copy takes the Depth header 0 or infinity.")
    target, overwrite = request.destination(), overwrite_of(request.headers.get(b"overwrite"))
    tokens, precondition = demands_of(request)
    is_new = tree.copy(
        request.target.path,
        target,
        overwrite=overwrite,
        shallow=depth == "0",
        tokens=tokens,
        precondition=precondition,
    )
    return Answer(201 if is_new else 204)
