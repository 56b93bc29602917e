# SPDX-License-Identifier: AGPL-3.0-or-later
"""What submission and ManageSieve say of an address in maintenance; IMAP's words are in imap/tests/test_revoked.py."""

import asyncio
import base64
import socket
from collections.abc import Iterator

import pytest

from mazot.heads import bridge
from mazot.heads.sieve import door as sieve
from mazot.heads.smtp import door as smtp
from mazot.products.mail.actions.addresses import set_address_state
from mazot.products.mail.actions.devices import make_device_password
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

SAID = b"This address is in maintenance: mail comes in, and nobody reads it meanwhile. "


@pytest.fixture(autouse=True)
def crossed() -> Iterator[None]:
    yield
    bridge.close()  # its connections would outlive the test's database


@pytest.mark.parametrize(
    ("opens", "begin", "asked", "said", "refused"),
    [
        (smtp.open_submission, b"EHLO x\r\n", b"AUTH PLAIN %s\r\n", b"454 4.7.0 " + SAID, b"535 5.7.8 "),
        (sieve.open_door, b"", b'AUTHENTICATE "PLAIN" "%s"\r\n', b'NO (TRYLATER) "' + SAID[:-1], b'NO "'),
    ],
    ids=["submission", "ManageSieve"],
)
def test_the_right_password_alone_hears_of_maintenance(cast: Cast, opens, begin, asked, said, refused) -> None:
    address = an_address(a_service(cast.mimosa), "malik")
    share(address, cast.people.malik, is_keeper=True)
    _device, secret = make_device_password(cast.malik, address, name="Telephone")
    set_address_state(cast.adam, address, state="maintenance")

    def proof(password: str) -> bytes:
        return base64.b64encode(f"\0malik@mimosa.example\0{password}".encode())

    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await opens(listener, tls=None)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        async with asyncio.timeout(20):
            writer.write(begin)
            for password, answer in ((secret, said), ("guess", refused)):
                writer.write(asked % proof(password))
                while not (line := await reader.readline()).startswith((b"4", b"5", b"NO")):
                    assert line
                assert line.startswith(answer)
                assert (SAID[:-1] in line) == (password == secret)
        writer.close()
        await door.close()

    asyncio.run(go())
