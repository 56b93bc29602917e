# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading a command token by token. A command is its lines without their ends, and the literals between them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mazot.wire.imap.names import BadName, decode_name

T = TypeVar("T")

ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\\]]+")
ASTRING = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\]+")
PATTERN = re.compile(rb"[^\x00-\x20\x7f-\xff(){\"\\]+")
# RFC 9051 section 9: tag = 1*<any ASTRING-CHAR except "+">
TAG = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\+]+")
NUMBER = re.compile(rb"[0-9]{1,20}")
QUOTED = re.compile(rb'"((?:[^"\\\x00\r\n]|\\["\\])*)"')
ESCAPED = re.compile(rb"\\([\"\\])")
LITERAL = re.compile(rb"(~?)\{([0-9]{1,20})(\+?)\}\Z")
MOST = 2**63 - 1


class Malformed(Exception):
    """A command that the grammar does not allow: what was expected, and where."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Bytes of a given length inside a command; `content` is bytes, or whatever a session made of big ones."""

    content: Any
    is_binary: bool = False


Piece = bytes | Literal


@dataclass(frozen=True, slots=True)
class Announced:
    """A literal as the end of a line announces it (RFC 7888: `{12+}` does not wait for us)."""

    size: int
    waits: bool
    is_binary: bool


def announced(line: bytes) -> tuple[bytes, Announced | None]:
    """A line without its end, split from the literal that follows it, if one does."""
    found = LITERAL.search(line)
    if found is None:
        return line, None
    return line[: found.start()], Announced(int(found[2]), not found[3], bool(found[1]))


class Cursor:
    """A place in a command."""

    def __init__(self, pieces: Sequence[Piece], *, utf8: bool = False) -> None:
        self.pieces, self.utf8 = pieces, utf8
        self.index = self.at = 0

    def line(self) -> bytes:
        """The line we stand in; nothing when a literal comes next."""
        piece = self.pieces[self.index] if self.index < len(self.pieces) else b""
        return piece if isinstance(piece, bytes) else b""

    def expected(self, what: str) -> Malformed:
        seen = self.line()[self.at : self.at + 20]
        found = repr(seen.decode("ascii", "replace")) if seen else "a literal" if self._literal() else "the end"
        return Malformed(f"Expected {what} at byte {self._offset()}, found {found}")

    def _offset(self) -> int:
        before = (len(piece) if isinstance(piece, bytes) else 1 for piece in self.pieces[: self.index])
        return sum(before) + self.at + 1

    def _literal(self) -> Literal | None:
        """The literal that comes next, when the line before it has been read."""
        if self.index < len(self.pieces) and isinstance(piece := self.pieces[self.index], Literal):
            return piece
        if self.at == len(self.line()) and self.index + 1 < len(self.pieces):
            piece = self.pieces[self.index + 1]
            return piece if isinstance(piece, Literal) else None
        return None

    def is_at(self, text: bytes) -> bool:
        """Whether these bytes come next, in any case."""
        return self.line()[self.at : self.at + len(text)].upper() == text

    def takes(self, text: bytes) -> bool:
        """Step over these bytes when they come next."""
        if self.is_at(text):
            self.at += len(text)
            return True
        return False

    def must(self, text: bytes, what: str = "") -> None:
        if not self.takes(text):
            raise self.expected(what or repr(text.decode()))

    def space(self) -> None:
        self.must(b" ", "a space")

    def end(self) -> None:
        if self.at != len(self.line()) or self.index < len(self.pieces) - 1:
            raise self.expected("the end of the command")

    def rest(self) -> bytes | None:
        """What is left of the command, when no literal is in it."""
        return self.line()[self.at :] if self.index == len(self.pieces) - 1 else None

    @property
    def is_at_end(self) -> bool:
        return self.at == len(self.line()) and self.index >= len(self.pieces) - 1

    def match(self, pattern: "re.Pattern[bytes]", what: str) -> bytes:
        found = pattern.match(self.line(), self.at)
        if found is None:
            raise self.expected(what)
        self.at = found.end()
        return found[0]

    def word(self, what: str = "a word") -> bytes:
        """An atom, in capitals."""
        return self.match(ATOM, what).upper()

    def atom(self, what: str = "an atom") -> bytes:
        return self.match(ATOM, what)

    def number(self, what: str = "a number") -> int:
        value = int(self.match(NUMBER, what))
        if value > MOST:
            raise Malformed(f"{what.capitalize()} is above {MOST}")
        return value

    def positive(self, what: str = "a number above 0") -> int:
        if self.is_at(b"0"):
            raise self.expected(what)
        return self.number(what)

    def literal(self) -> Literal | None:
        """Step over a literal when one comes next."""
        found = self._literal()
        if found is not None:
            self.index = next(n for n in range(self.index, len(self.pieces)) if self.pieces[n] is found) + 1
            self.at = 0
        return found

    def string(self, what: str = "a string") -> bytes:
        """Quoted or literal."""
        if found := QUOTED.match(self.line(), self.at):
            self.at = found.end()
            return ESCAPED.sub(rb"\1", found[1])
        literal = self.literal()
        if literal is None:
            raise self.expected(what)
        if not isinstance(literal.content, bytes):
            raise Malformed(f"Expected {what}, found a message")
        if b"\0" in literal.content:
            raise Malformed(f"There is a NUL in {what}")
        return literal.content

    def is_at_string(self) -> bool:
        return self.is_at(b'"') or self._literal() is not None

    def astring(self, what: str = "a word or string") -> bytes:
        return self.string(what) if self.is_at_string() else self.match(ASTRING, what)

    def nstring(self, what: str = "a string or NIL") -> bytes | None:
        if self.is_at_string():
            return self.string(what)
        self.must(b"NIL", what)
        return None

    def mailbox(self) -> str:
        return self.name_of(self.astring("a mailbox name"))

    def pattern(self) -> str:
        """A mailbox name in which % and * stand for others."""
        what = "a mailbox pattern"
        return self.name_of(self.string(what) if self.is_at_string() else self.match(PATTERN, what), is_pattern=True)

    def name_of(self, raw: bytes, *, is_pattern: bool = False) -> str:
        try:
            name = raw.decode() if self.utf8 else decode_name(raw)
        except (BadName, UnicodeDecodeError) as error:
            raise Malformed(f"The mailbox name {raw[:40]!r} is not written as names are: {error}") from error
        return "INBOX" if name.upper() == "INBOX" and not is_pattern else name

    def bracketed(self, read: Callable[["Cursor"], T], *, may_be_empty: bool = False) -> tuple[T, ...]:
        """A list in parentheses."""
        self.must(b"(")
        if may_be_empty and self.takes(b")"):
            return ()
        found = [read(self)]
        while self.takes(b" "):
            found.append(read(self))
        self.must(b")")
        return tuple(found)
