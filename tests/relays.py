# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another mail server, on loopback: it takes what it is told to take, and remembers what it took."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Relay:
    """What it answers, by recipient or for everybody at the end of a letter; and what it heard."""

    recipients: dict[str, str] = field(default_factory=dict)  # "nina@…" → "550 5.1.1 nobody here"
    at_the_end: str = "250 2.0.0 taken"
    extensions: tuple[str, ...] = ("SIZE 50000000", "8BITMIME", "DSN", "SMTPUTF8")
    tls: ssl.SSLContext | None = None  # offers STARTTLS
    breaks_at: str = ""  # the command at which it hangs up: "RCPT", "DATA", "." …
    letters: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    relay: Relay

    def handle(self) -> None:
        self.say("220 relay.example ESMTP")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            word, _, rest = line.partition(" ")
            word = word.upper()
            self.relay.commands.append(f"{word} {rest}".rstrip())
            if word == self.relay.breaks_at:
                return None
            if word == "STARTTLS" and self.relay.tls is not None:
                self.say("220 2.0.0 begin")
                self.secure(self.relay.tls)
                continue
            if word == "QUIT":
                return self.say("221 2.0.0 bye")
            if word == "DATA":
                if not self.take():
                    return None
            else:
                self.say(self.answer(word, line))
        return None

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on inside TLS."""
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def answer(self, word: str, line: str) -> str:
        if word == "EHLO":
            lines = ["relay.example", *self.relay.extensions, *(["STARTTLS"] if self.relay.tls else [])]
            return "\r\n".join(f"250{'-' if one != lines[-1] else ' '}{one}" for one in lines)
        if word == "RCPT":
            return self.relay.recipients.get(line.partition("<")[2].partition(">")[0], "250 2.1.5 fine")
        return "250 2.0.0 fine"

    def take(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.relay.breaks_at == ".":
            return False
        if self.relay.at_the_end.startswith("2"):
            self.relay.letters.append(b"".join(lines))
        self.say(self.relay.at_the_end)
        return True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def relaying(relay: Relay, host: str = "127.0.0.1") -> Iterator[Relay]:
    """Serve it on a free port of loopback for as long as the block lasts."""
    handler: Any = type("Talk", (_Talk,), {"relay": relay, "timeout": 20})
    with socketserver.ThreadingTCPServer((host, 0), handler) as server:
        server.daemon_threads = True
        relay.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()
