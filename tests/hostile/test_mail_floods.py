# SPDX-License-Identifier: AGPL-3.0-or-later
"""Too much of everything at the doors of mail: a clear answer, no growth, and others are served meanwhile.

Each test comes from a network address of its own, so that none uses up what another one may.
"""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.imap.talk import Client
from tests.running import soon
from tests.served import Served

MOST_GROWTH = 60 << 20  # bytes that a flood may leave behind
MALIK = "malik@mimosa.example"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def role(served: Served) -> int:
    """The process with the doors."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            words = stat.with_name("cmdline").read_bytes().split(b"\0")
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == served.pid and b"mail" in words:
                return int(stat.parent.name)
    raise AssertionError("no role has the doors open")


def memory(process: int) -> int:
    told = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert told
    return int(told[1]) * 1024


@pytest.fixture
def bounded(role: int) -> Iterator[None]:
    before = memory(role)
    yield
    soon(lambda: memory(role) < before + MOST_GROWTH, within=20)


def caller(served: Served, door: str, place: str, *, timeout: float = 30.0) -> socket.socket:
    return socket.create_connection(served.doors[door], timeout=timeout, source_address=(place, 0))


def line_of(connection: socket.socket) -> bytes:
    """What is said next, up to the end of a line or of the connection."""
    said = b""
    while not said.endswith(b"\n"):
        with contextlib.suppress(ConnectionError):
            if piece := connection.recv(1):
                said += piece
                continue
        break
    return said


def everything(connection: socket.socket) -> bytes:
    """All that is said until the connection ends."""
    said = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            said += piece
    return said


def is_served(served: Served, door: str) -> bool:
    """Whether somebody from elsewhere is greeted, soon."""
    started = time.monotonic()
    with caller(served, door, "127.0.9.9") as other:
        greeted = line_of(other)
    return greeted.startswith((b"* OK", b"220 ", b'"IMPLEMENTATION')) and time.monotonic() - started < 5


DOORS = {
    "imap": (200, b"* OK", b"* BYE There are too many connections"),
    "smtp": (50, b"220", b"421 4.7.0 There are too many connections"),
    "submission": (50, b"220", b"421 4.7.0 There are too many connections"),
    "sieve": (20, b'"IMPL', b"BYE (TRYLATER)"),
}


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("door", DOORS)
def test_a_thousand_connections_from_one_place_are_cut_to_its_share(served: Served, door: str) -> None:
    most, greeting, refusal = DOORS[door]
    with contextlib.ExitStack() as closing:
        callers = [closing.enter_context(caller(served, door, "127.0.1.1")) for _ in range(1000)]
        said = [line_of(one) for one in callers]
        assert sum(line.startswith(greeting) for line in said) == most
        assert sum(line.startswith(refusal) for line in said) == 1000 - most
        assert is_served(served, door)
    soon(lambda: line_of(caller(served, door, "127.0.1.1")).startswith(greeting))


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize(("door", "said"), [("imap", b"* BYE"), ("smtp", b"500 "), ("sieve", b"BYE")])
def test_a_line_without_an_end_is_cut(served: Served, door: str, said: bytes) -> None:
    with caller(served, door, "127.0.2.1") as one:
        line_of(one)
        with contextlib.suppress(ConnectionError):
            for _ in range(400):
                one.sendall(b"x" * 65536)
        assert is_served(served, door)
    with caller(served, door, "127.0.2.1") as one:
        while not line_of(one).startswith((b"* OK", b"220 ", b"OK ")):
            pass
        one.sendall(b"x" * 20_000)
        assert line_of(one).startswith(said)


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize(
    ("door", "mistake", "said"),
    [("imap", b"a FROB\r\n", b"* BYE"), ("smtp", b"FROB\r\n", b"421 "), ("sieve", b"FROB\r\n", b"BYE ")],
)
def test_ten_thousand_mistakes_are_not_listened_to(served: Served, door: str, mistake: bytes, said: bytes) -> None:
    with caller(served, door, "127.0.3.1") as one:
        with contextlib.suppress(ConnectionError):
            one.sendall(mistake * 10_000)
        assert is_served(served, door)
    with caller(served, door, "127.0.3.1") as one:
        while not line_of(one).startswith((b"* OK", b"220 ", b"OK ")):
            pass
        lines: list[bytes] = []
        for _ in range(12):
            with contextlib.suppress(ConnectionError):
                one.sendall(mistake)
            lines.append(line_of(one))
        assert any(line.startswith(said) for line in lines), lines
        assert not lines[-1]


@pytest.mark.usefixtures("bounded")
def test_ten_thousand_mistakes_of_a_program_inside_are_answered_one_by_one(served: Served) -> None:
    with contextlib.closing(Client.of(served)) as program:
        started = time.monotonic()
        for _ in range(100):
            program.socket.sendall(b"a0 FROB\r\n" * 100)
            for _ in range(100):
                assert program.line().startswith(b"a0 BAD")
        assert time.monotonic() - started < 30
        assert program.ask(b"NOOP").state == b"OK"


@pytest.mark.parametrize("word", ["NOOP", "RSET", "EHLO away.example", "VRFY nina", "HELP"])
def test_a_stranger_who_talks_and_brings_nothing_is_let_go(served: Served, word: str) -> None:
    with caller(served, "smtp", "127.0.4.1") as one:
        line_of(one)
        with contextlib.suppress(ConnectionError):
            one.sendall(f"{word}\r\n".encode() * 120)
        said = everything(one)
    assert said.endswith(b"421 4.7.0 That was much talk and no letter.\r\n")


def test_a_letter_to_more_than_a_hundred_is_taken_for_the_first_hundred(served: Served) -> None:
    """RFC 5321 section 4.5.3.1.10: the others are told to come again, and the letter goes on."""
    with caller(served, "smtp", "127.0.4.2") as one:
        line_of(one)
        rcpt = f"RCPT TO:<{MALIK}>\r\n" * 250
        one.sendall(f"HELO away.example\r\nMAIL FROM:<nina@away.example>\r\n{rcpt}DATA\r\n".encode())
        said = [line_of(one)[:3] for _ in range(253)]
        assert said == [b"250"] * 102 + [b"452"] * 150 + [b"354"]


@pytest.mark.usefixtures("bounded")
def test_letters_that_are_announced_and_never_come_leave_room_for_others(served: Served) -> None:
    """One address may announce a quarter of what all may; the next one is told to try again, and Otto is not."""
    announced = b"APPEND INBOX {%d}" % (40 << 20)
    with contextlib.ExitStack() as closing:
        programs = [closing.enter_context(contextlib.closing(Client.of(served))) for _ in range(6)]
        told = []
        for program in programs:
            program.send(announced)
            told.append(program.line())
        assert [line.startswith(b"+ ") for line in told] == [True] * 3 + [False] * 3
        assert b"NO [LIMIT]" in told[-1]
        otto = closing.enter_context(contextlib.closing(Client.of(served, "otto")))
        otto.send(announced)
        assert otto.line().startswith(b"+ ")


def test_guesses_are_slowed_down_and_the_right_password_opens_all_the_same(served: Served) -> None:
    said: list[bytes] = []
    for _ in range(12):
        with caller(served, "imap", "127.0.5.1") as one:
            line_of(one)
            for number in range(4):
                one.sendall(f"a LOGIN {MALIK} mzt-guess-{len(said)}-{number}\r\n".encode())
                said.append(line_of(one))
    assert all(line.startswith(b"a NO [") for line in said)
    assert said[0].startswith(b"a NO [AUTHENTICATIONFAILED]")
    assert said[-1].startswith(b"a NO [LIMIT]")
    with caller(served, "imap", "127.0.5.1") as one:
        line_of(one)
        one.sendall(f"a LOGIN {MALIK} {served.people['malik']['mail']['secret']}\r\n".encode())
        assert line_of(one).startswith(b"a OK")
