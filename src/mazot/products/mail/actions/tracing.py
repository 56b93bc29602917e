# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines of the log of an address, each written in the transaction of what it tells."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from mazot.foundation import clock
from mazot.foundation.statements import insert
from mazot.products.mail.actions.keeping import storable
from mazot.products.mail.models import Address, Outgoing, Recipient, Trace
from mazot.products.mail.rights import SEND
from mazot.products.mail.rules import tracing
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action
from mazot.wire.mime import Reading

if TYPE_CHECKING:
    from mazot.products.mail.actions.receiving import Incoming

KEPT_FOR = timedelta(days=30)
AT_ONCE = 5000
LETTERS_AT_ONCE = 500
logger = logging.getLogger(__name__)

STATUS = {
    Recipient.State.SENT: tracing.SENT,
    Recipient.State.WAITING: tracing.DEFERRED,
    Recipient.State.FAILED: tracing.BOUNCED,
}


def trace_try(outgoing: Outgoing, recipient: Recipient, at: datetime, *, reason: str = "") -> None:
    """One try to hand a letter over; the server's own letters, and those about letters, are in no address's log."""
    address = outgoing.address
    if address is None and recipient.state == Recipient.State.FAILED:
        logger.warning("a letter of this server to %s failed: %s %s", recipient.domain, recipient.code, recipient.said)
    if address is None or not outgoing.sender:
        return
    why = reason or ("" if recipient.state == Recipient.State.SENT else _why(recipient, outgoing, at))
    Trace.objects.create(
        organization_id=address.organization_id,
        address=address,
        at=at,
        direction=Trace.Direction.OUT,
        status=STATUS[Recipient.State(recipient.state)],
        reason=why,
        sender=outgoing.sender,
        recipient=recipient.address,
        subject=outgoing.subject,
        message_id=outgoing.message_id,
        size=outgoing.size,
        host=recipient.host,
        code=recipient.code,
        said=recipient.said,
    )


def trace_arrival(
    address: Address, letter: "Incoming", recipient: str, *, status: str, reason: str = "", said: str = ""
) -> None:
    """What became of a letter that came for an address."""
    reading = letter.arrival.reading
    line = Trace(
        organization_id=address.organization_id,
        address=address,
        at=clock.now(),
        direction=Trace.Direction.IN,
        status=status,
        reason=reason,
        sender=letter.sender,
        recipient=recipient,
        subject=storable(reading.subject, 200),
        message_id=storable(reading.message_id, 255),
        size=letter.arrival.blob.size,
        host=letter.host,
        said=(said or letter.vouched)[:500],
    )
    insert(line)


@action(needs=SEND)
def refuse_sending(
    actor: Actor,  # noqa: ARG001 - every deed has an actor
    address: Address,
    *,
    to: Sequence[str],
    virus: str,
    reading: Reading,
) -> None:
    """Tell in the log of an address that a letter it wanted to send was refused for the virus in it."""
    for recipient in to:
        Trace.objects.create(
            organization_id=address.organization_id,
            address=address,
            at=clock.now(),
            direction=Trace.Direction.OUT,
            status=tracing.REJECTED,
            reason=tracing.VIRUS,
            sender=str(address),
            recipient=recipient,
            subject=storable(reading.subject, 200),
            message_id=storable(reading.message_id, 255),
            size=0,
            host="",
            said=virus,
        )


def forget_traces() -> int:
    """Erase lines that are older than thirty days; how many."""
    forgotten = 0
    while old := list(Trace.objects.filter(at__lt=clock.now() - KEPT_FOR).values_list("id", flat=True)[:AT_ONCE]):
        forgotten += Trace.objects.filter(id__in=old).delete()[0]
    return forgotten


def forget_outgoing() -> int:
    """Erase what the queue knows of letters of more than thirty days ago, unless one still waits; how many."""
    waits = Recipient.objects.filter(outgoing=OuterRef("id"), state=Recipient.State.WAITING)
    old = Outgoing.objects.filter(~Exists(waits), created_at__lt=clock.now() - KEPT_FOR).order_by("id")
    forgotten = 0
    while ids := list(old.values_list("id", flat=True)[:LETTERS_AT_ONCE]):
        Outgoing.objects.filter(id__in=ids).delete()
        forgotten += len(ids)
    return forgotten


def _why(recipient: Recipient, outgoing: Outgoing, at: datetime) -> str:
    if recipient.state == Recipient.State.FAILED and at >= outgoing.expires_at:
        return tracing.EXPIRED
    return tracing.REFUSED if recipient.code else tracing.UNREACHABLE
