# SPDX-License-Identifier: AGPL-3.0-or-later
"""A password that is revoked ends what it has opened, at once."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from mazot.foundation import facts
from mazot.foundation.bus import bus
from mazot.heads import bridge
from mazot.heads.bridge import across
from mazot.heads.imap.door import open_door
from mazot.products.mail.actions.devices import make_device_password, revoke_device_password
from mazot.products.mail.actions.domains import set_service
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def published() -> Iterator[None]:
    before = list(facts._publish)
    facts.publish_with(bus().publish)
    yield
    facts._publish[:] = before
    bridge.close()  # its connections would outlive the test's database


@pytest.mark.parametrize("last", [b"a3 IDLE", b"a3 NOOP"])
def test_a_session_ends_when_its_password_is_revoked(cast: Cast, last: bytes) -> None:
    address = an_address(a_service(cast.mimosa), "malik")
    share(address, cast.people.malik, is_keeper=True)
    device, secret = make_device_password(cast.malik, address, name="Telephone")

    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(listener, tls=None)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        async with asyncio.timeout(20):
            writer.write(f"a1 LOGIN malik@mimosa.example {secret}\r\na2 SELECT INBOX\r\n".encode())
            while not (line := await reader.readline()).startswith(b"a2 "):
                pass
            assert line.startswith(b"a2 OK")
            if last.endswith(b"IDLE"):
                writer.write(last + b"\r\n")
                assert (await reader.readline()).startswith(b"+ ")
            await across(revoke_device_password, cast.malik, device)
            if last.endswith(b"NOOP"):
                await asyncio.sleep(0)
                writer.write(last + b"\r\n")
            assert await reader.readline() == b"* BYE This password no longer opens the address.\r\n"
        writer.close()
        await door.close()

    asyncio.run(go())


def test_maintenance_of_a_service_ends_its_sessions_and_says_so(cast: Cast) -> None:
    service = a_service(cast.mimosa)
    address = an_address(service, "malik")
    share(address, cast.people.malik, is_keeper=True)
    _device, secret = make_device_password(cast.malik, address, name="Telephone")
    login = f"a1 LOGIN malik@mimosa.example {secret}\r\n".encode()
    said = b"This address is in maintenance: mail comes in, and nobody reads it meanwhile."

    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(listener, tls=None)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        async with asyncio.timeout(20):
            await reader.readline()
            writer.write(login + b"a2 IDLE\r\n")
            while not (line := await reader.readline()).startswith(b"+ "):
                assert not line.startswith(b"a1 NO")
            await across(set_service, cast.adam, service, is_in_maintenance=True)
            assert await reader.readline() == b"* BYE [UNAVAILABLE] " + said + b"\r\n"
            writer.close()
            reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            await reader.readline()
            writer.write(login)
            assert (await reader.readline()).startswith(b"a1 NO [UNAVAILABLE] " + said)
            writer.write(b"a2 LOGIN malik@mimosa.example guess\r\n")
            assert (await reader.readline()).startswith(b"a2 NO [AUTHENTICATIONFAILED] ")
        writer.close()
        await door.close()

    asyncio.run(go())
