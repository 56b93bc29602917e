# SPDX-License-Identifier: AGPL-3.0-or-later
"""A message read once, when it comes: everything its row keeps, and what rules ask of it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from mazot.wire.mime.content import UnknownEncoding, file_name, is_attached, readable, undone
from mazot.wire.mime.dates import date_of
from mazot.wire.mime.mailboxes import Lists
from mazot.wire.mime.parts import packed
from mazot.wire.mime.printing import bodies, envelope
from mazot.wire.mime.structure import PLAIN, TEXT, Part, index
from mazot.wire.mime.words import decode_words, plain

READER = 1  # raised when what is kept changes: rows of an older one are read again
PREVIEW = 200  # letters
READ_FOR_PREVIEW = 16_384  # bytes
MOST_REFERENCES = 100
MOST_SHOWN = 20  # recipients by name

_MESSAGE_ID = re.compile(rb"<([^<>\s]{1,250})>")
_BARE_ID = re.compile(rb"[^<>\s@]{1,125}@[^<>\s@]{1,125}")
_BULK = (b"bulk", b"list", b"junk")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: its name, media type, size in the message, and the path of its part."""

    name: str
    type: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a message without its bytes; `reading` 0 says that it could not be read, only kept."""

    reading: int = READER
    envelope: bytes = b""
    body: bytes = b""
    bodystructure: bytes = b""
    parts: bytes = b""
    subject: str = ""
    sender: str = ""
    recipients: str = ""
    preview: str = ""
    sent_at: datetime | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    is_automatic: bool = False
    list_id: str = ""


def read_message(content: bytes) -> Reading:
    """Everything there is to know; of bytes that nobody can read, a message of one text."""
    try:
        return _read(content)
    except Exception:
        whole = Part(0, 0, 0, len(content), content.count(b"\n"), {})
        return Reading(0, envelope({}, Lists()), *bodies(whole, Lists()), packed(whole))


def _read(content: bytes) -> Reading:
    message = index(content)
    fields = message.fields
    first = {name: found[0] for name, found in fields.items()}
    lists = Lists()
    written = envelope(fields, lists)
    body, bodystructure = bodies(message, lists)
    return Reading(
        envelope=written,
        body=body,
        bodystructure=bodystructure,
        parts=packed(message),
        subject=" ".join(_clean(decode_words(first.get(b"subject", b"")[:20_000])).split()),
        sender=_shown(lists, fields, b"from"),
        recipients=_shown(lists, fields, b"to", b"cc"),
        preview=_preview(content, message),
        sent_at=date_of(first.get(b"date", b"")),
        message_id=_message_id(first.get(b"message-id", b"")),
        references=_references(fields),
        attachments=tuple(_attachments(message)),
        is_automatic=_is_automatic(first),
        list_id=_clean(plain(first.get(b"list-id", b"")[:1_000])).strip()[:255],
    )


def _shown(lists: Lists, fields: dict[bytes, list[bytes]], *names: bytes) -> str:
    written = (mailbox.shown for name in names for mailbox in lists.mailboxes(fields, name))
    return _clean(", ".join(islice(written, MOST_SHOWN)))


def _clean(text: str) -> str:
    return text.replace("\0", "")  # which PostgreSQL keeps in no text


def _ids(value: bytes) -> list[str]:
    return [_clean(plain(found)) for found in _MESSAGE_ID.findall(value[:100_000])]


def _message_id(value: bytes) -> str:
    found = _ids(value)
    if not found and _BARE_ID.fullmatch(value):  # some programs forget the brackets
        return _clean(plain(value))
    return found[0] if found else ""


def _references(fields: dict[bytes, list[bytes]]) -> tuple[str, ...]:
    """References, then what In-Reply-To adds, oldest first; of too many the first and the newest ones."""
    told = [one for name in (b"references", b"in-reply-to") for value in fields.get(name, ()) for one in _ids(value)]
    unique = list(dict.fromkeys(told))
    if len(unique) > MOST_REFERENCES:
        unique = [unique[0], *unique[-(MOST_REFERENCES - 1) :]]
    return tuple(unique)


def _is_automatic(first: dict[bytes, bytes]) -> bool:
    """Whether a program wrote this letter, or a list passed it on: nothing automatic answers it (RFC 3834)."""
    submitted = first.get(b"auto-submitted", b"no").partition(b";")[0].strip().lower()
    return (
        submitted not in (b"no", b"")
        or first.get(b"precedence", b"").strip().lower() in _BULK
        or any(name in first for name in (b"list-id", b"list-unsubscribe", b"x-auto-response-suppress"))
        or first.get(b"return-path", b"").strip() == b"<>"
    )


def _walk(part: Part, path: str = "") -> Iterator[tuple[str, Part]]:
    """Every part with its path; iterates, so that depth is no matter."""
    waiting = [(path or ("" if part.kind == b"multipart" else "1"), part)]
    while waiting:
        here, found = waiting.pop()
        yield here, found
        children = found.children
        if found.is_message:
            inner = children[0]
            below = here if inner.kind == b"multipart" else f"{here}.1"
            waiting.append((below, inner))
        else:
            numbered = [(f"{here}.{at}" if here else str(at), child) for at, child in enumerate(children, start=1)]
            waiting.extend(reversed(numbered))


def _attachments(message: Part) -> Iterator[Attachment]:
    shown: set[int] = set()
    for path, part in _walk(message):
        if part.kind == b"multipart":
            if part.below == b"related":
                shown.update(id(child) for child in part.children[1:] if _is_picture_of_page(child))
            continue
        if id(part) in shown:
            continue
        name = file_name(part.fields, part.parameters)
        is_body = part.kind == TEXT and part.below in (PLAIN, b"html") and part.disposition is None
        if is_attached(part.fields) or (name and not is_body) or part.is_message or (part is message and not is_body):
            kind = plain(part.kind + b"/" + part.below)
            yield Attachment(name, kind, part.size, path)


def _is_picture_of_page(part: Part) -> bool:
    """An image the page beside it shows (RFC 2392); anything else with a Content-ID could be hidden from people."""
    return part.kind == b"image" and part.id is not None and not is_attached(part.fields)


def _preview(content: bytes, message: Part) -> str:
    """The first words a person would read."""
    html: Part | None = None
    for _path, part in _walk(message):
        if part.kind != TEXT or is_attached(part.fields):
            continue
        if part.below == b"html":
            html = html or part
        elif words := _words(content, part):
            return words
    return _words(content, html) if html else ""


def _words(content: bytes, part: Part) -> str:
    raw = content[part.body : min(part.end, part.body + READ_FOR_PREVIEW)]
    with suppress(UnknownEncoding):
        raw = undone(raw, plain(part.encoding))
    text = readable(raw, part.below, part.parameters)
    shown = " ".join(text[: PREVIEW * 8].split())
    if not shown.isprintable():  # what advertisers pad their first line with
        shown = " ".join("".join(letter if letter.isprintable() else " " for letter in shown).split())
    return shown[:PREVIEW].rstrip()
