# SPDX-License-Identifier: AGPL-3.0-or-later
"""What SEARCH looks for (RFC 9051 section 6.4.4, and RFC 5032, 5182, 7162, 8474, 8514)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from mazot.wire.imap.cursor import Cursor, Malformed
from mazot.wire.imap.dates import read_date
from mazot.wire.imap.sets import NumberSet, read_set

MOST_KEYS = 500
DEEPEST = 50


class BadCharset(Malformed):
    """A charset other than US-ASCII and UTF-8; `forgets`: in a search that was to be remembered."""

    forgets = False


@dataclass(frozen=True, slots=True)
class All:
    """Every message."""


@dataclass(frozen=True, slots=True)
class And:
    keys: tuple["Key", ...]


@dataclass(frozen=True, slots=True)
class Or:
    one: "Key"
    other: "Key"


@dataclass(frozen=True, slots=True)
class Not:
    key: "Key"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Messages by number, or by UID."""

    numbers: NumberSet
    by_uid: bool


@dataclass(frozen=True, slots=True)
class Flagged:
    """Messages that have a flag or keyword; the name as it was written."""

    flag: str


@dataclass(frozen=True, slots=True)
class Header:
    """A header field that holds a text; an empty text asks only whether the field is there."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the body, or in header and body."""

    text: str
    with_header: bool


@dataclass(frozen=True, slots=True)
class On:
    """A day: of arrival, of the Date field, or of coming into the mailbox."""

    what: str  # received, sent, saved
    how: str  # before, on, since
    day: date


@dataclass(frozen=True, slots=True)
class Size:
    is_larger: bool
    than: int


@dataclass(frozen=True, slots=True)
class Within:
    """Arrived more, or less, than so many seconds ago (RFC 5032)."""

    is_older: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Changed at this mod-sequence or later (RFC 7162 section 3.1.5)."""

    modseq: int


@dataclass(frozen=True, slots=True)
class Identity:
    """EMAILID or THREADID (RFC 8474)."""

    of_thread: bool
    value: str


Key = All | And | Or | Not | Numbers | Flagged | Header | Text | On | Size | Within | Changed | Identity

FLAGS = {"ANSWERED": "\\Answered", "DELETED": "\\Deleted", "DRAFT": "\\Draft", "FLAGGED": "\\Flagged", "SEEN": "\\Seen"}
FIELDS = ("BCC", "CC", "FROM", "SUBJECT", "TO")
NOTHING = Not(All())
# No message is recent: \Recent went with RFC 9051, and every session of RFC 3501 may see none.
PLAIN: dict[bytes, Key] = {
    b"ALL": All(),
    b"NEW": NOTHING,
    b"RECENT": NOTHING,
    b"OLD": All(),
    b"SAVEDATESUPPORTED": All(),
    **{name.encode(): Flagged(flag) for name, flag in FLAGS.items()},
    **{f"UN{name}".encode(): Not(Flagged(flag)) for name, flag in FLAGS.items()},
}
DAYS = {
    f"{before}{how}".encode(): (what, how.lower())
    for before, what in (("", "received"), ("SENT", "sent"), ("SAVED", "saved"))
    for how in ("BEFORE", "ON", "SINCE")
}


@dataclass
class Reading:
    """What one search command has told so far."""

    charset: str = "us-ascii"
    n_keys: int = 0


def read_keys(cursor: Cursor, charset: str) -> Key:
    """Search keys to the end of the command."""
    reading = Reading(charset)
    keys = [_key(cursor, reading, 0)]
    while cursor.takes(b" "):
        keys.append(_key(cursor, reading, 0))
    cursor.end()
    return keys[0] if len(keys) == 1 else And(tuple(keys))


def read_charset(cursor: Cursor) -> str:
    name = cursor.astring("a charset").upper()
    if name not in (b"US-ASCII", b"UTF-8", b"ASCII", b"UTF8"):
        raise BadCharset(f"The charset {name.decode('ascii', 'replace')} is not known here (US-ASCII and UTF-8 are)")
    return "utf-8"


def _key(cursor: Cursor, reading: Reading, depth: int) -> Key:
    reading.n_keys += 1
    if reading.n_keys > MOST_KEYS or depth > DEEPEST:
        raise Malformed(f"SEARCH takes {MOST_KEYS} keys, {DEEPEST} deep")
    if cursor.is_at(b"("):
        keys = cursor.bracketed(lambda inner: _key(inner, reading, depth + 1))
        return keys[0] if len(keys) == 1 else And(keys)
    if cursor.is_at(b"$") or cursor.is_at(b"*") or cursor.line()[cursor.at : cursor.at + 1].isdigit():
        return Numbers(read_set(cursor), by_uid=False)
    word = cursor.word("a search key")
    if word in PLAIN:
        return PLAIN[word]
    if word == b"NOT":
        cursor.space()
        return Not(_key(cursor, reading, depth + 1))
    if word == b"OR":
        cursor.space()
        one = _key(cursor, reading, depth + 1)
        cursor.space()
        return Or(one, _key(cursor, reading, depth + 1))
    cursor_read = READERS.get(word)
    if cursor_read is None:
        raise Malformed(f"SEARCH knows no key {word.decode()}")
    cursor.space()
    return cursor_read(cursor, word, reading)


def _text(cursor: Cursor, reading: Reading) -> str:
    raw = cursor.astring("a text to look for")
    charset = "utf-8" if cursor.utf8 else reading.charset
    try:
        return raw.decode("utf-8" if charset == "utf-8" else "ascii")
    except UnicodeDecodeError as error:
        raise Malformed(f"The text to look for is not {charset}") from error


def _ascii(raw: bytes, what: str) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed(f"{what} has bytes above 127") from error


def _field(cursor: Cursor, word: bytes, reading: Reading) -> Key:
    if word != b"HEADER":
        return Header(word.decode().lower(), _text(cursor, reading))
    name = _ascii(cursor.astring("a field name"), "A field name").lower()
    cursor.space()
    return Header(name, _text(cursor, reading))


def _flag(cursor: Cursor, word: bytes, _reading: Reading) -> Key:
    flag = Flagged(cursor.atom("a keyword").decode())
    return flag if word == b"KEYWORD" else Not(flag)


def _day(cursor: Cursor, word: bytes, _reading: Reading) -> Key:
    what, how = DAYS[word]
    return On(what, how, read_date(cursor))


def _changed(cursor: Cursor, _word: bytes, _reading: Reading) -> Key:
    if cursor.is_at(b'"'):  # an entry and whose it is: we keep one mod-sequence for all of a message
        cursor.string("a flag")
        cursor.space()
        if cursor.word("PRIV, SHARED or ALL") not in (b"PRIV", b"SHARED", b"ALL"):
            raise cursor.expected("PRIV, SHARED or ALL")
        cursor.space()
    return Changed(cursor.number("a mod-sequence"))


def _identity(cursor: Cursor, word: bytes, _reading: Reading) -> Key:
    return Identity(word == b"THREADID", _ascii(cursor.astring("an id"), "An id"))


Reader = Callable[[Cursor, bytes, Reading], Key]
READERS: dict[bytes, Reader] = {
    b"UID": lambda cursor, _word, _reading: Numbers(read_set(cursor), by_uid=True),
    b"BODY": lambda cursor, _word, reading: Text(_text(cursor, reading), with_header=False),
    b"TEXT": lambda cursor, _word, reading: Text(_text(cursor, reading), with_header=True),
    b"LARGER": lambda cursor, _word, _reading: Size(True, cursor.number("a size")),
    b"SMALLER": lambda cursor, _word, _reading: Size(False, cursor.number("a size")),
    b"OLDER": lambda cursor, _word, _reading: Within(True, cursor.positive("seconds")),
    b"YOUNGER": lambda cursor, _word, _reading: Within(False, cursor.positive("seconds")),
    b"MODSEQ": _changed,
    b"EMAILID": _identity,
    b"THREADID": _identity,
    b"KEYWORD": _flag,
    b"UNKEYWORD": _flag,
    b"HEADER": _field,
    **{name.encode(): _field for name in FIELDS},
    **dict.fromkeys(DAYS, _day),
}


def asks_changes(key: Key) -> bool:
    """Whether MODSEQ is among the keys: the answer then tells the highest one found."""
    match key:
        case And(keys):
            return any(asks_changes(one) for one in keys)
        case Or(one, other):
            return asks_changes(one) or asks_changes(other)
        case Not(inner):
            return asks_changes(inner)
    return isinstance(key, Changed)
