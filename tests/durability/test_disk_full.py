# SPDX-License-Identifier: AGPL-3.0-or-later
"""A disk without room: each door says so and goes on, what is there can be read, and nothing acknowledged is lost."""

import base64
import contextlib
import re
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings

from tests.conversations.imap.talk import Client as Reader
from tests.conversations.sieve.talk import Client as Filters
from tests.conversations.smtp.talk import Client as Sender
from tests.durability.small_disk import SmallDisk, small_disk
from tests.running import soon
from tests.served import Served, serving

MALIK = "malik@mimosa.example"
LARGE = 600_000  # bytes: more than a letter's spool keeps in memory
STORMS = 3

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
Little = tuple[Served, SmallDisk]


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Little]:
    """A server whose data, and whose temporary files, lie on a small disk. PostgreSQL would lie on another one."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("the point is our own files and SQLite's")
    where = tmp_path_factory.mktemp("little") / "disk"
    with small_disk(where, megabytes=160) as disk, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(disk.root))
        with serving(disk.root) as served:
            assert mx(served, "first", LARGE).startswith("250")  # Python looks for room once, and keeps to it
            yield served, disk


@contextlib.contextmanager
def full(disk: SmallDisk) -> Iterator[None]:
    disk.fill()
    try:
        yield
    finally:
        disk.make_room()


def a_letter(name: str, size: int = 100, sender: str = "nina@away.example") -> bytes:
    head = f"From: {sender}\r\nTo: {MALIK}\r\nSubject: {name}\r\nMessage-ID: <{name}@away.example>\r\n\r\n"
    return (head + f"{name}\r\n" * (size // (len(name) + 2) + 1)).encode()


def mx(served: Served, name: str, size: int = 100) -> str:
    return arrive(served, "smtp", "EHLO away.example", a_letter(name, size))


def lmtp(served: Served, name: str, size: int = 100) -> str:
    return arrive(served, "lmtp", "LHLO front.example", a_letter(name, size))


def arrive(served: Served, door: str, hello: str, letter: bytes) -> str:
    """One letter for Malik; the last reply, and the session says NOOP after it."""
    with contextlib.closing(Sender.at(served, door)) as sender:
        sender.begin(MALIK, hello=hello)
        reply = sender.letter(letter)
        assert sender.say("NOOP").startswith("250")
    return reply


def submission(served: Served, name: str, size: int = 100) -> str:
    with contextlib.closing(Sender.at(served, "submission")) as sender:
        assert sender.enter(MALIK, served.people["malik"]["mail"]["secret"]).startswith("235")
        for line in (f"MAIL FROM:<{MALIK}>", f"RCPT TO:<{MALIK}>"):
            assert sender.say(line).startswith("250")
        reply = sender.letter(a_letter(name, size, sender=MALIK))
        assert sender.say("NOOP").startswith("250")
    return reply


def appended(served: Served, name: str, size: int = 100) -> str:
    with contextlib.closing(Reader.of(served)) as reader:
        letter = a_letter(name, size)
        reply = reader.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(letter), letter))
        assert reader.ask(b"NOOP").state == b"OK"
    return reply.end.decode()


def a_script(served: Served, name: str) -> str:
    with contextlib.closing(Filters(served.doors["sieve"])) as filters:
        proof = base64.b64encode(f"\0{MALIK}\0{served.people['malik']['mail']['secret']}".encode()).decode()
        assert filters.say(f'AUTHENTICATE "PLAIN" "{proof}"')[-1].startswith("OK")
        told = filters.put(name, f"# {name} " + "x" * 20_000 + "\r\nkeep;\r\n")
        assert filters.say("NOOP")[-1].startswith("OK")
    return told


def subjects(reader: Reader) -> list[str]:
    """What lies in the inbox, each letter read whole."""
    assert reader.ask(b"SELECT INBOX").state == b"OK"
    lines = reader.ask(b"UID FETCH 1:* (UID BODY.PEEK[])").said(b"Subject: ")
    found = [re.search(rb"Subject: (\S+)\r\n.*\r\n\r\n(\S+)", line, re.DOTALL) for line in lines]
    assert all(one and one[1] == one[2] for one in found), "a letter is not whole"
    return [one[1].decode() for one in found if one]


DOORS: dict[str, tuple[Callable[..., str], str, str]] = {
    "MX": (mx, "452 4.3.1 ", "250 2.0.0 "),
    "LMTP": (lmtp, "452 4.3.1 ", "250 2.1.5 "),
    "submission": (submission, "452 4.3.1 ", "250 2.0.0 "),
    "APPEND": (appended, "NO [UNAVAILABLE] ", "OK [APPENDUID "),
}


@pytest.mark.parametrize("size", [100, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("door", DOORS)
def test_a_full_disk_is_told_and_the_next_letter_is_taken(little: Little, door: str, size: int) -> None:
    served, disk = little
    deliver, no, yes = DOORS[door]
    name = f"{door}{size}"
    with full(disk):
        assert deliver(served, f"{name}lost", size).startswith(no)
    assert deliver(served, f"{name}kept", size).startswith(yes)
    with contextlib.closing(Reader.of(served)) as reader:
        soon(lambda: f"{name}kept" in subjects(reader))
        assert f"{name}lost" not in subjects(reader)
    assert not list((disk.root / "blobs" / "incoming").iterdir())


def test_filters_are_not_kept_half(little: Little) -> None:
    served, disk = little
    with full(disk):
        assert a_script(served, "late").startswith("NO (TRYLATER)")
    assert a_script(served, "late").startswith("OK")


def test_who_reads_may_go_on_and_who_changes_is_told(little: Little) -> None:
    served, disk = little
    appended(served, "before")
    with contextlib.closing(Reader.of(served)) as inside, full(disk):
        assert "before" in subjects(inside)
        for change in (b"STORE 1 +FLAGS (kept)", b"COPY 1 Archive", b"MOVE 1 Archive", b"CREATE Full", b"DELETE Sent"):
            reply = inside.ask(change)
            assert (reply.state, reply.code) == (b"NO", b"UNAVAILABLE"), (change, reply)
        with contextlib.closing(Reader.of(served)) as newcomer:
            assert "before" in subjects(newcomer)
        assert inside.ask(b"FETCH 1 (FLAGS)").said(b"kept") == []
    with contextlib.closing(Reader.of(served)) as reader:
        subjects(reader)
        assert reader.ask(b"STORE 1 +FLAGS (kept)").state == b"OK"
        assert reader.ask(b"SELECT Full").code == b"NONEXISTENT"


def test_a_program_that_comes_from_elsewhere_is_let_in_unnoted(little: Little) -> None:
    """Where a device was used last is worth a line, and no reason to keep anybody from reading."""
    served, disk = little
    secret = served.people["malik"]["mail"]["secret"]
    with full(disk):
        place = socket.create_connection(served.doors["imap"], timeout=30, source_address=("127.0.0.7", 0))
        with contextlib.closing(Reader(place)) as reader:
            assert b"OK" in reader.line()
            assert reader.ask(f"LOGIN {MALIK} {secret}".encode()).state == b"OK"
        with smtplib.SMTP(*served.doors["submission"], source_address=("127.0.0.8", 0)) as program:
            assert program.login(MALIK, secret)[0] == 235


def test_the_index_and_the_queue_go_on_by_themselves(little: Little) -> None:
    served, disk = little
    disk.fill()
    time.sleep(6)  # a round of the worker, and the pause after its fault
    disk.make_room()
    assert submission(served, "onceagain").startswith("250")
    with contextlib.closing(Reader.of(served)) as reader:
        soon(lambda: "onceagain" in subjects(reader))
        soon(lambda: reader.ask(b"SEARCH TEXT onceagain").lines[0] != b"* SEARCH")


def test_nothing_acknowledged_is_lost_while_the_disk_fills_again_and_again(little: Little) -> None:
    served, disk = little
    acknowledged: list[str] = []
    tried: set[str] = set()
    is_over = threading.Event()

    def storm(number: int) -> None:
        deliver, _no, yes = [*DOORS.values()][number % len(DOORS)]
        for at in range(10_000):
            if is_over.is_set():
                return
            name = f"storm{number}n{at}"
            tried.add(name)
            with contextlib.suppress(OSError, EOFError, smtplib.SMTPException):
                if deliver(served, name, (100, 40_000)[at % 2]).startswith(yes):
                    acknowledged.append(name)
            time.sleep(0.3 if deliver is submission else 0.02)

    threads = [threading.Thread(target=storm, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(STORMS):
        n_before = len(acknowledged)
        soon(lambda n=n_before: len(acknowledged) > n + 10)
        with full(disk):
            time.sleep(1.5)
    n_before = len(acknowledged)
    soon(lambda: len(acknowledged) > n_before + 10)
    is_over.set()
    for thread in threads:
        thread.join()
    with contextlib.closing(Reader.of(served)) as reader:
        soon(lambda: set(acknowledged) <= set(subjects(reader)), within=60)
        there = [name for name in subjects(reader) if name.startswith("storm")]
    assert set(there) <= tried
    assert len(there) == len(set(there)), "a letter is there twice"
