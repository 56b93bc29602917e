# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter on its way in: small ones in memory, large ones in a file without a name."""

import contextlib
import tempfile
from collections.abc import Callable
from typing import IO

from mazot.foundation.blobs import room_on_disk
from mazot.foundation.errors import NoSpace
from mazot.heads.smtp.kinds import MOST_BYTES

IN_MEMORY = 256 * 1024


class Spool:
    """Takes pieces up to the limit, and while there is room; beyond they are counted and not kept."""

    def __init__(self) -> None:
        self._has_room = True
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by its session
        self.size = 0

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if not self.is_too_big and self._has_room:
            self._try(lambda: self.file.write(piece))

    def is_whole(self) -> bool:
        """Whether all of it found room, to its last byte."""
        self._try(self.file.flush)
        return self._has_room

    def _try(self, write: Callable[[], object]) -> None:
        """A letter without room is read to its end all the same: only then the sender hears an answer."""
        try:
            with room_on_disk():
                write()
        except NoSpace:
            self._has_room = False

    @property
    def is_too_big(self) -> bool:
        return self.size > MOST_BYTES

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what is still in its buffer finds no room either
            self.file.close()
