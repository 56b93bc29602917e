# SPDX-License-Identifier: AGPL-3.0-or-later
"""GETMETADATA and SETMETADATA (RFC 5464): small texts that programs keep with a mailbox, or with the whole address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mazot.wire.imap.cursor import Cursor, Malformed
from mazot.wire.imap.responses import literal, string

PRIVATE, SHARED = "/private/", "/shared/"
LONGEST_NAME = 200
MOST_NAMES = 100  # in one command
INFINITY = 1_000

_NAME = re.compile(rb"[\x21-\x7e]+")
_DEPTHS = {b"0": 0, b"1": 1, b"INFINITY": INFINITY}


@dataclass(frozen=True, slots=True)
class GetMetadata:
    """`mailbox` is empty for the server; how deep to look below each name, and how large a value may be."""

    mailbox: str
    names: tuple[str, ...]
    depth: int = 0
    largest: int | None = None


@dataclass(frozen=True, slots=True)
class SetMetadata:
    """New values by name; none removes."""

    mailbox: str
    values: Mapping[str, bytes | None]


def read_get(cursor: Cursor) -> GetMetadata:
    """The options stand before the mailbox (section 5), or behind it as the examples of section 4.2 have them."""
    cursor.space()
    depth, largest = _options(cursor) if cursor.is_at(b"(") else (None, None)
    mailbox = cursor.mailbox()
    cursor.space()
    if depth is None and largest is None and cursor.is_at(b"(") and _OPTION.match(cursor.line(), cursor.at):
        depth, largest = _options(cursor)
    names = cursor.bracketed(_asked) if cursor.is_at(b"(") else (_asked(cursor),)
    cursor.end()
    if len(names) > MOST_NAMES:
        raise Malformed(f"GETMETADATA asks for at most {MOST_NAMES} entries")
    return GetMetadata(mailbox, tuple(dict.fromkeys(names)), depth or 0, largest)


def read_set(cursor: Cursor) -> SetMetadata:
    values: dict[str, bytes | None] = {}

    def read(inner: Cursor) -> None:
        name = _name(inner)
        inner.space()
        values[name] = _value(inner)

    cursor.space()
    mailbox = cursor.mailbox()
    cursor.space()
    cursor.bracketed(read)
    cursor.end()
    if len(values) > MOST_NAMES:
        raise Malformed(f"SETMETADATA sets at most {MOST_NAMES} entries")
    return SetMetadata(mailbox, values)


def written(values: Mapping[str, bytes | None]) -> bytes:
    """Names and values, as a METADATA answer lists them."""
    return b"(" + b" ".join(b"%b %b" % (name.encode(), _written(value)) for name, value in values.items()) + b")"


def _written(value: bytes | None) -> bytes:
    if value is None:
        return b"NIL"
    return b"~" + literal(value) if b"\0" in value else string(value)


_OPTION = re.compile(rb"\((?:DEPTH|MAXSIZE) ", re.IGNORECASE)


def _options(cursor: Cursor) -> tuple[int | None, int | None]:
    depth: int | None = None
    largest: int | None = None

    def read(inner: Cursor) -> None:
        nonlocal depth, largest
        word = inner.word("DEPTH or MAXSIZE")
        inner.space()
        if word == b"MAXSIZE":
            largest = inner.number("a size")
            return
        told = inner.word("0, 1 or infinity")
        if word != b"DEPTH" or told not in _DEPTHS:
            raise Malformed("GETMETADATA knows MAXSIZE, and DEPTH 0, 1 or infinity")
        depth = _DEPTHS[told]

    cursor.bracketed(read)
    cursor.space()
    return depth, largest


def _asked(cursor: Cursor) -> str:
    """A name, or with DEPTH the whole of a side: /private, /shared."""
    return _name(cursor, may_be_side=True)


def _name(cursor: Cursor, *, may_be_side: bool = False) -> str:
    """Section 4.2: names are US-ASCII and know no case; which characters they have is in section 3.1."""
    raw = cursor.astring("the name of an entry")
    name = raw.decode("ascii", "replace").lower()
    if not _NAME.fullmatch(raw) or re.search(r"[*%]|//|/\Z", name) or len(name) > LONGEST_NAME:
        raise Malformed(f"The name of an entry has at most {LONGEST_NAME} letters, no blanks, *, %, // or / at its end")
    if not name.startswith((PRIVATE, SHARED)) and not (may_be_side and name in ("/private", "/shared")):
        raise Malformed("The name of an entry begins with /private/ or /shared/")
    return name


def _value(cursor: Cursor) -> bytes | None:
    found = cursor.literal()  # a literal8 may hold NULs (section 5)
    if found is None:
        return cursor.nstring("a value or NIL")
    if not isinstance(found.content, bytes):
        raise Malformed("Expected a value, found a message")
    return found.content
