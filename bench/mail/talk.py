# SPDX-License-Identifier: AGPL-3.0-or-later
"""A client that costs little: it sends a command and reads until that command's end, and looks at nothing between."""

import socket

from servers import Server

PIECE = 256 * 1024


class Line:
    """One connection."""

    def __init__(self, server: Server, *, source: str = "") -> None:
        self.server = server
        self.socket = socket.create_connection(server.place, source_address=(source, 0) if source else None)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(300)
        self.n_asked = 0
        self.socket.recv(PIECE)

    def log_in(self, login: str = "", secret: str = "") -> "Line":
        self.ask(f"LOGIN {login or self.server.login} {secret or self.server.secret}".encode())
        return self

    def ask(self, command: bytes) -> bytes:
        """The whole answer; what is not OK ends the bench."""
        self.n_asked += 1
        tag = b"t%d " % self.n_asked
        self.socket.sendall(tag + command + b"\r\n")
        pieces: list[bytes] = []
        while True:
            piece = self.socket.recv(PIECE)
            pieces.append(piece)
            tail = piece if len(piece) > 300 or len(pieces) == 1 else b"".join(pieces[-4:])
            last = tail.rstrip(b"\r\n").rpartition(b"\r\n")[2]
            if not piece or (piece.endswith(b"\r\n") and last.startswith(tag)):
                break
        if not last.startswith(tag + b"OK"):
            raise SystemExit(f"{self.server.name} answered {last[:200]!r} to {command[:80]!r}")
        return b"".join(pieces)

    def close(self) -> None:
        self.socket.close()


def literals(letters: list[tuple[bytes, bytes]]) -> bytes:
    """Letters with their flags, as APPEND takes several at once (RFC 3502)."""
    return b"".join(b" (%b) {%d+}\r\n%b" % (flags, len(content), content) for flags, content in letters)
