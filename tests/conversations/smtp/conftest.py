# SPDX-License-Identifier: AGPL-3.0-or-later
import imaplib
from collections.abc import Callable, Iterator

import pytest

from tests.conversations.smtp.talk import Client
from tests.served import Served

Connect = Callable[..., Client]
MALIK = "malik@mimosa.example"


@pytest.fixture
def connect(served: Served) -> Iterator[Connect]:
    """Connections to a door of mail; closed at the end."""
    opened: list[Client] = []

    def open_one(door: str = "smtp") -> Client:
        opened.append(Client.at(served, door))
        return opened[-1]

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def program(served: Served, connect: Connect) -> Client:
    """Malik's program, logged in to send."""
    client = connect("submission")
    assert client.enter(MALIK, served.people["malik"]["mail"]["secret"]).startswith("235")
    return client


@pytest.fixture
def inbox(served: Served) -> Callable[[str], list[bytes]]:
    """The letters in Malik's inbox that hold a word, as IMAP gives them, and they are gone afterwards."""

    def read(word: str) -> list[bytes]:
        with imaplib.IMAP4(*served.doors["imap"], timeout=20) as imap:
            imap.login(MALIK, served.people["malik"]["mail"]["secret"])
            imap.select("INBOX")
            numbers = imap.search(None, "TEXT", f'"{word}"')[1][0].split()
            found = [imap.fetch(number.decode(), "(BODY[])")[1][0][1] for number in numbers]
            for number in numbers:
                imap.store(number.decode(), "+FLAGS.SILENT", "\\Deleted")
            imap.expunge()
        return found

    return read
