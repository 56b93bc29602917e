# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said before anybody is in: TLS, and passwords that never cross a network in the clear."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mazot.foundation import clock
from mazot.heads.imap.capabilities import capabilities
from mazot.heads.imap.door import open_door, open_secret_door
from mazot.heads.imap.session import Session
from mazot.heads.smtp.door import open_secret_submission

Opener = Callable[..., Awaitable[Any]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = clock.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(secret + made)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def visit(talk: Talk, *, tls: ssl.SSLContext | None) -> None:
    """Open a door, talk to it, close it."""

    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(listener, tls=tls)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        async with asyncio.timeout(20):
            await talk(reader, writer)
        writer.close()
        await door.close()

    asyncio.run(go())


def test_starttls_is_offered_and_what_came_in_the_clear_behind_it_is_dropped(certificate: ssl.SSLContext) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert b" STARTTLS " in await reader.readline()
        writer.write(b"a1 STARTTLS\r\na2 LOGOUT\r\n")
        assert (await reader.readline()).startswith(b"a1 OK")
        await writer.start_tls(trusting())
        writer.write(b"a3 CAPABILITY\r\n")
        told = await reader.readline()
        assert told.startswith(b"* CAPABILITY ")  # and no goodbye: a2 was nobody's word
        assert b"STARTTLS" not in told
        assert (await reader.readline()).startswith(b"a3 OK")
        writer.write(b"a4 STARTTLS\r\n")
        assert (await reader.readline()).startswith(b"a4 BAD")

    visit(talk, tls=certificate)


@pytest.mark.parametrize(
    ("opened", "hello", "offers", "never"),
    [
        (open_secret_door, b"", b"AUTH=PLAIN", b"STARTTLS"),
        (open_secret_submission, b"EHLO device.example\r\n", b"AUTH PLAIN LOGIN", b"STARTTLS"),
    ],
)
def test_a_secret_door_speaks_tls_from_the_first_byte(
    certificate: ssl.SSLContext, opened: Opener, hello: bytes, offers: bytes, never: bytes
) -> None:
    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await opened(listener, tls=certificate)
        place = listener.getsockname()[:2]
        reader, writer = await asyncio.open_connection(*place, ssl=trusting())
        async with asyncio.timeout(20):
            told = await reader.readline()  # who talks before the greeting is hung up on
            writer.write(hello)
            while offers not in told:
                told += (line := await reader.readline())
                assert line, told
        assert never not in told
        bare, other = await asyncio.open_connection(*place)
        other.write(b"a1 LOGOUT\r\n")
        async with asyncio.timeout(40):
            assert b"BYE" not in await bare.read()  # whoever speaks in the clear is hung up on
        writer.close()
        other.close()
        await door.close()

    asyncio.run(go())


def test_without_a_certificate_there_is_no_starttls() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert b"STARTTLS" not in await reader.readline()
        writer.write(b"a1 STARTTLS\r\n")
        assert (await reader.readline()).startswith(b"a1 NO [UNAVAILABLE]")

    visit(talk, tls=None)


def test_a_server_that_stops_says_goodbye() -> None:
    async def go() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        door = await open_door(listener, tls=None)
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        await reader.readline()
        await door.close()
        assert (await reader.read()).startswith(b"* BYE ")
        writer.close()

    asyncio.run(go())


@dataclass
class From:
    """A connection as far as its privacy goes."""

    peer: str
    is_secret: bool = False


@pytest.mark.parametrize(
    ("where", "may"),
    [
        (From("127.0.0.1"), True),
        (From("::1"), True),
        (From("192.0.2.7"), False),
        (From("192.0.2.7", is_secret=True), True),
        (From(""), False),
    ],
)
def test_a_password_crosses_a_network_in_tls_only(where: From, may: bool) -> None:
    assert Session(where, None, None).may_log_in is may  # type: ignore[arg-type]


def test_a_stranger_from_afar_is_told_not_to_log_in() -> None:
    told = capabilities(has_entered=False, offers_tls=True, may_log_in=False)
    assert b"LOGINDISABLED" in told
    assert b"AUTH=PLAIN" not in told
