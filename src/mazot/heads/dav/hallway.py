# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses above a tree: clients look there on their way, and find an empty folder that tells nothing."""

from mazot.foundation.errors import NotFound
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.answers import XML
from mazot.wire.dav.bodies import read_propfind
from mazot.wire.dav.headers import depth_of
from mazot.wire.dav.multistatus import Row, Surroundings, listing


async def hallway(request: Request) -> Answer:
    """PROPFIND on /, /dav/ and /dav/<product>/, as Windows does before it opens the folder it was given."""
    if request.method != "PROPFIND":
        raise NotFound
    if depth_of(request.headers.get(b"depth"), default="infinity") == "infinity":
        raise Malformed("Ask for Depth 0 or 1.", status=403, condition="propfind-finite-depth")
    path = request.raw_path.decode("ascii", "replace")
    row = Row(path if path.endswith("/") else path + "/", "Mazot", True, 0, "", "", 0, 0)
    pieces = listing(read_propfind(await request.document()), [row], Surroundings(principal="/dav/"))
    return Answer(207, [(b"content-type", XML)], b"".join(pieces))


def is_hallway(raw_path: bytes) -> bool:
    parts = [part for part in raw_path.split(b"/") if part]
    return not parts or (parts[0] == b"dav" and len(parts) <= 2)
