# SPDX-License-Identifier: AGPL-3.0-or-later
"""Spoiled commands, letters and scripts: refused in the words of their grammar or taken, never an exception, never hung.

`MAZOT_FUZZ` is the seconds all of it takes together (a minute in CI, a few seconds elsewhere; 3600 for a whole hour). A
fault names the number of its input; `MAZOT_FUZZ_FROM=NUMBER` begins there.
"""

import datetime
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mazot.wire import sieve
from mazot.wire.imap.commands import read_name
from mazot.wire.imap.cursor import Literal, Malformed, announced
from mazot.wire.imap.searching import BadCharset
from mazot.wire.mime import Parts, UnknownEncoding, crlf, decoded, header_fields, read_message, text_of
from mazot.wire.sieve import managing
from mazot.wire.smtp import commands as smtp_commands
from mazot.wire.smtp.content import Mended, Unstuffed
from tests.clients.programs import in_ci
from tests.fuzz import seeds

SECONDS = float(os.environ.get("MAZOT_FUZZ", "60" if in_ci() else "6"))
FIRST = int(os.environ.get("MAZOT_FUZZ_FROM", "0"))
AT_MOST = 5.0  # seconds for one input of at most 60 kB; a usual one takes a millisecond
Take = Callable[[bytes, random.Random], None]


def told(error: Exception, *, code: int = 500) -> None:
    """A refusal says in one line what is wrong."""
    assert str(error).strip()
    assert "\n" not in str(error)
    assert 500 <= code < 600


def imap(content: bytes, _chance: random.Random) -> None:
    """A command as the session gathers it: lines, and the literals they announce."""
    pieces: list[bytes | Literal] = []
    while True:
        line, _end, content = content.partition(b"\n")
        words, literal = announced(line.removesuffix(b"\r"))
        pieces.append(words)
        if literal is None or literal.size > 100_000:
            break
        pieces.append(Literal(content[: literal.size], literal.is_binary))
        content = content[literal.size :]
    for utf8 in (False, True):
        try:
            read_name(pieces, utf8=utf8).read()
        except (Malformed, BadCharset) as error:
            told(error)


def commands_of_smtp(content: bytes, _chance: random.Random) -> None:
    try:
        smtp_commands.read_command(content)
    except smtp_commands.Malformed as error:
        told(error, code=error.code)


def letters_of_smtp(content: bytes, chance: random.Random) -> None:
    """A letter that comes in pieces is the same as one that comes at once, and ends at the same byte."""
    sent = content + b"\r\n.\r\nNOOP\r\n"
    once, often = Unstuffed(), Unstuffed()
    whole = once.feed(sent)
    pieces, at = b"", 0
    while at < len(sent):
        size = chance.choice((1, 1, 2, 3, 1000))
        pieces += often.feed(sent[at : at + size])
        at += size
        if often.is_over:
            break
    assert (whole, once.is_over) == (pieces, often.is_over)
    assert once.rest == often.rest + sent[at:]
    assert b"\n" not in whole.replace(b"\r\n", b"")
    mended, split = Mended(), Mended()
    cut = chance.randrange(len(content) + 1)
    assert mended.feed(content) + mended.end() == split.feed(content[:cut]) + split.feed(content[cut:]) + split.end()


def mime(content: bytes, chance: random.Random) -> None:
    """Everything a letter is asked for. `reading` is 0 where reading has failed inside: that is a fault too."""
    content = crlf(content)
    reading = read_message(content)
    assert reading.reading == 1
    assert b"\r\n" not in reading.envelope or b"{" in reading.envelope
    parts = Parts.unpack(reading.parts)
    for path in (b"", *list(parts.paths())[:20]):
        for what in ("", "HEADER", "TEXT", "MIME"):
            place = parts.section(path, what)
            if place is not None:
                assert 0 <= place[0] <= place[1] <= len(content)
                if what == "HEADER":
                    header_fields(content[slice(*place)], [b"SUBJECT", b"TO"], but_not=chance.random() < 0.5)
        if parts.section(path, "") is not None:
            try:
                decoded(content, parts, path)
            except UnknownEncoding:
                continue
    for text in text_of(content, parts):
        assert isinstance(text, str)


def scripts(content: bytes, chance: random.Random) -> None:
    try:
        script = sieve.compile_script(content.decode("utf-8", "replace"))
        letter = sieve.of_content(crlf(chance.choice(seeds.letters())), "nina@away.example", "malik@mimosa.example")
        sieve.evaluate(script, letter, sieve.Context(now=NOW))
    except (sieve.SieveError, sieve.RunError) as error:
        told(error)


def commands_of_managesieve(content: bytes, chance: random.Random) -> None:
    try:
        managing.read_line(content, is_first=chance.random() < 0.7)
    except managing.Malformed as error:
        told(error)


NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
MANAGESIEVE = [
    b'PUTSCRIPT "name" {10+}',
    b'HAVESPACE "name" 99',
    b'AUTHENTICATE "PLAIN" "AGE="',
    b'RENAMESCRIPT "a" "b"',
]
GRAMMARS: dict[str, tuple[Take, Callable[[], list[bytes]]]] = {
    "IMAP": (imap, seeds.imap),
    "SMTP": (commands_of_smtp, lambda: list(seeds.SMTP)),
    "letters by SMTP": (letters_of_smtp, seeds.letters),
    "MIME": (mime, seeds.letters),
    "Sieve": (scripts, seeds.scripts),
    "ManageSieve": (commands_of_managesieve, lambda: MANAGESIEVE),
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.parametrize("name", GRAMMARS)
def test_spoiled_input_is_refused_or_taken(name: str) -> None:
    take, begin = GRAMMARS[name]
    whole, number, until = begin(), FIRST, time.monotonic() + SECONDS / len(GRAMMARS)
    assert whole
    for content in whole:  # what they were before they are spoiled
        take(content, random.Random(0))
    while time.monotonic() < until:
        chance = random.Random(f"{name} {number}")
        content = seeds.spoiled(chance, whole)
        try:
            with within(AT_MOST):
                take(content, chance)
        except Exception as error:
            pytest.fail(f"{name}, input {number}: {error!r} of {content[:2000]!r}")
        number += 1
    assert number - FIRST > SECONDS, "too slow to have tried anything"
