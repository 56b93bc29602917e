# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters for tests: on disk, with a reading made by hand, so that a test of the store says itself what was read."""

from dataclasses import dataclass
from datetime import UTC, datetime

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.products.mail.actions.keeping import Arrival


@dataclass(frozen=True, slots=True)
class Read:
    """What wire/mime reads from a letter, in its names."""

    reading: int = 1
    envelope: bytes = b"()"
    body: bytes = b"()"
    bodystructure: bytes = b"()"
    parts: bytes = b""
    subject: str = ""
    sender: str = ""
    recipients: str = ""
    preview: str = ""
    sent_at: datetime | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[object, ...] = ()
    is_automatic: bool = False
    list_id: str = ""


def a_letter(subject: str = "Rehearsal", *, size: int = 200, received_at: datetime | None = None, **read) -> Arrival:
    """A letter of exactly that many bytes, which differ with its subject and Message-ID."""
    begin = f"Subject: {subject}\r\nMessage-ID: {read.get('message_id', '')}\r\n\r\n".encode()
    content = begin.ljust(size, b"x")
    read = {"subject": subject, "sent_at": datetime(2026, 11, 1, tzinfo=UTC)} | read
    return Arrival(blobs().put(content), Read(**read), received_at or clock.now())
