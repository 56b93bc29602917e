# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes of an upload on their way to disk: one writer at a time, synced before their number is written down."""

import contextlib
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from mazot.foundation.blobs import room_on_disk
from mazot.foundation.errors import Conflict, Invalid, Locked, NotFound
from mazot.heads.bridge import across
from mazot.heads.tus.request import ClientGone, UploadRequest

BATCH = 1024 * 1024
# So much is lost at most when the server is killed in the middle; a torn connection loses nothing.
SAFE_EVERY = 16 * 1024 * 1024


class Part:
    """The file that holds what has been received; locked, because two tabs may resume the same upload."""

    def __init__(self, path: Path, *, offset: int) -> None:
        with room_on_disk():
            self._file = path.open("ab", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise Locked("busy", "Another connection is sending this file just now.") from error
        try:
            self._go_to(offset)
        except BaseException:
            self.close()
            raise

    def _go_to(self, offset: int) -> None:
        """Continue where the database says it is safe: what lies behind was never acknowledged."""
        size = os.fstat(self._file.fileno()).st_size
        if size < offset:
            raise NotFound("gone", "The first part of this file is lost; send it from the beginning.")
        if size > offset:
            self._file.truncate(offset)

    def write(self, pieces: list[bytes]) -> None:
        with room_on_disk():
            for piece in pieces:
                view = memoryview(piece)
                while view:
                    view = view[self._file.write(view) :]

    def sync(self) -> None:
        with room_on_disk():
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


async def take_in(request: UploadRequest, path: Path, *, offset: int, size: int, note: Callable[[int], object]) -> int:
    """Append the body at the offset; answer how many bytes are safe now, also when the connection tore."""
    announced = request.n_announced
    if announced is not None and offset + announced > size:
        raise Invalid("too_large", "The piece is longer than what is missing of the file.", limit=size - offset)
    part = await across(Part, path, offset=offset)
    received, safe = offset, offset
    try:
        batch: list[bytes] = []
        waiting, more = 0, True
        while more:
            with contextlib.suppress(ClientGone):
                piece, more = await request.next_piece()
                batch.append(piece)
                waiting += len(piece)
                if received + waiting > size:
                    raise Invalid("too_large", "The piece is longer than what is missing of the file.", limit=size)
                if more and waiting < BATCH:
                    continue
                if more:
                    await across(part.write, batch)
                    received, batch, waiting = received + waiting, [], 0
                    if received - safe >= SAFE_EVERY:
                        safe = await across(_save, part, received, note)
                    continue
            break
        if waiting:
            await across(part.write, batch)
            received += waiting
        if received > safe:
            safe = await across(_save, part, received, note)
    finally:
        part.close()
    return safe


def _save(part: Part, received: int, note: Callable[[int], object]) -> int:
    part.sync()
    note(received)
    return received


def offset_is(given: int, received: int) -> None:
    if given != received:
        raise Conflict("wrong_offset", "These bytes do not follow on those that are here.", received=received)
