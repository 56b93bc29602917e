# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another program holds the database longer than we wait: writers are told to come back, and nothing is done by half."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.conversations.imap.talk import Client as Reader
from tests.conversations.smtp.talk import Client as Sender
from tests.durability.test_disk_full import MALIK, a_letter, appended, mx, subjects, submission
from tests.relays import Relay, relaying
from tests.running import soon
from tests.served import Served, serving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Lock:
    """All writers wait while it is held, as they would for a backup program that is slow."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.database: sqlite3.Connection | None = None

    def take(self) -> None:
        self.database = sqlite3.connect(self.file, timeout=20, isolation_level=None, check_same_thread=False)
        self.database.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        if self.database is not None:
            self.database.close()
            self.database = None

    @property
    def is_held(self) -> bool:
        return self.database is not None


class Letters(list[bytes]):
    """What another server takes; just then, before it says so, the database is held."""

    def __init__(self, lock: Lock) -> None:
        super().__init__()
        self.lock = lock

    def append(self, letter: bytes) -> None:
        super().append(letter)
        self.lock.take()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Served, Relay, Lock]]:
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("PostgreSQL has no lock of the whole database")
    lock = Lock(tmp_path / "mazot.sqlite3")
    with relaying(Relay(letters=Letters(lock))) as relay:
        with serving(tmp_path, smarthost=f"127.0.0.1:{relay.port}", private_relays="yes") as served:
            yield served, relay, lock
        lock.release()


def write_to_nina(served: Served) -> None:
    with contextlib.closing(Sender.at(served, "submission")) as sender:
        sender.enter(MALIK, served.people["malik"]["mail"]["secret"])
        for line in (f"MAIL FROM:<{MALIK}>", "RCPT TO:<nina@away.example>"):
            assert sender.say(line).startswith("250")
        assert sender.letter(a_letter("away", sender=MALIK)).startswith("250")


def states(lock: Lock) -> list[str]:
    with contextlib.closing(sqlite3.connect(f"file:{lock.file}?mode=ro", uri=True, timeout=20)) as database:
        return [row[0] for row in database.execute("SELECT state FROM mail_recipient WHERE domain = 'away.example'")]


def flagged(served: Served) -> str:
    with contextlib.closing(Reader.of(served)) as reader:
        reader.ask(b"SELECT INBOX")
        end = reader.ask(b"STORE 1 +FLAGS (held)").end.decode()
        assert reader.ask(b"NOOP").state == b"OK"
        return end


def in_the_end(deed: Callable[[], str], *, but_for: str, tries: int = 4) -> str:
    """What a client hears that comes back when it is told to: those that waited write first, on a slow disk for long."""
    answer = deed()
    while answer.startswith(but_for) and (tries := tries - 1):
        answer = deed()
    return answer


def test_writers_are_told_to_come_back_and_a_letter_on_its_way_is_noted_once(
    house: tuple[Served, Relay, Lock], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow: a writer waits twenty seconds before it gives up."""
    served, relay, lock = house
    monkeypatch.setattr("tests.conversations.smtp.talk.WITHIN", 60.0)
    assert appended(served, "before").startswith("OK")
    write_to_nina(served)
    soon(lambda: lock.is_held)  # the other server has the letter, and our worker cannot note it
    with contextlib.closing(Reader.of(served)) as reader, ThreadPoolExecutor(4) as threads:
        deeds: dict[str, Callable[[], str]] = {
            "451 4.3.2 Others": lambda: mx(served, "arrived"),
            "451 4.3.2 ": lambda: submission(served, "sent"),
            "NO [INUSE] ": lambda: appended(served, "appended"),
            "NO [INUSE] Others": lambda: flagged(served),
        }
        told = {start: threads.submit(deed) for start, deed in deeds.items()}
        for start, answer in told.items():
            assert answer.result(60).startswith(start)
        assert lock.is_held
        assert subjects(reader) == ["before"]
        assert b"held" not in reader.ask(b"FETCH 1 (FLAGS)").lines[0]
    lock.release()
    assert in_the_end(lambda: mx(served, "arrived"), but_for="451").startswith("250")
    assert in_the_end(lambda: appended(served, "appended"), but_for="NO [INUSE]").startswith("OK")
    assert in_the_end(lambda: flagged(served), but_for="NO [INUSE]").startswith("OK")
    with contextlib.closing(Reader.of(served)) as reader:
        assert sorted(subjects(reader)) == ["appended", "arrived", "before"]
    soon(lambda: states(lock) == ["sent"])
    assert len(relay.letters) == 1
