# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hub of the Bus: a unix socket that hands the hints of one process to the others that want them."""

import asyncio
import os
from pathlib import Path
from typing import cast

from mazot.foundation.bus import MAX_LINE
from mazot.foundation.interests import CONTROL, Interests, read, topic_of

# A process that does not read loses hints; it is never the others who wait.
MAX_WAITING = 1024 * 1024


class Hub:
    """Accepts processes on a socket that only this user may open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connections: set[Connection] = set()
        self.is_open = False
        self._server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.parent.stat().st_uid != os.getuid():
            raise PermissionError(f"{self.path.parent} belongs to somebody else")
        self.path.unlink(missing_ok=True)
        self.is_open = True
        mask = os.umask(0o177)
        try:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_unix_server(lambda: Connection(self), path=str(self.path))
        finally:
            os.umask(mask)

    async def stop(self) -> None:
        self.is_open = False
        if self._server is not None:
            # asyncio forgets a connection whose accepting is under way when the server closes: it would stay open.
            await asyncio.sleep(0.01)
            self._server.close()
            self._server = None
        for connection in tuple(self.connections):
            connection.transport.abort()
        self.path.unlink(missing_ok=True)


class Connection(asyncio.Protocol):
    """One process at the hub, and what it wants to hear."""

    transport: asyncio.Transport

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.hears = Interests()
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        if not self.hub.is_open:  # accepted while the hub was closing
            self.transport.abort()
            return
        for other in self.hub.connections:
            for line in other.hears.lines("+"):
                self.transport.write(line + b"\n")
        self.hub.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self.hub.connections.discard(self)
        for line in self.hears.lines("-"):
            self._tell_others(line)

    def data_received(self, data: bytes) -> None:
        *lines, self._waiting = (self._waiting + data).split(b"\n")
        if len(self._waiting) > 2 * MAX_LINE:
            self.transport.abort()  # it speaks something else
            return
        for line in lines:
            if line.startswith(CONTROL):
                self._wish(line)
            else:
                self._hand_on(line)

    def _wish(self, line: bytes) -> None:
        told = read(line)
        # A process that came back tells everything again: each wish counts once.
        if told is None or (
            told[0] == "+" and told[2] in (self.hears.topics if told[1] == "t" else self.hears.prefixes)
        ):
            return
        if self.hears.change(*told):
            self._tell_others(line)

    def _tell_others(self, line: bytes) -> None:
        for other in self.hub.connections:
            if other is not self:
                other.transport.write(line + b"\n")

    def _hand_on(self, line: bytes) -> None:
        topic = topic_of(line)
        if topic is None:
            return
        for other in self.hub.connections:
            wants = other is not self and other.hears.wants(topic)
            if wants and other.transport.get_write_buffer_size() < MAX_WAITING:
                other.transport.write(line + b"\n")
