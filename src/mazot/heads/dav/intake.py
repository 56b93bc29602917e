# SPDX-License-Identifier: AGPL-3.0-or-later
"""A body on its way in: pieces gather to a batch, a thread writes it, and a torn one leaves no trace."""

import shutil

from mazot.foundation.blobs import Blob, BlobWriter, blobs
from mazot.foundation.errors import NoSpace, OverQuota
from mazot.heads.bridge import across
from mazot.heads.dav.request import Request
from mazot.wire.dav import Malformed

BATCH = 1024 * 1024


def check_disk(size: int) -> None:
    """Raise when so many bytes cannot fit on the disk, before they are sent."""
    if size > shutil.disk_usage(blobs().root).free:
        raise NoSpace


async def take_body(request: Request, *, expected: int | None, room: int | None) -> Blob | bytes:
    """The body, as announced and within the room: a blob on disk, or bytes when it came in one piece."""
    first, more = await request.next_piece() if request.has_body else (b"", False)
    if not more:
        _check_size(len(first), expected, room)
        return first  # whoever crosses next keeps it on the way
    writer = await across(blobs().writer)
    try:
        batch, waiting = [first], len(first)
        while more:
            piece, more = await request.next_piece()
            batch.append(piece)
            waiting += len(piece)
            if waiting >= BATCH or not more:
                if room is not None and writer.size + waiting > room:
                    request.is_body_read = not more
                    raise OverQuota
                await across(_write, writer, batch)
                batch, waiting = [], 0
        _check_size(writer.size, expected, room)
        return await across(writer.finish)
    except BaseException:
        # Also when the task is cancelled: a torn upload must not lie on the disk until the next sweep.
        writer.discard()
        raise


def _write(writer: BlobWriter, batch: list[bytes]) -> None:
    for piece in batch:
        writer.write(piece)


def _check_size(size: int, expected: int | None, room: int | None) -> None:
    if expected is not None and size != expected:
        raise Malformed(f"The body has {size} bytes and {expected} were announced.")
    if room is not None and size > room:
        raise OverQuota
