# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.dav.methods import ALLOW
from mazot.heads.dav.request import Answer, Request

HEADERS = [
    (b"dav", b"1, 2, 3"),
    (b"allow", ALLOW),
    # Without it Office opens files from here as read-only.
    (b"ms-author-via", b"DAV"),
    (b"accept-ranges", b"bytes"),
]


async def options(_request: Request) -> Answer:
    """OPTIONS (RFC 9110 §9.3.7, RFC 4918 §10.1): without signing in, because Windows asks before it does."""
    return Answer(200, list(HEADERS))
