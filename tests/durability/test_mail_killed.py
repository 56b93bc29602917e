# SPDX-License-Identifier: AGPL-3.0-or-later
"""The role of mail is killed while 20 senders write: each letter that was acknowledged is there, and once.

`MAZOT_MAIL_KILLS` sets the number of `kill -9` (3 by default).
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

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


class Senders:
    """Programs that send one letter after another on a connection each, and note what was acknowledged."""

    def __init__(self, served: Served) -> None:
        self.host, self.port = served.doors["smtp"]
        self.tried: set[str] = set()
        self.acknowledged: list[str] = []
        self.is_over = False

    def run(self, number: int) -> None:
        at = 0
        while not self.is_over:
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                smtplib.SMTP(self.host, self.port, local_hostname="away.example", timeout=20) as connection,
            ):
                while not self.is_over:
                    at += 1
                    self.send(connection, f"s{number}n{at}")
            time.sleep(0.1)

    def send(self, connection: smtplib.SMTP, name: str) -> None:
        self.tried.add(name)
        body = f"{name}\r\n" * (SIZES[len(self.tried) % len(SIZES)] // (len(name) + 2))
        letter = f"From: otto@away.example\r\nSubject: storm {name}\r\nMessage-ID: <{name}@away.example>\r\n\r\n{body}"
        connection.sendmail("otto@away.example", ["malik@mimosa.example"], letter)
        self.acknowledged.append(name)


def mail_role_of(supervisor: int) -> int:
    """The process of the role `mail`; 0 while there is none."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            words = stat.with_name("cmdline").read_bytes().split(b"\0")
            if parent == supervisor and b"mazot.suite.role" in words and b"mail" in words:
                return int(stat.parent.name)
    return 0


def names_in_the_inbox(served: Served) -> list[tuple[int, str]]:
    reader = Client.of(served)
    try:
        assert reader.ask(b"SELECT INBOX").state == b"OK"
        lines = reader.ask(b"UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (SUBJECT)])").said(b"Subject: storm")
    finally:
        reader.close()
    found = [(re.search(rb"UID (\d+)", line), re.search(rb"Subject: storm (\w+)", line)) for line in lines]
    return [(int(uid[1]), name[1].decode()) for uid, name in found if uid and name]


def test_each_acknowledged_letter_is_there_once(tmp_path: Path) -> None:
    """Slow: it starts a server, and the role again after each kill."""
    with serving(tmp_path) as served:
        senders = Senders(served)
        threads = [threading.Thread(target=senders.run, args=(number,)) for number in range(SENDERS)]
        for thread in threads:
            thread.start()
        for kill in range(KILLS):
            n_before = len(senders.acknowledged)
            soon(lambda n=n_before: len(senders.acknowledged) > n + SENDERS, within=120)
            time.sleep(0.13 * (kill % 7))  # a different moment each time, the same in each run
            os.kill(mail_role_of(served.pid), signal.SIGKILL)
            soon(lambda: mail_role_of(served.pid), within=60)
        n_before = len(senders.acknowledged)
        soon(lambda: len(senders.acknowledged) > n_before, within=120)
        senders.is_over = True
        for thread in threads:
            thread.join()
        found = names_in_the_inbox(served)
    names = [name for _uid, name in found]
    logging.getLogger("mazot.durability").warning(
        "%d kills, %d letters tried, %d acknowledged, %d there",
        KILLS,
        len(senders.tried),
        len(senders.acknowledged),
        len(names),
    )
    assert set(senders.acknowledged) <= set(names), "an acknowledged letter is gone"
    assert len(names) == len(set(names)), "a letter is there twice"
    assert set(names) <= senders.tried
    assert len({uid for uid, _name in found}) == len(found)
