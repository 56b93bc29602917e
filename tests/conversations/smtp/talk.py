# SPDX-License-Identifier: AGPL-3.0-or-later
"""A client that says exactly what a test says, and reads whole replies."""

import base64
import socket
from typing import Self

from tests.served import Served

WITHIN = 20.0


class Client:
    def __init__(self, place: tuple[str, int]) -> None:
        self.socket = socket.create_connection(place, timeout=WITHIN)
        self.file = self.socket.makefile("rb")
        self.greeting = self.reply()

    @classmethod
    def at(cls, served: Served, door: str = "smtp") -> Self:
        return cls(served.doors[door])

    def send(self, content: bytes | str) -> None:
        self.socket.sendall(content if isinstance(content, bytes) else content.encode())

    def reply(self) -> str:
        """A reply of one or more lines, joined; empty when the server has hung up."""
        lines = []
        while line := self.file.readline().decode().rstrip("\r\n"):
            lines.append(line)
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    def say(self, line: str) -> str:
        self.send(line + "\r\n")
        return self.reply()

    def begin(self, *recipients: str, sender: str = "nina@away.example", hello: str = "EHLO away.example") -> list[str]:
        """Greet, and name sender and recipients."""
        lines = [hello, f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{one}>" for one in recipients)]
        return [self.say(line) for line in lines]

    def letter(self, content: bytes) -> str:
        """A letter as DATA sends it, dots and all; the last reply."""
        assert self.say("DATA").startswith("354")
        self.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return self.reply()

    def enter(self, address: str, secret: str) -> str:
        self.say("EHLO device.example")
        return self.say("AUTH PLAIN " + base64.b64encode(f"\0{address}\0{secret}".encode()).decode())

    def close(self) -> None:
        self.file.close()
        self.socket.close()
