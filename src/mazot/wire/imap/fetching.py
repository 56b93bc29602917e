# SPDX-License-Identifier: AGPL-3.0-or-later
"""What FETCH asks for (RFC 9051 section 6.4.5, and RFC 3501, 7162, 8474, 8514, 8970)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mazot.wire.imap.cursor import Cursor, Malformed
from mazot.wire.imap.sets import NumberSet, read_set

PLAIN = frozenset(
    b"ENVELOPE FLAGS INTERNALDATE RFC822.SIZE BODY BODYSTRUCTURE UID MODSEQ EMAILID THREADID SAVEDATE PREVIEW".split()
)
MACROS = {
    b"ALL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE"),
    b"FAST": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
    b"FULL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY"),
}
NAME = re.compile(rb"[A-Za-z0-9.]+")
PATH = re.compile(rb"[1-9][0-9]{0,5}(?:\.[1-9][0-9]{0,5}){0,63}")
MOST_ITEMS = 200
MOST_FIELDS = 200
SHORT = 500  # bytes of words that are remembered


@dataclass(frozen=True, slots=True)
class Attribute:
    """An item that has no arguments."""

    name: bytes


@dataclass(frozen=True, slots=True)
class Section:
    """Bytes of a message. `label` is how the answer calls them, without the place of a partial."""

    label: bytes
    path: bytes = b""  # 1.2 for the second part of the first; nothing for the message
    text: bytes = b""  # HEADER, TEXT, MIME, HEADER.FIELDS, HEADER.FIELDS.NOT; nothing for all of it
    fields: tuple[bytes, ...] = ()
    partial: tuple[int, int] | None = None  # first byte, and how many
    peeks: bool = False  # does not set \\Seen
    kind: bytes = b"BODY"  # or BINARY, BINARY.SIZE

    @property
    def is_whole(self) -> bool:
        """Of the message as it is: no part of it has to be found."""
        return not (self.path or self.text) and self.kind == b"BODY"


Item = Attribute | Section


@dataclass(frozen=True, slots=True)
class Fetch:
    """FETCH or UID FETCH."""

    numbers: NumberSet
    items: tuple[Item, ...]
    by_uid: bool
    changed_since: int | None = None
    wants_vanished: bool = False


RFC822 = {
    b"RFC822": Section(b"RFC822"),
    b"RFC822.HEADER": Section(b"RFC822.HEADER", text=b"HEADER", peeks=True),
    b"RFC822.TEXT": Section(b"RFC822.TEXT", text=b"TEXT"),
}


def read_fetch(cursor: Cursor, *, by_uid: bool = False) -> Fetch:
    cursor.space()
    numbers = read_set(cursor)
    cursor.space()
    rest = cursor.rest()
    known = _known(rest) if rest is not None and len(rest) <= SHORT else None
    items, changed_since, wants_vanished = known or _words(cursor)
    if wants_vanished and not (by_uid and changed_since is not None):
        raise Malformed("VANISHED goes with UID FETCH and CHANGEDSINCE (RFC 7162 section 3.2.6)")
    return Fetch(numbers, items, by_uid, changed_since, wants_vanished)


Words = tuple[tuple[Item, ...], int | None, bool]


def _words(cursor: Cursor) -> Words:
    items = _items(cursor)
    changed_since, wants_vanished = _modifiers(cursor) if cursor.takes(b" ") else (None, False)
    cursor.end()
    return items, changed_since, wants_vanished


@lru_cache(256)
def _known(words: bytes) -> Words | None:
    """Programs ask the same of one message after another. Nothing where it is malformed: read again, it says where."""
    try:
        return _words(Cursor((words,)))
    except Malformed:
        return None


def _items(cursor: Cursor) -> tuple[Item, ...]:
    if not cursor.is_at(b"("):
        for macro, names in MACROS.items():
            rest = cursor.line()[cursor.at + len(macro) : cursor.at + len(macro) + 1]
            if cursor.is_at(macro) and rest in (b"", b" "):
                cursor.at += len(macro)
                return tuple(Attribute(name) for name in names)
        return (read_item(cursor),)
    items = cursor.bracketed(read_item)
    if len(items) > MOST_ITEMS:
        raise Malformed(f"FETCH asks for more than {MOST_ITEMS} items")
    return items


def read_item(cursor: Cursor) -> Item:
    """One item of FETCH."""
    name = cursor.match(NAME, "an item to fetch").upper()
    if name in (b"BODY", b"BODY.PEEK") and cursor.is_at(b"["):
        return _body(cursor, peeks=name == b"BODY.PEEK")
    if name in (b"BINARY", b"BINARY.PEEK", b"BINARY.SIZE"):
        return _binary(cursor, name)
    if name in RFC822:
        return RFC822[name]
    if name == b"PREVIEW" and cursor.takes(b" ("):
        cursor.must(b"LAZY)")
    if name not in PLAIN:
        raise Malformed(f"FETCH knows no item {name.decode()}")
    return Attribute(name)


def _body(cursor: Cursor, *, peeks: bool) -> Section:
    cursor.must(b"[")
    path = cursor.match(PATH, "a part") if cursor.line()[cursor.at : cursor.at + 1].isdigit() else b""
    text, fields = b"", tuple[bytes, ...]()
    if not path or cursor.takes(b"."):
        text = cursor.match(NAME, "HEADER, TEXT or MIME").upper() if path or not cursor.is_at(b"]") else b""
        if text in (b"HEADER.FIELDS", b"HEADER.FIELDS.NOT"):
            cursor.space()
            fields = cursor.bracketed(lambda inner: inner.astring("a field name"))
            if len(fields) > MOST_FIELDS:
                raise Malformed(f"FETCH asks for more than {MOST_FIELDS} fields")
        elif text not in (b"", b"HEADER", b"TEXT") and not (text == b"MIME" and path):
            raise Malformed(
                f"A section has no {text.decode()} (HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or MIME)"
            )
    cursor.must(b"]")
    named = b".".join(filter(None, (path, text))) + (b" (" + b" ".join(map(_field, fields)) + b")" if fields else b"")
    return Section(b"BODY[" + named + b"]", path, text, fields, _partial(cursor), peeks)


def _field(name: bytes) -> bytes:
    plain = re.fullmatch(rb"[^\x00-\x20\x7f-\xff(){%*\"\\]+", name)
    return name if plain else b'"' + re.sub(rb'(["\\])', rb"\\\1", re.sub(rb"[\r\n]", b" ", name)) + b'"'


def _binary(cursor: Cursor, name: bytes) -> Section:
    cursor.must(b"[")
    path = b"" if cursor.is_at(b"]") else cursor.match(PATH, "a part")
    cursor.must(b"]")
    kind = b"BINARY.SIZE" if name == b"BINARY.SIZE" else b"BINARY"
    partial = None if kind == b"BINARY.SIZE" else _partial(cursor)
    return Section(kind + b"[" + path + b"]", path, partial=partial, peeks=name != b"BINARY", kind=kind)


def _partial(cursor: Cursor) -> tuple[int, int] | None:
    if not cursor.takes(b"<"):
        return None
    start = cursor.number("the first byte")
    cursor.must(b".")
    length = cursor.positive("how many bytes")
    cursor.must(b">")
    return start, length


def _modifiers(cursor: Cursor) -> tuple[int | None, bool]:
    changed_since, wants_vanished = None, False

    def read(inner: Cursor) -> None:
        nonlocal changed_since, wants_vanished
        word = inner.word("CHANGEDSINCE or VANISHED")
        if word == b"CHANGEDSINCE":
            inner.space()
            changed_since = inner.number("a mod-sequence")
        elif word == b"VANISHED":
            wants_vanished = True
        else:
            raise Malformed(f"FETCH knows no modifier {word.decode()}")

    cursor.bracketed(read)
    return changed_since, wants_vanished
