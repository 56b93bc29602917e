# SPDX-License-Identifier: AGPL-3.0-or-later
"""One IMAP client, close enough to the wire to be rude."""

import re
import socket
from dataclasses import dataclass, field
from uuid import uuid4

from tests.served import Served

LITERAL = re.compile(rb"\{([0-9]+)\}\r\n\Z")
LETTER = (
    b"From: Ren\xc3\xa9e <renee@rival.example>\r\nTo: malik@mimosa.example\r\nSubject: Rehearsal on Monday\r\n"
    b"Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <one@rival.example>\r\n\r\nBring the scores.\r\n"
)


@dataclass
class Reply:
    """Everything a command brought: its untagged answers, and how it ended."""

    lines: list[bytes]
    end: bytes

    @property
    def state(self) -> bytes:
        return self.end.split(b" ", 1)[0]

    def said(self, word: bytes) -> list[bytes]:
        """The untagged answers that hold a word."""
        return [line for line in self.lines if word in line]

    @property
    def code(self) -> bytes:
        found = re.match(rb"\w+ \[([^\]]*)\]", self.end)
        return found[1] if found else b""


@dataclass
class Client:
    """A connection; `ask` gives a command and waits for its end."""

    socket: socket.socket
    greeting: bytes = b""
    n_asked: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    tags: list[bytes] = field(default_factory=list)
    mailbox: bytes = b""  # the one a test works in

    @classmethod
    def at(cls, served: Served) -> "Client":
        client = cls(socket.create_connection(served.doors["imap"], timeout=30))
        client.greeting = client.line()
        return client

    @classmethod
    def of(cls, served: Served, person: str = "malik") -> "Client":
        """Logged in."""
        client, mail = cls.at(served), served.people[person]["mail"]
        assert client.ask(f"LOGIN {mail['address']} {mail['secret']}".encode()).state == b"OK"
        return client

    def line(self) -> bytes:
        """One answer with its literals, without the last end of line."""
        whole = b""
        while True:
            while b"\r\n" not in self._buffer:
                self._receive()
            end = self._buffer.index(b"\r\n") + 2
            part = self._take(end)
            whole += part
            literal = LITERAL.search(part)
            if literal is None:
                return whole[:-2]
            size = int(literal[1])
            while len(self._buffer) < size:
                self._receive()
            whole += self._take(size)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _receive(self) -> None:
        received = self.socket.recv(65536)
        if not received:
            raise EOFError(bytes(self._buffer))
        self._buffer += received

    def send(self, text: bytes) -> bytes:
        """Give a command and come back at once; its tag."""
        self.n_asked += 1
        tag = b"a%d" % self.n_asked
        self.socket.sendall(tag + b" " + text + b"\r\n")
        return tag

    def until(self, tag: bytes) -> Reply:
        lines: list[bytes] = []
        while not (line := self.line()).startswith(tag + b" "):
            lines.append(line)
        return Reply(lines, line[len(tag) + 1 :])

    def ask(self, text: bytes) -> Reply:
        return self.until(self.send(text))

    def append(self, mailbox: bytes, content: bytes = LETTER, *, flags: bytes = b"()") -> int:
        """Put a letter there; its UID."""
        reply = self.ask(b"APPEND %b %b {%d+}\r\n%b" % (mailbox, flags, len(content), content))
        assert reply.state == b"OK", reply
        return int(reply.code.split()[-1])

    def in_new_mailbox(self, letters: int = 0) -> bytes:
        """A mailbox of one's own, open, with so many letters."""
        name = b"T" + uuid4().hex.encode()
        assert self.ask(b"CREATE " + name).state == b"OK"
        for number in range(letters):
            self.append(name, LETTER.replace(b"Monday", b"day %d" % (number + 1)))
        assert self.ask(b"SELECT " + name).state == b"OK"
        return name

    def close(self) -> None:
        self.socket.close()
