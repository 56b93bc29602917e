# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable, Iterator

import pytest

from tests.conversations.imap.talk import Client
from tests.served import Served

Connect = Callable[..., Client]


@pytest.fixture
def connect(served: Served) -> Iterator[Connect]:
    """More connections, logged in as somebody; closed at the end."""
    opened: list[Client] = []

    def open_one(person: str = "malik") -> Client:
        opened.append(Client.of(served, person) if person else Client.at(served))
        return opened[-1]

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def malik(connect: Connect) -> Client:
    """Malik's program, logged in."""
    return connect()
