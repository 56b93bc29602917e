# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listening side: lets connections in, counts them, and takes leave of all when the server stops."""

import asyncio
import socket
import ssl
from collections import Counter

from mazot.heads.channel import HANDSHAKE_WITHIN, Channel
from mazot.heads.smtp.kinds import LMTP, MX, SUBMISSION, Kind
from mazot.heads.smtp.session import Session
from mazot.wire.smtp.replies import reply

SESSIONS = 500
SESSIONS_OF_A_PLACE = 50  # from one network address


class Door:
    """An open SMTP door."""

    def __init__(self, kind: Kind, tls: ssl.SSLContext | None) -> None:
        self.kind, self.tls = kind, tls
        self.server: asyncio.Server | None = None
        self.tasks: dict[asyncio.Task[None], str] = {}

    async def listen(self, listener: socket.socket, *, around: ssl.SSLContext | None = None) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(
            lambda: Channel(self._made),
            sock=listener,
            ssl=around,
            ssl_handshake_timeout=HANDSHAKE_WITHIN if around else None,
        )

    def _made(self, channel: Channel) -> None:
        places = Counter(self.tasks.values())
        if len(self.tasks) >= SESSIONS or places[channel.peer] >= SESSIONS_OF_A_PLACE:
            channel.write(reply(421, "4.7.0", "There are too many connections. Come back in a moment."))
            channel.close()
            return
        task = asyncio.create_task(Session(channel, self.kind, self.tls).run())
        self.tasks[task] = channel.peer
        task.add_done_callback(lambda done: self.tasks.pop(done, None))

    async def close(self) -> None:
        """Take nobody new; what is being written to disk is finished and answered."""
        if self.server is not None:
            self.server.close()
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def open_door(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """Take mail from other servers."""
    return await _opened(MX, listener, tls)


async def open_lmtp(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """Take mail from a server in front."""
    return await _opened(LMTP, listener, tls)


async def open_submission(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """Take mail from the programs of people."""
    return await _opened(SUBMISSION, listener, tls)


async def open_secret_submission(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """The same in TLS from the first byte (RFC 8314)."""
    if tls is None:
        raise ValueError("submissions needs a certificate")
    door = Door(SUBMISSION, tls)
    await door.listen(listener, around=tls)
    return door


async def _opened(kind: Kind, listener: socket.socket, tls: ssl.SSLContext | None) -> Door:
    door = Door(kind, tls)
    await door.listen(listener)
    return door
