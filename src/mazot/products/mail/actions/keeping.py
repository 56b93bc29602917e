# SPDX-License-Identifier: AGPL-3.0-or-later
"""A message comes into a held store: charged, read, in its thread. Placing it is the next step of the same deed."""

from dataclasses import dataclass
from datetime import datetime

from mazot.foundation.blobs import Blob
from mazot.foundation.statements import insert_numbered
from mazot.products.mail.actions.holding import charge
from mazot.products.mail.actions.threads import thread_for
from mazot.products.mail.models import Message, Store
from mazot.wire.mime import Reading


@dataclass(frozen=True, slots=True)
class Arrival:
    """A letter that is on disk already, what was read from it, and when it came."""

    blob: Blob
    reading: Reading
    received_at: datetime


def keep_message(store: Store, arrival: Arrival) -> int:
    """Write the message of an arrival, or raise OverQuota before anything is written; its number."""
    charge(store, arrival.blob.size)
    reading = arrival.reading
    thread_id = thread_for(
        store,
        message_id=reading.message_id,
        references=reading.references,
        subject=reading.subject,
        received_at=arrival.received_at,
    )
    message = Message(
        store_id=store.id,
        digest=arrival.blob.digest,
        size=arrival.blob.size,
        received_at=arrival.received_at,
        thread_id=thread_id,
        **columns_of(reading),
    )
    insert_numbered(message)
    return int(message.id)


def columns_of(reading: Reading) -> dict[str, object]:
    """What a message's row keeps of a reading; the texts are for lists, and cut to what a list shows."""
    return {
        "sent_at": reading.sent_at,
        "message_id": storable(reading.message_id, 255),
        "subject": storable(reading.subject, 500),
        "sender": storable(reading.sender, 500),
        "recipients": storable(reading.recipients, 1000),
        "preview": storable(reading.preview, 256),
        "n_attachments": len(reading.attachments),
        "envelope": reading.envelope,
        "bodystructure": reading.bodystructure,
        "body": reading.body,
        "parts": reading.parts,
        "reading": reading.reading,
    }


def storable(text: str, limit: int) -> str:
    """A text as both databases take it: PostgreSQL keeps no NUL, and neither keeps half a surrogate."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:limit]
