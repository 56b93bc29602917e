# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mail role's frame, tried with a door that only this file has: it greets, and says goodbye when told to go."""

import asyncio
import os
import signal
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from mazot.suite import doors
from mazot.suite.configuration import Configuration
from mazot.suite.listening import CannotServe, inherited, listen, passed_on
from mazot.suite.roles.mail import keep_open

GREETER = {"imap": f"{__name__}:open_greeter"}


class Greeter:
    """Greets everybody who comes, and takes leave of them when it closes."""

    def __init__(self) -> None:
        self.inside: list[asyncio.StreamWriter] = []
        self.server: asyncio.Server

    async def close(self) -> None:
        self.server.close()
        for writer in self.inside:
            writer.write(b"bye\r\n")
            await writer.drain()
            writer.close()


async def open_greeter(listener: socket.socket, *, tls: ssl.SSLContext | None) -> Greeter:
    greeter = Greeter()

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeter.inside.append(writer)
        writer.write(b"good day\r\n" if tls is None else b"good day, we can speak in private\r\n")

    greeter.server = await asyncio.start_server(greet, sock=listener)
    return greeter


@pytest.fixture
def here(tmp_path: Path) -> Configuration:
    return replace(settings.MAZOT, data=tmp_path, imap="127.0.0.1:0", smtp="127.0.0.1:0")


@pytest.fixture
def with_greeter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "DOORS", GREETER)


@pytest.mark.usefixtures("with_greeter")
def test_only_doors_that_exist_and_have_an_address_are_opened(here: Configuration) -> None:
    assert doors.addresses(here) == {"imap": "127.0.0.1:0"}
    assert doors.addresses(replace(here, imap="")) == {}


def test_every_door_of_the_table_has_a_setting_and_can_be_found() -> None:
    for name in doors.DOORS:
        assert hasattr(Configuration, name)
        assert callable(doors.opener(name))


@pytest.mark.usefixtures("with_greeter")
def test_a_door_is_announced_with_its_port_and_closed_in_order(
    here: Configuration, capsys: pytest.CaptureFixture[str]
) -> None:
    listeners = doors.listen_for(here)
    port = listeners["imap"].getsockname()[1]

    async def visit() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await reader.readline() == b"good day\r\n"
        os.kill(os.getpid(), signal.SIGTERM)
        told = await reader.read()
        writer.close()
        return told

    async def both() -> bytes:
        openers = {name: (doors.opener(name), listener) for name, listener in listeners.items()}
        told, _ = await asyncio.gather(visit(), keep_open(openers, tls=None))
        return told

    assert asyncio.run(both()) == b"bye\r\n"
    assert capsys.readouterr().out == f"ready imap://127.0.0.1:{port}\n"


@pytest.mark.usefixtures("with_greeter")
def test_a_port_in_use_names_the_flag_and_how_to_do_without(here: Configuration) -> None:
    with listen("127.0.0.1:0") as taken, pytest.raises(CannotServe) as refused:
        doors.listen_for(replace(here, imap=f"127.0.0.1:{taken.getsockname()[1]}"))
    assert "--imap HOST:PORT" in str(refused.value)
    assert '--imap "" turns this door off' in str(refused.value)


def test_sockets_are_passed_on_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with listen("127.0.0.1:0") as first, listen("127.0.0.1:0") as second:
        ports = {"imap": first.getsockname(), "sieve": second.getsockname()}
        pair = {
            "imap": socket.socket(fileno=os.dup(first.fileno())),
            "sieve": socket.socket(fileno=os.dup(second.fileno())),
        }
        monkeypatch.setenv("MAZOT_LISTEN_FDS", passed_on(pair))
        found = inherited()
        assert {name: one.getsockname() for name, one in found.items()} == ports
        assert "MAZOT_LISTEN_FDS" not in os.environ
        for one in pair.values():
            one.detach()
        for one in found.values():
            one.close()


def test_a_certificate_that_cannot_be_read_is_said_in_one_sentence(here: Configuration, tmp_path: Path) -> None:
    missing = str(tmp_path / "chain.pem")
    with pytest.raises(CannotServe, match=r"chain\.pem cannot be read"):
        doors.tls_of(replace(here, certificate=missing))
    (tmp_path / "chain.pem").write_text("no certificate")
    with pytest.raises(CannotServe, match="do not fit"):
        doors.tls_of(replace(here, certificate=missing))
    assert doors.tls_of(here) is None


@pytest.mark.parametrize("name", ["imaps", "submissions"])
def test_a_door_in_tls_needs_a_certificate(here: Configuration, name: str) -> None:
    with pytest.raises(CannotServe, match=f"The door {name} speaks TLS alone"):
        doors.listen_for(replace(here, **{name: "127.0.0.1:0"}))
