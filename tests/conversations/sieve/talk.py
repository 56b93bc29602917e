# SPDX-License-Identifier: AGPL-3.0-or-later
"""A client that says exactly what a test says, and reads whole answers."""

import re
import socket


class Client:
    def __init__(self, place: tuple[str, int]) -> None:
        self.socket = socket.create_connection(place, timeout=20)
        self.file = self.socket.makefile("rb")
        self.greeting = self.answer()

    def send(self, content: bytes | str) -> None:
        self.socket.sendall(content if isinstance(content, bytes) else content.encode())

    def answer(self) -> list[str]:
        """The lines of an answer up to its OK, NO or BYE; a literal stands in the line that names it."""
        lines: list[str] = []
        while raw := self.file.readline():
            line = raw.decode().rstrip("\r\n")
            if literal := re.search(r"\{([0-9]+)\}$", line):
                line = (
                    line[: literal.start()] + self.file.read(int(literal[1])).decode() + self.file.readline().decode()
                )
                line = line.rstrip("\r\n")
            lines.append(line)
            if line.partition(" ")[0] in ("OK", "NO", "BYE"):
                break
        return lines

    def say(self, line: str) -> list[str]:
        self.send(line + "\r\n")
        return self.answer()

    def put(self, name: str, source: str, command: str = "PUTSCRIPT") -> str:
        raw = source.encode()
        self.send(f'{command} "{name}" {{{len(raw)}+}}\r\n'.encode() + raw + b"\r\n")
        return self.answer()[-1]

    def close(self) -> None:
        self.file.close()
        self.socket.close()
