# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies on their way out: small ones with their headers, large ones in pieces read by a thread."""

from typing import BinaryIO

from mazot.foundation.blobs import blobs
from mazot.heads.bridge import across
from mazot.heads.dav.request import Headers, Request

SMALL = 64 * 1024
PIECE = 1024 * 1024


def read_part(digest: str, first: int, length: int) -> bytes:
    """A small part of a content."""
    with blobs().open(digest) as file:
        file.seek(first)
        return file.read(length)


async def send_part(request: Request, status: int, headers: Headers, file: BinaryIO, length: int) -> None:
    """Stream from where the file stands; the file is closed whatever happens."""
    try:
        request.has_started = True
        await request.send({"type": "http.response.start", "status": status, "headers": headers})
        while length:
            piece = await across(file.read, min(PIECE, length))
            if not piece:
                # Never fewer bytes than announced without the client noticing: the server cuts the connection.
                raise OSError("a content is shorter than its row says")
            length -= len(piece)
            await request.send({"type": "http.response.body", "body": piece, "more_body": bool(length)})
    finally:
        await across(file.close)
