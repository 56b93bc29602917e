# SPDX-License-Identifier: AGPL-3.0-or-later
"""An mbox is read letter by letter, and written so that reading it gives the same bytes again (mboxrd).

Status and X-Status are of the programs that wrote the file; X-Gmail-Labels says, letter by letter, in which folder it
was and what it was marked with: Google writes it, and so do we.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO

from mazot.products.mail.rules.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN
from mazot.wire.mime.lines import crlf
from mazot.wire.mime.words import decode_words

MOST_BYTES = 64 << 20  # of one letter
LONGEST_READ = 1 << 20
_FROM = re.compile(rb"From \S.*\d{4}")
_QUOTED = re.compile(rb"(?m)^>(>*From )")
_TO_QUOTE = re.compile(rb"(?m)^(>*From )")
_OURS = re.compile(rb"(?im)^(?:x-)?status:.*\r\n|^x-gmail-labels:.*\r\n(?:[ \t].*\r\n)*")
_LETTERS = {"R": SEEN, "A": ANSWERED, "F": FLAGGED, "D": DELETED, "T": DRAFT}
_UNREAD, _STARRED = "Unread", "Starred"
# What Google writes among the labels although it is no folder.
_NO_FOLDER = {_UNREAD.lower(), _STARRED.lower(), "opened", "important", "archived"}
_ROLES = {"inbox": "INBOX", "spam": "Spam", "trash": "Trash", "sent": "Sent", "drafts": "Drafts"}


@dataclass(frozen=True, slots=True)
class Found:
    """One letter of a file: its bytes, or none when it is larger than any letter may be."""

    content: bytes | None
    received_at: datetime | None = None
    flags: int = 0
    folder: str = ""  # where it was; empty: nobody said


def letters_of(file: IO[bytes]) -> Iterator[Found]:
    """The letters of an mbox, one after the other; what stands before the first From line is none."""
    lines: list[bytes] = []
    size, begun, after_blank, at_begin = 0, b"", True, True
    while line := file.readline(LONGEST_READ):
        if at_begin and after_blank and _FROM.match(line):
            if begun:
                yield _found(begun, lines, size)
            lines, size, begun = [], 0, line
        elif begun:
            size += len(line)
            if size <= MOST_BYTES:
                lines.append(line)
            elif lines:
                lines = []
        after_blank = at_begin and not line.strip(b"\r\n")
        at_begin = line.endswith(b"\n")
    if begun:
        yield _found(begun, lines, size)


def mbox_of(content: bytes, *, received_at: datetime, flags: int, folder: str) -> bytes:
    """One letter as it stands in an mbox."""
    labels = [folder, *([] if flags & SEEN else [_UNREAD]), *([_STARRED] if flags & FLAGGED else [])]
    status = "RO" if flags & SEEN else "O"
    others = "".join(letter for letter, bit in _LETTERS.items() if flags & bit and bit != SEEN)
    head = f"Status: {status}\r\nX-Status: {others}\r\nX-Gmail-Labels: {_encoded(','.join(labels))}\r\n"
    moment = received_at.astimezone(UTC)
    begin = f"From MAILER-DAEMON {moment:%a %b} {moment.day:2} {moment:%H:%M:%S %Y}\n".encode()
    body = (head.encode() + content).replace(b"\r\n", b"\n")
    return begin + _TO_QUOTE.sub(rb">\1", body) + (b"\n" if body.endswith(b"\n") else b"\n\n")


def moment_in(text: str) -> datetime | None:
    """The moment of a Date field, or of the From line of an mbox, in UTC."""
    for reading in (parsedate_to_datetime, _asctime):
        try:
            found = reading(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        if 1970 < aware.year < 2200:
            return aware.astimezone(UTC)
    return None


def _asctime(text: str) -> datetime:
    return datetime.strptime(re.sub(r"\s+", " ", text), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def _found(begun: bytes, lines: list[bytes], size: int) -> Found:
    if size > MOST_BYTES:
        return Found(None)
    if lines and not lines[-1].strip(b"\r\n"):  # the blank line that ends a letter in its file
        lines = lines[:-1]
    content = _QUOTED.sub(rb"\1", crlf(b"".join(lines)))
    header, blank, rest = content.partition(b"\r\n\r\n")
    told = {name.lower(): value for name, value in _fields(header + b"\r\n")}
    header = _OURS.sub(b"", header + b"\r\n")[:-2]
    received = moment_in(begun.decode("latin-1").split(" ", 2)[-1])
    folder, flags = _labelled(told.get("x-gmail-labels", ""))
    flags |= sum(bit for letter, bit in _LETTERS.items() if letter in told.get("status", "") + told.get("x-status", ""))
    return Found(header + blank + rest, received, flags, folder)


def _fields(header: bytes) -> list[tuple[str, str]]:
    found = []
    for match in _OURS.finditer(header):
        name, _colon, value = match[0].partition(b":")
        found.append((name.decode("ascii"), decode_words(value.replace(b"\r\n", b"").strip())))
    return found


def _labelled(said: str) -> tuple[str, int]:
    """Folder and flags of a line of labels."""
    labels = [one.strip().strip('"') for one in said.split(",") if one.strip()]
    if not labels:
        return "", 0
    low = {one.lower() for one in labels}
    flags = (0 if _UNREAD.lower() in low else SEEN) | (FLAGGED if _STARRED.lower() in low else 0)
    folders = [one for one in labels if one.lower() not in _NO_FOLDER and not one.lower().startswith("category ")]
    known = next((_ROLES[one.lower()] for one in folders if one.lower() in _ROLES), "")
    own = next((one for one in folders if one.lower() not in _ROLES), "")
    return (own or known or ("Archive" if "archived" in low else "")), flags


def _encoded(text: str) -> str:
    if text.isascii():
        return text
    import base64

    pieces, piece = [], b""
    for letter in text:
        if len(piece) + len(letter.encode()) > 42:
            pieces.append(piece)
            piece = b""
        piece += letter.encode()
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in [*pieces, piece])
