# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listening side: lets connections in, counts them, and takes leave of all when the server stops."""

import asyncio
import socket
import ssl
from collections import Counter

from mazot.heads.channel import Channel
from mazot.heads.sieve.session import Session
from mazot.wire.sieve.managing import response

SESSIONS = 200
SESSIONS_OF_A_PLACE = 20  # from one network address


class Door:
    """An open ManageSieve door."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self.tls = tls
        self.server: asyncio.Server | None = None
        self.tasks: dict[asyncio.Task[None], str] = {}

    async def listen(self, listener: socket.socket) -> None:
        self.server = await asyncio.get_running_loop().create_server(lambda: Channel(self._made), sock=listener)

    def _made(self, channel: Channel) -> None:
        places = Counter(self.tasks.values())
        if len(self.tasks) >= SESSIONS or places[channel.peer] >= SESSIONS_OF_A_PLACE:
            channel.write(response("BYE", "There are too many connections. Come back in a moment.", "TRYLATER"))
            channel.close()
            return
        task = asyncio.create_task(Session(channel, self.tls).run())
        self.tasks[task] = channel.peer
        task.add_done_callback(lambda done: self.tasks.pop(done, None))

    async def close(self) -> None:
        """Take nobody new, and tell everybody goodbye."""
        if self.server is not None:
            self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def open_door(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """Speak ManageSieve on a listening socket."""
    door = Door(tls)
    await door.listen(listener)
    return door
