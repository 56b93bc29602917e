# SPDX-License-Identifier: AGPL-3.0-or-later
"""Commands about mailboxes: SELECT, LIST, STATUS, CREATE and the rest."""

from dataclasses import dataclass

from mazot.wire.imap.cursor import Cursor, Malformed
from mazot.wire.imap.sets import NumberSet, read_known_set

STATUS_ITEMS = frozenset(
    b"MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ APPENDLIMIT MAILBOXID".split()
)
SELECTIONS = (b"SUBSCRIBED", b"REMOTE", b"RECURSIVEMATCH", b"SPECIAL-USE")
RETURNS = (b"SUBSCRIBED", b"CHILDREN", b"SPECIAL-USE")
MOST_PATTERNS = 50


@dataclass(frozen=True, slots=True)
class Resync:
    """What a client that comes back knows of a mailbox (RFC 7162 section 3.2.5)."""

    uidvalidity: int
    modseq: int
    uids: NumberSet | None = None
    match: tuple[NumberSet, NumberSet] | None = None  # message numbers, and the UIDs they had


@dataclass(frozen=True, slots=True)
class Select:
    """SELECT or EXAMINE."""

    mailbox: str
    reads_only: bool
    wants_changes: bool = False
    resync: Resync | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """CREATE, with the uses of RFC 6154."""

    mailbox: str
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """A command that only names a mailbox: DELETE, SUBSCRIBE, UNSUBSCRIBE, GETQUOTAROOT."""

    mailbox: str


@dataclass(frozen=True, slots=True)
class Rename:
    mailbox: str
    to: str


@dataclass(frozen=True, slots=True)
class List:
    """LIST, with RFC 5258, 5819 and 6154. `is_extended`: it had options or several patterns."""

    reference: str
    patterns: tuple[str, ...]
    selections: frozenset[bytes] = frozenset()
    returns: frozenset[bytes] = frozenset()
    status: tuple[bytes, ...] = ()
    is_extended: bool = False


@dataclass(frozen=True, slots=True)
class Lsub:
    reference: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Status:
    mailbox: str
    items: tuple[bytes, ...]


def read_select(cursor: Cursor, *, reads_only: bool) -> Select:
    cursor.space()
    mailbox = cursor.mailbox()
    wants_changes, resync = False, None

    def read(inner: Cursor) -> None:
        nonlocal wants_changes, resync
        word = inner.word("CONDSTORE or QRESYNC")
        if word == b"CONDSTORE":
            wants_changes = True
        elif word == b"QRESYNC":
            inner.space()
            resync = _resync(inner)
        else:
            raise Malformed(f"SELECT knows no parameter {word.decode()}")

    if cursor.takes(b" "):
        cursor.bracketed(read)
    cursor.end()
    return Select(mailbox, reads_only, wants_changes, resync)


def _resync(cursor: Cursor) -> Resync:
    cursor.must(b"(")
    uidvalidity = cursor.positive("a UIDVALIDITY")
    cursor.space()
    modseq = cursor.positive("a mod-sequence")
    uids, match = None, None
    if cursor.takes(b" "):
        if not cursor.is_at(b"("):
            uids = read_known_set(cursor, "Known UIDs")
        if uids is None or cursor.takes(b" "):
            cursor.must(b"(")
            numbers = read_known_set(cursor, "Known message numbers")
            cursor.space()
            match = numbers, read_known_set(cursor, "The UIDs of known message numbers")
            cursor.must(b")")
    cursor.must(b")")
    return Resync(uidvalidity, modseq, uids, match)


def read_create(cursor: Cursor) -> Create:
    cursor.space()
    mailbox = cursor.mailbox()
    uses: tuple[str, ...] = ()
    if cursor.takes(b" (USE "):
        uses = cursor.bracketed(_use, may_be_empty=True)
        cursor.must(b")")
    cursor.end()
    return Create(mailbox, uses)


def _use(cursor: Cursor) -> str:
    """Any use as the grammar has it: one that is not known is refused by its own code (RFC 6154 section 3)."""
    if not cursor.is_at(b"\\"):
        raise cursor.expected("a use like \\Sent")
    cursor.takes(b"\\")
    return "\\" + cursor.word("a use").decode().title()


def read_about(cursor: Cursor) -> About:
    cursor.space()
    about = About(cursor.mailbox())
    cursor.end()
    return about


def read_rename(cursor: Cursor) -> Rename:
    cursor.space()
    mailbox = cursor.mailbox()
    cursor.space()
    to = cursor.mailbox()
    cursor.end()
    return Rename(mailbox, to)


def read_lsub(cursor: Cursor) -> Lsub:
    cursor.space()
    reference = cursor.name_of(cursor.astring("a reference"), is_pattern=True)
    cursor.space()
    pattern = cursor.pattern()
    cursor.end()
    return Lsub(reference, pattern)


def read_list(cursor: Cursor) -> List:
    cursor.space()
    selections: frozenset[bytes] = frozenset()
    is_extended = cursor.is_at(b"(")
    if is_extended:
        selections = frozenset(cursor.bracketed(lambda inner: _option(inner, SELECTIONS), may_be_empty=True))
        cursor.space()
    if b"RECURSIVEMATCH" in selections and not selections - {b"RECURSIVEMATCH", b"REMOTE"}:
        raise Malformed("RECURSIVEMATCH goes with another option, as SUBSCRIBED (RFC 5258 section 3)")
    reference = cursor.name_of(cursor.astring("a reference"), is_pattern=True)
    cursor.space()
    if cursor.is_at(b"("):
        is_extended = True
        patterns = cursor.bracketed(lambda inner: inner.pattern())
        if len(patterns) > MOST_PATTERNS:
            raise Malformed(f"LIST takes {MOST_PATTERNS} patterns")
    else:
        patterns = (cursor.pattern(),)
    returns, status = frozenset[bytes](), tuple[bytes, ...]()
    if cursor.takes(b" RETURN "):
        is_extended = True
        returns, status = _list_returns(cursor)
    cursor.end()
    return List(reference, patterns, selections, returns, status, is_extended)


def _option(cursor: Cursor, known: tuple[bytes, ...]) -> bytes:
    word = cursor.word("an option of LIST")
    if word not in known:
        raise Malformed(f"LIST knows no option {word.decode()}")
    return word


def _list_returns(cursor: Cursor) -> tuple[frozenset[bytes], tuple[bytes, ...]]:
    status: tuple[bytes, ...] = ()

    def read(inner: Cursor) -> bytes:
        nonlocal status
        if inner.takes(b"STATUS "):
            status = _status_items(inner)
            return b"STATUS"
        return _option(inner, RETURNS)

    returns = frozenset(cursor.bracketed(read, may_be_empty=True))
    return returns - {b"STATUS"}, status


def _status_items(cursor: Cursor) -> tuple[bytes, ...]:
    items = cursor.bracketed(lambda inner: inner.word("an item of STATUS"))
    for item in items:
        if item not in STATUS_ITEMS:
            raise Malformed(f"STATUS knows no item {item.decode()}")
    return tuple(dict.fromkeys(items))


def read_status(cursor: Cursor) -> Status:
    cursor.space()
    mailbox = cursor.mailbox()
    cursor.space()
    items = _status_items(cursor)
    cursor.end()
    return Status(mailbox, items)
