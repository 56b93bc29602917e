# SPDX-License-Identifier: AGPL-3.0-or-later
"""Roles are killed while 20 senders write: each letter that was acknowledged is there, once, under its own UID.

`MAZOT_MAIL_KILLS` sets the number of `kill -9` (3 by default), of the two roles in turn.
"""

import contextlib
import logging
import os
import re
import signal
import smtplib
import threading
import time
from pathlib import Path

import pytest

from tests.conversations.imap.talk import Client
from tests.running import soon
from tests.served import Served, serving

KILLS = int(os.environ.get("MAZOT_MAIL_KILLS", "3"))
SENDERS = 20
SIZES = (200, 3_000, 60_000)
SUBMITS_EVERY = 0.5  # seconds: an address writes to no more than so many a day
LOOKS_EVERY = 10  # kills
QUEUE_WITHIN = 180.0  # seconds: what a killed worker had in hand is leased to it for a while
ROLES = ("mail", "worker")
MALIK = "malik@mimosa.example"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


class Senders:
    """Programs that send one letter after another on a connection each, and note what was acknowledged.

    Every other one is a program of Malik's: its letters go through the queue, which brings them to his own inbox.
    """

    def __init__(self, served: Served) -> None:
        self.places = served.doors["smtp"], served.doors["submission"]
        self.secret = served.people["malik"]["mail"]["secret"]
        self.tried: set[str] = set()
        self.acknowledged: list[str] = []
        self.is_over = False

    def run(self, number: int) -> None:
        at, submits = 0, bool(number % 2)
        while not self.is_over:
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                smtplib.SMTP(*self.places[submits], local_hostname="away.example", timeout=20) as connection,
            ):
                if submits:
                    connection.login(MALIK, self.secret)
                while not self.is_over:
                    at += 1
                    self.send(connection, f"s{number}n{at}", MALIK if submits else "otto@away.example")
                    time.sleep(SUBMITS_EVERY if submits else 0)
            time.sleep(0.1)

    def send(self, connection: smtplib.SMTP, name: str, sender: str) -> None:
        self.tried.add(name)
        body = f"{name}\r\n" * (SIZES[len(self.tried) % len(SIZES)] // (len(name) + 2))
        letter = f"From: {sender}\r\nSubject: storm {name}\r\nMessage-ID: <{name}@away.example>\r\n\r\n{body}"
        connection.sendmail(sender, [MALIK], letter)
        self.acknowledged.append(name)


class Inbox:
    """What was seen of Malik's inbox, and must stay so: a UID is one letter's for ever, and modseqs only grow."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.letters: dict[int, str] = {}
        self.highest = self.next = 0

    def look(self) -> None:
        reader = Client.of(self.served)
        try:
            told = b" ".join(reader.ask(b"STATUS INBOX (HIGHESTMODSEQ UIDNEXT)").lines)
            highest, following = (int(re.search(word + rb" (\d+)", told)[1]) for word in (b"HIGHESTMODSEQ", b"UIDNEXT"))
            assert reader.ask(b"SELECT INBOX").state == b"OK"
            asked = b"UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])"
            lines = reader.ask(asked).said(b"Subject: storm")
        finally:
            reader.close()
        assert highest >= self.highest, "a modseq went back"
        assert following >= self.next, "a UID may come again"
        self.highest, self.next = highest, following
        found = [(re.search(rb"UID (\d+)", line), re.search(rb"Subject: storm (\w+)", line)) for line in lines]
        letters = {int(uid[1]): name[1].decode() for uid, name in found if uid and name}
        assert len(letters) == len(found), "a UID stands twice"
        assert self.letters.items() <= letters.items(), "a UID is another letter's now, or a letter is gone"
        self.letters = letters

    @property
    def names(self) -> list[str]:
        return list(self.letters.values())


def role_of(supervisor: int, role: str) -> int:
    """The process of a role; 0 while there is none."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            words = stat.with_name("cmdline").read_bytes().split(b"\0")
            if parent == supervisor and b"mazot.suite.role" in words and role.encode() in words:
                return int(stat.parent.name)
    return 0


def test_each_acknowledged_letter_is_there_once(tmp_path: Path) -> None:
    """Slow: it starts a server, and a role again after each kill."""
    with serving(tmp_path) as served:
        senders, inbox = Senders(served), Inbox(served)
        threads = [threading.Thread(target=senders.run, args=(number,)) for number in range(SENDERS)]
        for thread in threads:
            thread.start()
        for kill in range(KILLS):
            n_before, role = len(senders.acknowledged), ROLES[kill % len(ROLES)]
            soon(lambda n=n_before: len(senders.acknowledged) > n + SENDERS, within=120)
            time.sleep(0.13 * (kill % 7))  # a different moment each time, the same in each run
            os.kill(role_of(served.pid, role), signal.SIGKILL)
            soon(lambda role=role: role_of(served.pid, role), within=60)
            if kill % LOOKS_EVERY == 0:
                soon(lambda: can_look(inbox), within=60)
        n_before = len(senders.acknowledged)
        soon(lambda: len(senders.acknowledged) > n_before, within=120)
        senders.is_over = True
        for thread in threads:
            thread.join()
        until = time.monotonic() + QUEUE_WITHIN
        while not (can_look(inbox) and set(senders.acknowledged) <= set(inbox.names)) and time.monotonic() < until:
            time.sleep(0.5)
    names = inbox.names
    logging.getLogger("mazot.durability").warning(
        "%d kills, %d letters tried, %d acknowledged, %d there",
        KILLS,
        len(senders.tried),
        len(senders.acknowledged),
        len(names),
    )
    assert set(senders.acknowledged) <= set(names), "an acknowledged letter is gone"
    twice = [name for name in set(names) if names.count(name) > 1]
    assert not twice, "a letter is there twice"
    assert set(names) <= senders.tried


def can_look(inbox: Inbox) -> bool:
    """Look at the inbox, unless the role that shows it is not back yet."""
    try:
        inbox.look()
    except OSError:
        return False
    return True
