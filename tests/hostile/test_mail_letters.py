# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that are spoiled, deep, wide or huge, through the doors: taken or refused, read again, and nobody waits long.

`MAZOT_SPOILED` is how many spoiled letters are brought (100 by default), `MAZOT_MORE_LETTERS` names a folder with more,
and `MAZOT_GIANTS` makes the giants so many times as large (10 comes near to the limit of 50 MB).
"""

import contextlib
import logging
import os
import random
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.imap.talk import Client as Reader
from tests.conversations.smtp.talk import Client as Sender
from tests.fuzz import seeds
from tests.hostile.test_mail_floods import MALIK, memory, role
from tests.served import Served

__all__ = ["role"]

N_SPOILED = int(os.environ.get("MAZOT_SPOILED", "100"))
TIMES = int(os.environ.get("MAZOT_GIANTS", "1"))
MORE = os.environ.get("MAZOT_MORE_LETTERS", "")
WITHIN = 30.0  # seconds for one letter in, and for one question about it
OTHERS_WITHIN = 5.0  # seconds for somebody else's small question meanwhile
MOST_GROWTH = 700 << 20  # bytes: a letter of 50 MB stands in memory some times while it is read
ASKED = (
    b"(UID FLAGS ENVELOPE BODYSTRUCTURE BODY RFC822.SIZE BODY.PEEK[] BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[1]"
    b" BODY.PEEK[1.MIME] BODY.PEEK[2.1.HEADER] BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)] PREVIEW)"
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture
def malik(served: Served) -> Iterator[Reader]:
    """Malik's program, in a mailbox of its own."""
    client = Reader.of(served)
    client.socket.settimeout(WITHIN)
    client.mailbox = client.in_new_mailbox()
    yield client
    with contextlib.suppress(OSError, EOFError):
        client.ask(b"CLOSE")
        client.ask(b"DELETE " + client.mailbox)
    client.close()


def bring(served: Served, letter: bytes) -> str:
    """By SMTP; the answer."""
    with contextlib.closing(Sender.at(served)) as sender:
        sender.socket.settimeout(WITHIN)
        assert sender.begin(MALIK)[-1].startswith("250")
        assert sender.say("DATA").startswith("354")
        ends = b"" if letter.endswith(b"\r\n") else b"\r\n"
        sender.send(re.sub(rb"(\A|\n)\.", rb"\1..", letter) + ends + b".\r\n")
        return sender.reply()


def keep(malik: Reader, letter: bytes) -> bytes:
    """By IMAP; how the command ended."""
    malik.socket.sendall(b"k1 APPEND %b {%d+}\r\n%b\r\n" % (malik.mailbox, len(letter), letter))
    return malik.until(b"k1").end


def read(malik: Reader, number: int) -> bytes:
    """Ask for everything about a letter; its content."""
    whole = malik.ask(b"FETCH %d %b" % (number, ASKED))
    assert whole.state == b"OK", whole.end
    line = next(line for line in whole.lines if line.startswith(b"* %d FETCH " % number))
    told = re.search(rb"BODY\[\] (?:\{(\d+)\}\r\n|\"|NIL)", line)
    assert told
    return line[told.end() : told.end() + int(told[1])] if told[1] else b""


def test_a_spoiled_letter_is_kept_as_it_came_and_can_be_asked_about(served: Served, malik: Reader) -> None:
    whole = [*seeds.letters(), *(path.read_bytes() for path in sorted(Path(MORE).rglob("*.*")) if MORE)]
    spoiled = [seeds.spoiled(random.Random(f"door {number}"), whole) for number in range(N_SPOILED)]
    slowest, refused = 0.0, 0
    for at, letter in enumerate((one for one in [*whole, *spoiled] if one), 1):
        started = time.monotonic()
        answer = bring(served, letter)
        assert answer.startswith(("250 ", "5")), (at, answer)
        refused += answer.startswith("5")
        assert keep(malik, letter).startswith(b"OK "), at
        assert read(malik, at) == re.sub(rb"\r\n|\r|\n", b"\r\n", letter), f"letter {at} came back otherwise"
        slowest = max(slowest, time.monotonic() - started)
    for question in (b"SEARCH TEXT season", b"SORT (SUBJECT FROM DATE) UTF-8 ALL", b"THREAD REFERENCES UTF-8 ALL"):
        assert malik.ask(question).state == b"OK"
    logging.getLogger("mazot.durability").warning(
        "%d letters, %d refused by SMTP, the slowest took %.2f s in and out", at, refused, slowest
    )


def deep() -> bytes:
    heads = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))
    return b"From: n@away.example\r\nSubject: deep\r\n" + heads + b"\r\nthe end\r\n"


def letters_in_letters() -> bytes:
    return b"From: n@away.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"\r\nthe end\r\n"


def wide() -> bytes:
    parts = b"".join(b"--cut\r\nContent-Type: text/plain\r\n\r\npart %d\r\n" % n for n in range(10_000))
    return b"From: n@away.example\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n" + parts + b"--cut--\r\n"


GIANTS = {
    "3,000 deep": deep,
    "3,000 letters in letters": letters_in_letters,
    "10,000 parts": wide,
    "many fields": lambda: (
        b"".join(b"X-Field-%d: %b\r\n" % (n, b"v" * 70) for n in range(54_000 * TIMES)) + b"\r\nend\r\n"
    ),
    "a long field": lambda: b"Subject: " + b"words \r\n " * 500_000 * TIMES + b"\r\n\r\nend\r\n",
    "a long line": lambda: b"Subject: line\r\n\r\n" + b"x" * 4_500_000 * TIMES + b"\r\n",
    "many addresses": lambda: (
        b"To: " + b",\r\n ".join(b"n%d@away.example" % n for n in range(50_000 * TIMES)) + b"\r\n\r\nend\r\n"
    ),
    "many encoded words": lambda: b"Subject:" + b"\r\n =?utf-8?q?=C3=A9?=" * 100_000 * TIMES + b"\r\n\r\nend\r\n",
    "comments in comments": lambda: b"From: " + b"(" * 100_000 * TIMES + b"\r\n\r\nend\r\n",
    "many references": lambda: (
        b"References: " + b"\r\n ".join(b"<%d@a.example>" % n for n in range(50_000 * TIMES)) + b"\r\n\r\n.\r\n"
    ),
    "boundaries that nearly fit": lambda: (
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a-\r\n--b\r\n-" * 100_000 * TIMES
    ),
}


class Others(threading.Thread):
    """Somebody with a small question, again and again; how long the longest answer took."""

    def __init__(self, served: Served) -> None:
        super().__init__(daemon=True)
        self.program = Reader.of(served, "otto")
        self.is_over = threading.Event()
        self.longest = 0.0

    def run(self) -> None:
        while not self.is_over.wait(0.05):
            started = time.monotonic()
            assert self.program.ask(b"STATUS INBOX (MESSAGES)").state == b"OK"
            self.longest = max(self.longest, time.monotonic() - started)

    def stop(self) -> None:
        self.is_over.set()
        self.join()
        self.program.close()


@pytest.mark.parametrize("name", GIANTS)
def test_a_giant_is_taken_and_others_are_served_meanwhile(
    served: Served,
    malik: Reader,
    role: int,
    name: str,
) -> None:
    letter, before, others = GIANTS[name](), memory(role), Others(served)
    others.start()
    started = time.monotonic()
    answer = bring(served, letter)
    by_smtp = time.monotonic() - started
    assert answer.startswith(("250 ", "5")), answer
    assert keep(malik, letter).startswith(b"OK ")
    by_imap = time.monotonic() - started - by_smtp
    assert len(read(malik, 1)) >= len(letter)
    asked = time.monotonic() - started - by_smtp - by_imap
    assert malik.ask(b"SEARCH TEXT end").state == b"OK"
    others.stop()
    growth = (memory(role) - before) >> 20
    logging.getLogger("mazot.durability").warning(
        "%s: %d kB, %s by SMTP in %.1f s, by IMAP in %.1f s, asked in %.1f s, others in %.2f s, %d MB more memory",
        *(name, len(letter) >> 10, answer[:3], by_smtp, by_imap, asked, others.longest, growth),
    )
    assert others.longest < OTHERS_WITHIN
    assert growth << 20 < MOST_GROWTH
