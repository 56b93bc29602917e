# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar of ManageSieve (RFC 5804 section 4): what a client says, word by word, and how answers are written."""

import re
from dataclasses import dataclass

LONGEST_LINE = 8_192
LONGEST_QUOTED = 4_096  # octets; the RFC asks for 1,024

_QUOTED = re.compile(rb'"((?:[^"\\\r\n\0]|\\["\\])*)"')
_LITERAL = re.compile(rb"\{([0-9]{1,10})(\+?)\}")
_ATOM = re.compile(rb"[A-Za-z0-9.+_-]+")
_ESCAPED = re.compile(rb'\\(["\\])')


class Malformed(Exception):
    """Not a command; the argument is a sentence."""


@dataclass(frozen=True, slots=True)
class Literal:
    """So many octets follow on the next lines."""

    size: int


@dataclass(slots=True)
class Line:
    """One line of a command: its words, and the literal it ends with, if it does."""

    words: list[bytes | int]
    literal: Literal | None = None


def read_line(line: bytes, *, is_first: bool) -> Line:
    """The words of a line; the first word of a command is its name, all others are strings and numbers."""
    found = Line([])
    at = 0
    while at < len(line):
        if line[at : at + 1] == b" ":
            at += 1
            continue
        if found.literal is not None:
            raise Malformed("A literal ends its line.")
        at = _take(line, at, found, is_name=is_first and not found.words)
        if at < len(line) and line[at : at + 1] != b" ":
            raise Malformed("Between two words stands a blank.")
    return found


def _take(line: bytes, at: int, found: Line, *, is_name: bool) -> int:
    if is_name:
        if (name := _ATOM.match(line, at)) is None:
            raise Malformed("A command begins with its name.")
        found.words.append(name.group().upper())
        return name.end()
    if quoted := _QUOTED.match(line, at):
        if len(quoted[1]) > LONGEST_QUOTED:
            raise Malformed(f"A quoted string has at most {LONGEST_QUOTED} octets.")
        found.words.append(_ESCAPED.sub(rb"\1", quoted[1]))
        return quoted.end()
    if literal := _LITERAL.match(line, at):
        if not literal[2]:
            raise Malformed("A literal of a client ends with +}.")  # RFC 5804 section 1.2
        found.literal = Literal(int(literal[1]))
        return literal.end()
    number = _ATOM.match(line, at)
    if number is not None and number.group().isdigit() and len(number.group()) <= 10:
        found.words.append(int(number.group()))
        return number.end()
    raise Malformed("A word is a string or a number.")


def text_of(word: bytes | int) -> str:
    """A word that has to be a string in UTF-8."""
    if isinstance(word, int):
        raise Malformed("A string is missing.")
    try:
        return word.decode()
    except UnicodeDecodeError as error:
        raise Malformed("Strings are in UTF-8.") from error


def string(text: str) -> bytes:
    """A string of the server: quoted where it is short and on one line, else a literal."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= 1_024 and not {0, 10, 13} & set(raw):
        return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return b"{%d}\r\n%s" % (len(raw), raw)


def response(kind: str, text: str = "", code: str = "") -> bytes:
    """The line that ends an answer: OK, NO or BYE, with a code for programs and a sentence for people."""
    line = kind.encode()
    if code:
        line += f" ({code})".encode()
    return line + (b" " + string(text) if text else b"") + b"\r\n"
