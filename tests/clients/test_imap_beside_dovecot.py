# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our own vectors for the commands and answers of RFC 9051, RFC 3501 and the extensions, given to ours and to Dovecot.

Each says how ours ends; the whole answers must be the same, but where the vector tells why they are not. A difference
that is told must be there: when it goes, its reason goes.
"""

import re
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.beside import SECRET, Vector, differ, dovecot, normal, prepare, vectors, written
from tests.conversations.imap.talk import Client, Reply
from tests.served import Served

pytestmark = pytest.mark.client
Enter = Callable[[Vector], Client]


@pytest.fixture(scope="module")
def theirs() -> Iterator[Enter]:
    with tempfile.TemporaryDirectory(prefix="mazot-beside-") as folder, dovecot(Path(folder)) as place:

        def enter(vector: Vector) -> Client:
            client = _at(place)
            if "stranger" not in vector.options:  # an account each: Dovecot loses a mailbox that is made again at once
                assert client.ask(f"LOGIN v{abs(hash(str(vector)))} {SECRET}".encode()).state == b"OK"
            return client

        yield enter


@pytest.fixture
def ours(served: Served) -> Enter:
    return lambda vector: Client.at(served) if "stranger" in vector.options else Client.of(served)


def _at(place: tuple[str, int]) -> Client:
    client = Client(socket.create_connection(place, timeout=30))
    client.greeting = client.line()
    return client


def converse(vector: Vector, enter: Enter) -> list[Reply]:
    """Its answers, each command by its connection."""
    clients: dict[int, Client] = {}
    if "stranger" not in vector.options:
        clients[1] = enter(vector)
        prepare(clients[1])
        if "closed" not in vector.options:
            assert clients[1].ask(b"SELECT box").state == b"OK"
    replies = []
    for step in vector.steps:
        if step.connection not in clients:
            clients[step.connection] = enter(vector)
        client = clients[step.connection]
        tag = client.send(written(step.command))
        if step.command == "IDLE":
            assert client.line().startswith(b"+")
            client.socket.sendall(b"DONE\r\n")
        replies.append(client.until(tag))
    for client in clients.values():
        client.close()
    return replies


@pytest.mark.parametrize("vector", vectors(), ids=str)
def test_both_answer_the_same(vector: Vector, ours: Enter, theirs: Enter) -> None:
    mine, other = converse(vector, ours), converse(vector, theirs)
    faults = []
    for step, one, another in zip(vector.steps, mine, other, strict=True):
        if one.state != step.state:
            faults.append(f"{step.command}\n  ends in {one.end!r}; Dovecot: {another.end!r}")
            continue
        faults += [
            f"{step.command}\n  does not say {words}: {one}"
            for words in step.says
            if not any(re.fullmatch(words.encode(), line) for line in [*one.lines, one.end])
        ]
        if differ(one, another) != bool(step.meant):
            what = f"no longer a difference: {step.meant}\n" if step.meant else ""
            faults.append(f"{step.command}\n  {what}ours    {normal(one)}\n  Dovecot {normal(another)}")
    assert not faults, "\n" + "\n".join(faults)
