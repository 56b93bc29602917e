# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters for tests: on disk, with a reading made by hand, so that a test of the store says itself what was read."""

from datetime import UTC, datetime

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.products.mail.actions.keeping import Arrival
from mazot.wire.mime import Reading


def a_letter(subject: str = "Rehearsal", *, size: int = 200, received_at: datetime | None = None, **read) -> Arrival:
    """A letter of exactly that many bytes, which differ with its subject and Message-ID."""
    begin = f"Subject: {subject}\r\nMessage-ID: {read.get('message_id', '')}\r\n\r\n".encode()
    content = begin.ljust(size, b"x")
    shapes = dict.fromkeys(("envelope", "body", "bodystructure"), b"()")
    read = shapes | {"subject": subject, "sent_at": datetime(2026, 11, 1, tzinfo=UTC)} | read
    return Arrival(blobs().put(content), Reading(**read), received_at or clock.now())
