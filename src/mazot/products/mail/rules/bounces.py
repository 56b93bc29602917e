# SPDX-License-Identifier: AGPL-3.0-or-later
"""What another server's report says of a letter of ours (RFC 3464): for whom it failed, in that server's words."""

from collections.abc import Iterator
from dataclasses import dataclass

from mazot.wire.mime import Parts, decode_words
from mazot.wire.mime.content import UnknownEncoding, undone
from mazot.wire.mime.headers import values
from mazot.wire.mime.parameters import media_type

MOST_RECIPIENTS = 100
MOST_PARTS = 20
MOST_BYTES = 256 << 10  # of the status, and of the head that came back
DEEDS = ("failed", "delayed")


@dataclass(frozen=True, slots=True)
class Fate:
    """One recipient of the letter: "failed" or "delayed", the enhanced code and the other side's words."""

    address: str
    deed: str
    code: str
    said: str
    host: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """The letter by its Message-ID or the envelope's mark that went with it, and what became of it."""

    message_id: str
    envelope_id: str
    fates: tuple[Fate, ...]


def read_bounce(content: bytes, packed: bytes) -> Bounce | None:
    """What a report tells; none when the letter is no report, or tells of no letter."""
    parts = Parts.unpack(packed)
    status, returned = b"", b""
    for path in parts.paths()[:MOST_PARTS]:
        place = parts.place(path)
        if place is None or not path:
            continue
        fields = values(content[place.head : place.body])
        kind = media_type(fields[b"content-type"][0]) if b"content-type" in fields else None
        raw = content[place.body : min(place.end, place.body + MOST_BYTES)]
        match (kind[0], kind[1]) if kind else None:
            case (b"message", b"delivery-status" | b"global-delivery-status"):
                status = status or _plain(raw, place.encoding)
            case (b"text", b"rfc822-headers") | (b"message", b"rfc822" | b"global" | b"global-headers"):
                returned = returned or _plain(raw, place.encoding)
    if not status:
        return None
    blocks = [
        values(block + b"\r\n") for block in status.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").split(b"\r\n\r\n")
    ]
    fates = tuple(_fates(blocks[1:]))
    message_id = _one(values(returned), b"message-id").strip("<> ")
    envelope_id = _one(blocks[0], b"original-envelope-id")
    return Bounce(message_id[:255], envelope_id[:100], fates) if fates and (message_id or envelope_id) else None


def _plain(raw: bytes, encoding: str) -> bytes:
    try:
        return undone(raw, encoding)
    except UnknownEncoding:
        return raw


def _fates(blocks: list[dict[bytes, list[bytes]]]) -> Iterator[Fate]:
    for block in blocks[:MOST_RECIPIENTS]:
        deed = _one(block, b"action").strip().lower()
        address = _typed(_one(block, b"original-recipient")) or _typed(_one(block, b"final-recipient"))
        if deed in DEEDS and address:
            said = _typed(_one(block, b"diagnostic-code"))
            yield Fate(address, deed, _one(block, b"status")[:16], said[:500], _typed(_one(block, b"remote-mta"))[:253])


def _one(fields: dict[bytes, list[bytes]], name: bytes) -> str:
    return decode_words(fields[name][0]) if name in fields else ""


def _typed(told: str) -> str:
    """What stands behind the type of "rfc822; nina@away.example"."""
    kind, semicolon, value = told.partition(";")
    return (value if semicolon else kind).strip().strip("<>")
