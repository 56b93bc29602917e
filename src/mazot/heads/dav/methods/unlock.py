# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.bridge import across
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav.headers import lock_token_of


async def unlock(request: Request) -> Answer:
    """UNLOCK (RFC 4918 §9.11)."""
    return await across(_unlock, request)


def _unlock(request: Request) -> Answer:
    tree = open_tree(request)
    tree.unlock(request.target.path, token=lock_token_of(request.headers.get(b"lock-token")))
    return Answer(204)
