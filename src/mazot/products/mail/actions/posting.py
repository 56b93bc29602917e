# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter is put into the queue, in the transaction of whoever sends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from mazot.foundation import clock
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.bus import bus
from mazot.foundation.transactions import one_transaction
from mazot.products.mail.actions.keeping import storable
from mazot.products.mail.models import Address, Outgoing, Recipient
from mazot.products.mail.rules.retrying import KEEPS_TRYING
from mazot.wire.mime import crlf, read_message

WAKE_UP = "mail:queue"


@dataclass(frozen=True, slots=True)
class To:
    """One recipient, and what was asked for on the way (RFC 3461)."""

    address: str
    notify: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter on disk, and what the log and its reports say of it."""

    blob: Blob
    sender: str
    message_id: str = ""
    subject: str = ""
    needs_utf8: bool = False
    returns: str = ""
    envelope_id: str = ""


def enqueue(parcel: Parcel, to: Sequence[To], *, address: Address | None = None) -> Outgoing:
    """Write a letter into the queue, in the transaction of whoever sends it."""
    now = clock.now()
    outgoing = Outgoing.objects.create(
        organization_id=address.organization_id if address else None,
        address=address,
        digest=parcel.blob.digest,
        size=parcel.blob.size,
        sender=parcel.sender,
        needs_utf8=parcel.needs_utf8,
        returns=parcel.returns,
        envelope_id=parcel.envelope_id,
        message_id=storable(parcel.message_id, 255),
        subject=storable(parcel.subject, 200),
        created_at=now,
        expires_at=now + KEEPS_TRYING,
    )
    Recipient.objects.bulk_create(
        Recipient(
            outgoing=outgoing,
            address=one.address,
            domain=one.address.rpartition("@")[2].lower(),
            next_at=now,
            notify=one.notify,
            original=one.original,
        )
        for one in to
    )
    transaction.on_commit(lambda: bus().publish(WAKE_UP, {}))
    return outgoing


def post_letter(content: bytes, to: Sequence[str]) -> Outgoing:
    """Put a letter of the server itself into the queue: signed and tried like all others, and answered by nobody.

    Its envelope names no sender, as RFC 3834 section 3.3 asks of letters that nobody wrote.
    """
    blob, reading = blobs().put(crlf(content)), read_message(content)
    needs_utf8 = not all(one.isascii() for one in to)
    parcel = Parcel(blob, "", reading.message_id, reading.subject, needs_utf8)
    with one_transaction():
        return enqueue(parcel, [To(one, notify="NEVER") for one in to])


def try_again_later(parcel: Parcel, to: Sequence[To]) -> None:
    """Keep a letter that was taken for recipients whose stores could not have it now: the queue tries, or tells."""
    with one_transaction():
        enqueue(parcel, to)
