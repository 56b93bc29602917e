# SPDX-License-Identifier: AGPL-3.0-or-later
import base64
from collections.abc import Callable, Iterator

import pytest

from tests.conversations.sieve.talk import Client
from tests.served import Served

MALIK = "malik@mimosa.example"


@pytest.fixture
def connect(served: Served) -> Iterator[Callable[[], Client]]:
    """Connections to the door of filters; closed at the end."""
    opened: list[Client] = []

    def open_one() -> Client:
        opened.append(Client(served.doors["sieve"]))
        return opened[-1]

    yield open_one
    for client in opened:
        client.close()


@pytest.fixture
def proof(served: Served) -> str:
    """What opens Malik's address, as PLAIN writes it."""
    return base64.b64encode(f"\0{MALIK}\0{served.people['malik']['mail']['secret']}".encode()).decode()


@pytest.fixture
def program(connect: Callable[[], Client], proof: str) -> Iterator[Client]:
    """Malik's program, logged in; it leaves no script behind."""
    client = connect()
    assert client.say(f'AUTHENTICATE "PLAIN" "{proof}"')[-1].startswith("OK")
    yield client
    after = connect()
    after.say(f'AUTHENTICATE "PLAIN" "{proof}"')
    after.say('SETACTIVE ""')
    for line in after.say("LISTSCRIPTS")[:-1]:
        after.say(f"DELETESCRIPT {line}")
