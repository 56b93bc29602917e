# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hub of the Bus: a unix socket that hands every line of one process to all the others."""

import asyncio
import contextlib
import os
from pathlib import Path

from mazot.foundation.bus import MAX_LINE

# A process that does not read loses hints; it is never the others who wait.
MAX_WAITING = 1024 * 1024


class Hub:
    """Accepts processes on a socket that only this user may open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.parent.stat().st_uid != os.getuid():
            raise PermissionError(f"{self.path.parent} belongs to somebody else")
        self.path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, path=str(self.path), limit=2 * MAX_LINE)
        self.path.chmod(0o600)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._writers):
                writer.close()
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                self._hand_on(line, writer)
        except (ValueError, OSError):
            pass  # a line above the limit, or a process that went away: it connects again
        finally:
            self._writers.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()

    def _hand_on(self, line: bytes, sender: asyncio.StreamWriter) -> None:
        for writer in self._writers:
            if writer is not sender and writer.transport.get_write_buffer_size() < MAX_WAITING:
                writer.write(line)
