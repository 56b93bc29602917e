# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands for tests, written as one text with their literals inside."""

from typing import Any

from mazot.wire.imap.commands import read_name
from mazot.wire.imap.cursor import Literal, Piece, announced


def pieces_of(text: bytes) -> list[Piece]:
    """What a session would have gathered."""
    pieces: list[Piece] = []
    while True:
        line, _, rest = text.partition(b"\r\n")
        plain, literal = announced(line)
        pieces.append(plain)
        if literal is None:
            return pieces
        pieces.append(Literal(rest[: literal.size], literal.is_binary))
        text = rest[literal.size :]


def read(text: bytes, *, utf8: bool = False) -> Any:
    """The value of a command whose tag is already written."""
    return read_name(pieces_of(b"a1 " + text), utf8=utf8).read()
