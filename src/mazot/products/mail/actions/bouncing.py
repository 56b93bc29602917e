# SPDX-License-Identifier: AGPL-3.0-or-later
"""A report of another server becomes a line of the log of the letter it is about, where we did send that letter."""

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.products.mail.actions.keeping import Arrival, storable
from mazot.products.mail.models import Address, Outgoing, Recipient, Trace
from mazot.products.mail.rules import tracing
from mazot.products.mail.rules.bounces import Bounce, Fate, read_bounce

MOST_BYTES = 1 << 20  # of a report that is read
STATUSES = {"failed": tracing.BOUNCED, "delayed": tracing.DEFERRED}


def bounce_in(arrival: Arrival, sender: str) -> Bounce | None:
    """What a letter reports; reports come from nobody (RFC 3464 section 2), all others are not even read."""
    if sender or arrival.blob.size > MOST_BYTES:
        return None
    with blobs().open(arrival.blob.digest) as file:
        return read_bounce(file.read(), arrival.reading.parts)


def note_bounce(address: Address, bounce: Bounce, host: str) -> int:
    """Write what became of a letter of this address; how many lines.

    Anybody may write a report: it counts only for a letter that left from here, and for somebody it went to.
    """
    sent = Outgoing.objects.filter(address=address).exclude(sender="")
    outgoing = None
    if bounce.envelope_id:
        outgoing = sent.filter(envelope_id=bounce.envelope_id).order_by("-created_at").first()
    if outgoing is None and bounce.message_id:
        outgoing = sent.filter(message_id=bounce.message_id).order_by("-created_at").first()
    if outgoing is None:
        return 0
    known = {one.address.lower(): one for one in outgoing.recipients.filter(state=Recipient.State.SENT)}
    rows = [
        _row(address, outgoing, known[fate.address.lower()], fate, host)
        for fate in bounce.fates
        if fate.address.lower() in known
    ]
    Trace.objects.bulk_create(rows)
    return len(rows)


def _row(address: Address, outgoing: Outgoing, recipient: Recipient, fate: Fate, host: str) -> Trace:
    return Trace(
        organization_id=address.organization_id,
        address=address,
        at=clock.now(),
        direction=Trace.Direction.OUT,
        status=STATUSES[fate.deed],
        reason=tracing.REFUSED,
        sender=outgoing.sender,
        recipient=recipient.address,
        subject=outgoing.subject,
        message_id=outgoing.message_id,
        size=outgoing.size,
        host=storable(fate.host or host, 253),
        code=storable(fate.code, 16),
        said=storable(fate.said, 500),
    )
