# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gathering a command: its lines, and the literals between them, each within a limit said before it is sent."""

from typing import TYPE_CHECKING

from mazot.heads.imap.capabilities import APPEND_LIMIT
from mazot.wire.imap.commands import read_tag
from mazot.wire.imap.cursor import Announced, Literal, Piece, announced

if TYPE_CHECKING:
    from mazot.heads.imap.session import Session

STRANGERS_LINE, LINE = 8 * 1024, 512 * 1024  # bytes; a set of ten thousand UIDs is a long line
STRANGERS_LITERAL, LITERAL = 1024, 64 * 1024
MOST_LITERALS = 1000
COMMAND = 2 * APPEND_LIMIT  # all literals of one command
SKIPPED = 4 * APPEND_LIMIT  # what a client sends without waiting is read and forgotten up to here


class TooBig(Exception):
    """A literal above its limit; `is_end` when the connection cannot go on."""

    def __init__(self, tag: bytes, sentence: str, *, code: bytes, state: bytes = b"NO", is_end: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.tag, self.state, self.is_end = (b"*", b"BYE", True) if is_end else (tag, state, False)


async def read_command(session: "Session") -> list[Piece]:
    """The pieces of the next command."""
    channel, pieces, total = session.channel, list[Piece](), 0
    while True:
        line, literal = announced(await channel.line(LINE if session.opened else STRANGERS_LINE))
        pieces.append(line)
        if literal is None:
            return pieces
        first = pieces[0]
        assert isinstance(first, bytes)
        limit = _limit(session, first)
        total += literal.size
        if literal.size > limit or total > COMMAND or len(pieces) > 2 * MOST_LITERALS:
            await _refuse(session, read_tag(first), literal, limit)
        if literal.size > LITERAL and not session.crowd.holds(session, literal.size):
            await _refuse(session, read_tag(first), literal, 0)
        if literal.waits:
            channel.write(b"+ Go on\r\n")
            await channel.drain()
        pieces.append(Literal(await channel.literal(literal.size), literal.is_binary))


def _limit(session: "Session", first: bytes) -> int:
    if session.opened is None:
        return STRANGERS_LITERAL
    is_append = first.partition(b" ")[2][:7].upper() == b"APPEND "
    return APPEND_LIMIT if is_append else LITERAL


async def _refuse(session: "Session", tag: bytes, literal: Announced | None, limit: int) -> None:
    """RFC 7888 section 4: what waits is never sent; what does not wait is read to its end, or the connection ends."""
    sentence = f"A literal has at most {limit} bytes here." if limit else "Too many letters come in at once. Try again."
    code = b"TOOBIG" if limit else b"LIMIT"
    skipped = 0
    while literal is not None and not literal.waits:
        skipped += literal.size
        if skipped > SKIPPED or session.opened is None:
            raise TooBig(tag, sentence, code=code, is_end=True)
        await session.channel.skip(literal.size)
        literal = announced(await session.channel.line(LINE))[1]
    raise TooBig(tag, sentence, code=code, state=b"BAD" if 0 < limit < APPEND_LIMIT else b"NO")
