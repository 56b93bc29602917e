# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mailboxes of another server, read over IMAP and left as they are.

Asks the network: never inside a transaction. The name is resolved once and each address checked, so that nobody makes
this server talk to its own network; the other side is believed nothing, and what it sends is bounded.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from mazot.foundation.outward import is_public
from mazot.foundation.resolver import resolver
from mazot.products.mail.rules.flags import BITS, DELETED
from mazot.products.mail.rules.mboxes import MOST_BYTES
from mazot.wire.imap.names import BadName, decode_name
from mazot.wire.mime import read_message

PORTS = (143, 993)
WITHIN = 60.0  # seconds for each answer
A_WINDOW = 300  # messages looked at in one command
AT_ONCE_BYTES = 8 << 20
MOST_FOLDERS = 2000
MOST_OF_AN_ANSWER = 2 * MOST_BYTES
_LIST = re.compile(rb'\(([^)]*)\) (?:"((?:\\.|[^"\\])*)"|NIL) (.*)$', re.DOTALL)
_ROLES = {b"\\sent": "Sent", b"\\drafts": "Drafts", b"\\junk": "Spam", b"\\trash": "Trash", b"\\archive": "Archive"}
_UID = re.compile(rb"\bUID (\d{1,10})")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,19})")
_FLAGS = re.compile(rb"\bFLAGS \(([^)]*)\)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')


class Elsewhere(Exception):
    """It cannot go on: unreachable, private, insecure, refused, broken."""


@dataclass(frozen=True, slots=True)
class Folder:
    raw: bytes  # as the other server writes it
    name: str  # as it is called here
    n_letters: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One letter there, before its content is asked for."""

    uid: int
    size: int
    flags: int
    received_at: datetime | None
    message_id: str


class _Connection(imaplib.IMAP4):
    """To an address that was checked, with bounded answers."""

    left = MOST_OF_AN_ANSWER

    def __init__(self, address: str, host: str, port: int, *, encrypted: bool, verified: bool) -> None:
        self._address, self._host_name, self._encrypted, self._verified = address, host, encrypted, verified
        super().__init__(host, port, timeout=WITHIN)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = socket.create_connection((self._address, self.port), timeout=timeout)
        if not self._encrypted:
            return plain
        try:
            return self._context().wrap_socket(plain, server_hostname=self._host_name)
        except BaseException:
            plain.close()
            raise

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._verified:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def secure(self) -> None:
        self.starttls(self._context())

    def read(self, size: int) -> bytes:
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line

    def _count(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Elsewhere("broken")


class Server:
    """Signed in at another server; used with `with`."""

    def __init__(self, host: str, port: int, *, login: str, password: str, encrypted: bool) -> None:
        try:
            self._imap = _opened(host, port, encrypted=encrypted)
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            raise Elsewhere("insecure" if isinstance(error, ssl.SSLError) else "unreachable") from error
        try:
            self._imap.login(login, password)
        except imaplib.IMAP4.error as error:
            self.close()
            raise Elsewhere("refused") from error
        except (OSError, ValueError) as error:
            self.close()
            raise Elsewhere("broken") from error

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_told: object) -> None:
        self.close()

    def close(self) -> None:
        try:
            self._imap.logout()
        except (OSError, imaplib.IMAP4.error, Elsewhere, ValueError):
            self._imap.shutdown()

    def folders(self) -> list[Folder]:
        """The mailboxes that hold letters, by name; their special uses lead to our folders of the same use."""
        found = []
        for line in self._asked("list", '""', "*")[: MOST_FOLDERS + 1]:
            match = _LIST.match(line[0] + line[1] if isinstance(line, tuple) else line or b"")
            if match is None:
                continue
            uses = match[1].lower().split()
            if b"\\noselect" in uses or b"\\nonexistent" in uses:
                continue
            raw = line[1] if isinstance(line, tuple) else _unquoted(match[3])
            found.append(Folder(raw, _called(raw, (match[2] or b"").replace(b"\\\\", b"\\"), uses)))
        return [folder for folder in sorted(found, key=lambda one: (one.name != "INBOX", one.name)) if folder.name]

    def open(self, folder: Folder) -> int:
        """How many letters a folder holds; it is opened so that nothing in it changes."""
        said = self._asked("select", _quoted(folder.raw), readonly=True)
        return int(said[0]) if said and said[0] and said[0].isdigit() else 0

    def lines(self, n_letters: int) -> Iterator[list[Line]]:
        """The letters of the open folder, some hundreds at a time."""
        what = "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        for start in range(1, n_letters + 1, A_WINDOW):
            piece = f"{start}:{min(start + A_WINDOW - 1, n_letters)}"
            lines = [_line(told, literal) for told, literal in _answers(self._asked("fetch", piece, what))]
            yield [line for line in lines if line.uid]

    def contents(self, lines: Sequence[Line]) -> Iterator[tuple[Line, bytes]]:
        """The letters themselves; those of a bounded size together."""
        waiting: list[Line] = []
        for line in lines:
            if waiting and sum(one.size for one in waiting) + line.size > AT_ONCE_BYTES:
                yield from self._contents(waiting)
                waiting = []
            waiting.append(line)
        if waiting:
            yield from self._contents(waiting)

    def _contents(self, lines: Sequence[Line]) -> Iterator[tuple[Line, bytes]]:
        by_uid = {line.uid: line for line in lines}
        uids = ",".join(map(str, by_uid))
        for told, literal in _answers(self._asked("uid", "FETCH", uids, "(UID BODY.PEEK[])")):
            uid = _UID.search(told)
            if uid is not None and int(uid[1]) in by_uid:
                yield by_uid[int(uid[1])], literal

    def _asked(self, verb: str, *args: Any, **named: Any) -> list[Any]:
        self._imap.left = MOST_OF_AN_ANSWER
        try:
            answer, said = getattr(self._imap, verb)(*args, **named)
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            raise Elsewhere("broken") from error
        if answer != "OK":
            raise Elsewhere("broken")
        return [piece for piece in said if piece is not None]


def _opened(host: str, port: int, *, encrypted: bool) -> _Connection:
    is_ours = settings.MAZOT.private_imports
    if port not in PORTS and not is_ours:
        raise Elsewhere("private")
    addresses = [*resolver().look_up(host, "A").values, *resolver().look_up(host, "AAAA").values]
    if host.replace(".", "").isdigit() or ":" in host:
        addresses = [host]
    if not addresses:
        raise Elsewhere("unreachable")
    if not is_ours and not all(is_public(address) for address in addresses):
        raise Elsewhere("private")
    at_once = encrypted and port != 143
    connection = _Connection(addresses[0], host, port, encrypted=at_once, verified=not is_ours)
    if encrypted and not at_once:
        if "STARTTLS" not in connection.capabilities:
            connection.shutdown()
            raise Elsewhere("insecure")
        connection.secure()
    return connection


def _answers(said: Sequence[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Each answer to FETCH as its text, before and after the literal, and the literal."""
    for at, piece in enumerate(said):
        if isinstance(piece, tuple):
            after = said[at + 1] if at + 1 < len(said) and isinstance(said[at + 1], bytes) else b""
            yield piece[0] + b" " + after, piece[1]


def _line(told: bytes, literal: bytes) -> Line:
    uid, size, flags, date = (found.search(told) for found in (_UID, _SIZE, _FLAGS, _DATE))
    names = flags[1].decode("latin-1").lower().split() if flags else []
    bits = sum(bit for name, bit in BITS.items() if name in names) & ~DELETED
    moment = _moment(date[1]) if date else None
    return Line(int(uid[1]) if uid else 0, int(size[1]) if size else 0, bits, moment, read_message(literal).message_id)


def _moment(said: bytes) -> datetime | None:
    try:
        found = datetime.strptime(said.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
    return found.astimezone(UTC) if 1970 < found.year < 2200 else None


def _called(raw: bytes, delimiter: bytes, uses: list[bytes]) -> str:
    """What a folder is called here."""
    for use, name in _ROLES.items():
        if use in uses:
            return name
    if raw.upper() == b"INBOX":
        return "INBOX"
    try:
        name = decode_name(raw)
    except BadName:
        name = raw.decode("utf-8", "replace")
    levels = name.split(delimiter.decode("latin-1")) if delimiter else [name]
    return "/".join(level.replace("/", "-").strip()[:200] or "-" for level in levels if level)


def _quoted(raw: bytes) -> str:
    return '"' + raw.decode("latin-1").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(said: bytes) -> bytes:
    said = said.strip()
    if said.startswith(b'"') and said.endswith(b'"') and len(said) > 1:
        return re.sub(rb"\\(.)", rb"\1", said[1:-1])
    return said
