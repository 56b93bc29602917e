# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands about what is in the mailbox that is open: SEARCH, SORT, THREAD, STORE, COPY, MOVE, EXPUNGE."""

from dataclasses import dataclass
from typing import Literal

from mazot.wire.imap.cursor import Cursor, Malformed
from mazot.wire.imap.flags import read_flag_list
from mazot.wire.imap.searching import BadCharset, Key, read_charset, read_keys
from mazot.wire.imap.sets import NumberSet, read_set

RETURNS = (b"MIN", b"MAX", b"ALL", b"COUNT", b"SAVE")
SORTS = (b"ARRIVAL", b"CC", b"DATE", b"FROM", b"SIZE", b"SUBJECT", b"TO", b"DISPLAYFROM", b"DISPLAYTO")


@dataclass(frozen=True, slots=True)
class Search:
    """SEARCH or UID SEARCH; `returns` is none for the answer of RFC 3501, and ALL when it is empty parentheses."""

    key: Key
    by_uid: bool
    returns: frozenset[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """SORT or UID SORT (RFC 5256): criteria with whether each goes downward."""

    criteria: tuple[tuple[bytes, bool], ...]
    key: Key
    by_uid: bool
    returns: frozenset[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """THREAD or UID THREAD (RFC 5256)."""

    algorithm: bytes
    key: Key
    by_uid: bool


@dataclass(frozen=True, slots=True)
class Store:
    """STORE or UID STORE."""

    numbers: NumberSet
    how: Literal["set", "add", "remove"]
    flags: tuple[str, ...]
    by_uid: bool
    is_silent: bool = False
    unchanged_since: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """COPY, MOVE and both by UID."""

    numbers: NumberSet
    to: str
    by_uid: bool
    moves: bool = False


@dataclass(frozen=True, slots=True)
class Expunge:
    """EXPUNGE, or UID EXPUNGE of some (RFC 4315)."""

    numbers: NumberSet | None = None


def read_search(cursor: Cursor, *, by_uid: bool = False) -> Search:
    cursor.space()
    returns = _returns(cursor)
    charset = "us-ascii"
    if cursor.is_at(b"CHARSET "):
        cursor.takes(b"CHARSET ")
        charset = _charset(cursor, returns)
        cursor.space()
    return Search(read_keys(cursor, charset), by_uid, returns)


def _charset(cursor: Cursor, returns: frozenset[bytes] | None) -> str:
    try:
        return read_charset(cursor)
    except BadCharset as error:
        error.forgets = b"SAVE" in (returns or ())
        raise


def _returns(cursor: Cursor) -> frozenset[bytes] | None:
    if not cursor.takes(b"RETURN "):
        return None
    options = cursor.bracketed(lambda inner: inner.word("what to return"), may_be_empty=True)
    for option in options:
        if option not in RETURNS:
            raise Malformed(f"SEARCH returns no {option.decode()} (MIN, MAX, ALL, COUNT and SAVE)")
    cursor.space()
    return frozenset(options or (b"ALL",))


def read_sort(cursor: Cursor, *, by_uid: bool = False) -> Sort:
    cursor.space()
    returns = _returns(cursor)
    criteria = cursor.bracketed(_criterion)
    cursor.space()
    charset = read_charset(cursor)
    cursor.space()
    return Sort(criteria, read_keys(cursor, charset), by_uid, returns)


def _criterion(cursor: Cursor) -> tuple[bytes, bool]:
    is_downward = cursor.takes(b"REVERSE ")
    word = cursor.word("what to sort by")
    if word not in SORTS:
        raise Malformed(f"SORT knows no {word.decode()}")
    return word, is_downward


def read_thread(cursor: Cursor, *, by_uid: bool = False) -> Thread:
    cursor.space()
    algorithm = cursor.word("a way to thread")
    cursor.space()
    charset = read_charset(cursor)
    cursor.space()
    return Thread(algorithm, read_keys(cursor, charset), by_uid)


def read_store(cursor: Cursor, *, by_uid: bool = False) -> Store:
    cursor.space()
    numbers = read_set(cursor)
    cursor.space()
    unchanged_since = None
    if cursor.takes(b"(UNCHANGEDSINCE "):
        unchanged_since = cursor.number("a mod-sequence")
        cursor.must(b")")
        cursor.space()
    how: Literal["set", "add", "remove"] = "add" if cursor.takes(b"+") else "remove" if cursor.takes(b"-") else "set"
    cursor.must(b"FLAGS")
    is_silent = cursor.takes(b".SILENT")
    cursor.space()
    flags = read_flag_list(cursor, may_lack_brackets=True)
    cursor.end()
    return Store(numbers, how, flags, by_uid, is_silent, unchanged_since)


def read_copy(cursor: Cursor, *, by_uid: bool = False, moves: bool = False) -> Copy:
    cursor.space()
    numbers = read_set(cursor)
    cursor.space()
    to = cursor.mailbox()
    cursor.end()
    return Copy(numbers, to, by_uid, moves)


def read_expunge(cursor: Cursor, *, by_uid: bool = False) -> Expunge:
    numbers = None
    if by_uid:
        cursor.space()
        numbers = read_set(cursor)
    cursor.end()
    return Expunge(numbers)
