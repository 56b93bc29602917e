# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one table of commands: a command's name, and how the rest of it is read."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from mazot.wire.imap import asking, folders, metadata, notifying
from mazot.wire.imap.cursor import ASTRING, TAG, Cursor, Literal, Malformed, Piece
from mazot.wire.imap.dates import read_date_time
from mazot.wire.imap.fetching import read_fetch
from mazot.wire.imap.flags import read_flag_list

MOST_FIELDS = 30  # of ID (RFC 2971 section 3.3)
MOST_MESSAGES = 500  # of one APPEND


@dataclass(frozen=True, slots=True)
class Plain:
    """A command without arguments."""


@dataclass(frozen=True, slots=True)
class Login:
    user: bytes
    secret: bytes


@dataclass(frozen=True, slots=True)
class Authenticate:
    """`initial` is none when the client waits for our challenge (RFC 4959)."""

    mechanism: bytes
    initial: bytes | None = None


@dataclass(frozen=True, slots=True)
class Identify:
    """ID: what the client tells of itself."""

    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Enable:
    names: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """One message of APPEND; `content` is what the session made of the literal."""

    content: Any
    flags: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Append:
    """APPEND, of several messages with RFC 3502."""

    mailbox: str
    messages: tuple[Appended, ...]


@dataclass(frozen=True, slots=True)
class Quota:
    root: str


@dataclass(frozen=True, slots=True)
class Compress:
    algorithm: bytes


def _plain(cursor: Cursor) -> Plain:
    cursor.end()
    return Plain()


def _login(cursor: Cursor) -> Login:
    cursor.space()
    user = cursor.astring("a login")
    cursor.space()
    secret = cursor.astring("a password")
    cursor.end()
    return Login(user, secret)


def _authenticate(cursor: Cursor) -> Authenticate:
    cursor.space()
    mechanism = cursor.word("a mechanism")
    initial = None
    if cursor.takes(b" "):
        initial = b"" if cursor.takes(b"=") and cursor.is_at_end else read_base64(cursor.match(ASTRING, "base 64"))
    cursor.end()
    return Authenticate(mechanism, initial)


def read_base64(raw: bytes) -> bytes:
    try:
        return b64decode(raw, validate=True)
    except (NotBase64, ValueError) as error:
        raise Malformed("This is not base 64") from error


def _identify(cursor: Cursor) -> Identify:
    cursor.space()
    if cursor.takes(b"NIL"):
        cursor.end()
        return Identify(())

    def read(inner: Cursor) -> tuple[str, str]:
        name = inner.string("a field name").decode("utf-8", "replace")
        inner.space()
        return name.lower(), (inner.nstring("a value or NIL") or b"").decode("utf-8", "replace")[:1024]

    fields = cursor.bracketed(read, may_be_empty=True)
    cursor.end()
    if len(fields) > MOST_FIELDS:
        raise Malformed(f"ID takes {MOST_FIELDS} fields")
    return Identify(fields)


def _enable(cursor: Cursor) -> Enable:
    names = []
    cursor.space()
    names.append(cursor.word("an extension"))
    while cursor.takes(b" "):
        names.append(cursor.word("an extension"))
    cursor.end()
    return Enable(tuple(names))


def _append(cursor: Cursor) -> Append:
    cursor.space()
    mailbox = cursor.mailbox()
    messages: list[Appended] = []
    while not cursor.is_at_end or not messages:
        cursor.space()
        flags: tuple[str, ...] = ()
        if cursor.is_at(b"("):
            flags = read_flag_list(cursor)
            cursor.space()
        at = None
        if cursor.is_at(b'"'):
            at = read_date_time(cursor)
            cursor.space()
        messages.append(Appended(_message(cursor), flags, at))
        if len(messages) > MOST_MESSAGES:
            raise Malformed(f"APPEND takes {MOST_MESSAGES} messages at once")
    cursor.end()
    return Append(mailbox, tuple(messages))


def _message(cursor: Cursor) -> object:
    """RFC 6855 writes a message with UTF-8 headers as `UTF8 (~{9}…)`."""
    is_wrapped = cursor.takes(b"UTF8 (")
    literal: Literal | None = cursor.literal()
    if literal is None:
        raise cursor.expected("a message as a literal")
    if is_wrapped:
        cursor.must(b")")
    return literal.content


def _quota(cursor: Cursor) -> Quota:
    cursor.space()
    root = cursor.astring("a quota root").decode("utf-8", "replace")
    cursor.end()
    return Quota(root)


def _compress(cursor: Cursor) -> Compress:
    cursor.space()
    algorithm = cursor.word("a way to compress")
    cursor.end()
    return Compress(algorithm)


READERS: dict[bytes, Callable[..., Any]] = {
    **dict.fromkeys((b"CAPABILITY", b"NOOP", b"LOGOUT", b"STARTTLS", b"CHECK", b"CLOSE"), _plain),
    **dict.fromkeys((b"UNSELECT", b"NAMESPACE", b"IDLE"), _plain),
    b"LOGIN": _login,
    b"AUTHENTICATE": _authenticate,
    b"ID": _identify,
    b"ENABLE": _enable,
    b"COMPRESS": _compress,
    b"SELECT": partial(folders.read_select, reads_only=False),
    b"EXAMINE": partial(folders.read_select, reads_only=True),
    b"CREATE": folders.read_create,
    b"DELETE": folders.read_about,
    b"RENAME": folders.read_rename,
    b"SUBSCRIBE": folders.read_about,
    b"UNSUBSCRIBE": folders.read_about,
    b"LIST": folders.read_list,
    b"LSUB": folders.read_lsub,
    b"STATUS": folders.read_status,
    b"GETQUOTA": _quota,
    b"GETQUOTAROOT": folders.read_about,
    b"GETMETADATA": metadata.read_get,
    b"SETMETADATA": metadata.read_set,
    b"NOTIFY": notifying.read_notify,
    b"APPEND": _append,
    b"FETCH": read_fetch,
    b"STORE": asking.read_store,
    b"COPY": asking.read_copy,
    b"MOVE": partial(asking.read_copy, moves=True),
    b"EXPUNGE": asking.read_expunge,
    b"SEARCH": asking.read_search,
    b"SORT": asking.read_sort,
    b"THREAD": asking.read_thread,
}
BY_UID = frozenset((b"FETCH", b"STORE", b"COPY", b"MOVE", b"EXPUNGE", b"SEARCH", b"SORT", b"THREAD"))


@dataclass(frozen=True, slots=True)
class Named:
    """The head of a command: its tag, and what it is called (`UID` is part of the name)."""

    tag: bytes
    name: bytes
    cursor: Cursor

    @property
    def verb(self) -> bytes:
        return self.name.removeprefix(b"UID ")

    def read(self) -> Any:
        """The rest of the command; Malformed when it is not one."""
        reader = READERS.get(self.verb)
        if reader is None:
            raise Malformed(f"There is no command {self.name.decode()}")
        return reader(self.cursor, by_uid=True) if self.name != self.verb else reader(self.cursor)


def read_tag(line: bytes) -> bytes:
    """The tag of a line, or * when it has none to answer to."""
    found = TAG.match(line)
    return found[0] if found and line[found.end() : found.end() + 1] == b" " else b"*"


def read_name(pieces: Sequence[Piece], *, utf8: bool = False) -> Named:
    cursor = Cursor(pieces, utf8=utf8)
    tag = cursor.match(TAG, "a tag")
    cursor.space()
    name = cursor.word("a command")
    if name == b"UID":
        cursor.space()
        verb = cursor.word("a command that goes by UID")
        if verb not in BY_UID:
            raise Malformed(f"{verb.decode()} does not go by UID")
        name = b"UID " + verb
    return Named(tag, name, cursor)
