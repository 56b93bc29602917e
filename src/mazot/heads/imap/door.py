# SPDX-License-Identifier: AGPL-3.0-or-later
"""The listening side: lets connections in, counts them, and takes leave of all when the server stops."""

import asyncio
import socket
import ssl
from collections import Counter

from mazot.heads.channel import HANDSHAKE_WITHIN, Channel
from mazot.heads.imap.session import Session
from mazot.heads.imap.views import Views
from mazot.wire.imap.responses import condition

SESSIONS = 2000
SESSIONS_OF_A_PLACE = 200  # from one network address
LETTERS_AT_ONCE = 512 * 1024 * 1024  # bytes of letters that all sessions together hold in memory
LETTERS_OF_A_STORE = LETTERS_AT_ONCE // 4  # also those that are announced and never sent
SESSIONS_OF_A_STORE = 50  # a program opens five or so; people have several programs


class Crowd:
    """Who is inside."""

    def __init__(self) -> None:
        self.tasks: dict[asyncio.Task[None], Session] = {}
        self.by_place: Counter[str] = Counter()
        self.n_held = 0
        self.views = Views()

    def has_room_for(self, place: str) -> bool:
        return len(self.tasks) < SESSIONS and self.by_place[place] < SESSIONS_OF_A_PLACE

    def has_room_in(self, store_id: int) -> bool:
        inside = sum(1 for one in self.tasks.values() if one.opened and one.opened.store.id == store_id)
        return inside < SESSIONS_OF_A_STORE

    def holds(self, session: Session, size: int) -> bool:
        """Whether so many more bytes of a letter fit into memory; they count until the command is carried out."""
        if self.n_held + size > LETTERS_AT_ONCE or self.held_for(session) + size > LETTERS_OF_A_STORE:
            return False
        self.n_held += size
        session.n_held += size
        return True

    def held_for(self, session: Session) -> int:
        """What all sessions in the store of this one hold."""
        store_id = session.opened.store.id if session.opened else None
        return sum(one.n_held for one in self.tasks.values() if one.opened and one.opened.store.id == store_id)

    def let_go(self, session: Session) -> None:
        self.n_held -= session.n_held
        session.n_held = 0

    def join(self, session: Session) -> None:
        place = session.channel.peer
        task = asyncio.create_task(session.run())
        self.tasks[task] = session
        self.by_place[place] += 1
        task.add_done_callback(lambda _task: self._leave(task, place))

    def _leave(self, task: asyncio.Task[None], place: str) -> None:
        self.let_go(self.tasks.pop(task))
        self.by_place[place] -= 1
        if not self.by_place[place]:
            del self.by_place[place]


class Door:
    """An open IMAP door."""

    def __init__(self, server: asyncio.Server, crowd: Crowd) -> None:
        self.server, self.crowd = server, crowd

    async def close(self) -> None:
        """Take nobody new, and tell everybody goodbye."""
        self.server.close()
        tasks = list(self.crowd.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def open_door(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """Speak IMAP on a listening socket."""
    return await _opened(listener, tls, around=None)


async def open_secret_door(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Door:
    """The same in TLS from the first byte (RFC 8314)."""
    if tls is None:
        raise ValueError("imaps needs a certificate")
    return await _opened(listener, tls, around=tls)


async def _opened(listener: socket.socket, tls: ssl.SSLContext | None, *, around: ssl.SSLContext | None) -> Door:
    crowd = Crowd()

    def made(channel: Channel) -> None:
        if crowd.has_room_for(channel.peer):
            crowd.join(Session(channel, tls, crowd))
        else:
            channel.write(condition(b"*", b"BYE", "There are too many connections. Come back in a moment."))
            channel.close()

    server = await asyncio.get_running_loop().create_server(
        lambda: Channel(made), sock=listener, ssl=around, ssl_handshake_timeout=HANDSHAKE_WITHIN if around else None
    )
    return Door(server, crowd)
