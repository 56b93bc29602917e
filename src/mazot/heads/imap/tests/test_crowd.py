# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limits over all sessions together."""

import asyncio
import socket

import pytest

from mazot.heads.imap import door, session
from mazot.heads.imap.door import Crowd, open_door
from mazot.heads.imap.session import Session


def test_letters_in_memory_are_counted_until_their_command_is_carried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LETTERS_OF_A_STORE", door.LETTERS_AT_ONCE)
    crowd = Crowd()
    first, second = (Session(None, None, crowd) for _number in range(2))  # type: ignore[arg-type]
    assert crowd.holds(first, door.LETTERS_AT_ONCE - 1)
    assert not crowd.holds(second, 2)
    crowd.let_go(first)
    assert crowd.holds(second, 2)
    crowd.let_go(second)
    assert crowd.n_held == 0


def test_one_place_opens_so_many_connections_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SESSIONS_OF_A_PLACE", 2)

    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        opened = await open_door(listener, tls=None)
        place = listener.getsockname()[:2]
        inside = [await asyncio.open_connection(*place) for _number in range(2)]
        for reader, _writer in inside:
            assert (await reader.readline()).startswith(b"* OK")
        reader, writer = await asyncio.open_connection(*place)
        assert (await reader.read()).startswith(b"* BYE There are too many connections")
        inside[0][1].write(b"a1 LOGOUT\r\n")
        await inside[0][0].read()
        await asyncio.sleep(0.05)
        again, last = await asyncio.open_connection(*place)
        assert (await again.readline()).startswith(b"* OK")
        for one in (writer, last, *(pair[1] for pair in inside)):
            one.close()
        await opened.close()

    asyncio.run(go())


@pytest.mark.parametrize("said", [b"", b"a1 NOOP\r\n", b"a1 AUTHENTICATE PLAIN\r\n"])
def test_a_stranger_has_so_much_time_whatever_is_said(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(session, "ENTER_WITHIN", 0.3)

    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        opened = await open_door(listener, tls=None)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])

        async def talk() -> None:
            writer.write(said)
            while b"AUTHENTICATE" not in said:
                await asyncio.sleep(0.05)
                writer.write(said)

        talking = asyncio.create_task(talk())
        try:
            whole = await asyncio.wait_for(reader.read(), 5)
        except ConnectionResetError:
            whole = b"* BYE "  # it was let go in the very moment in which it said something more
        assert b"* BYE " in whole
        talking.cancel()
        writer.close()
        await opened.close()

    asyncio.run(go())
