# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter on its way in: small ones in memory, large ones in a file without a name."""

import tempfile
from typing import IO

from mazot.heads.smtp.kinds import MOST_BYTES

IN_MEMORY = 256 * 1024


class Spool:
    """Takes pieces up to the limit; beyond it they are counted and not kept."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by its session
        self.size = 0

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if not self.is_too_big:
            self.file.write(piece)

    @property
    def is_too_big(self) -> bool:
        return self.size > MOST_BYTES

    def close(self) -> None:
        self.file.close()
