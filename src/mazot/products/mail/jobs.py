# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker does for Mail: it brings letters to where they go, one errand after the other."""

import logging
from threading import current_thread

from django.conf import settings

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.relay import Envelope, Reply, hand_over
from mazot.products.mail.actions.queueing import Errand, finish_errand, take_errand
from mazot.products.mail.queries.hosts import way_to
from mazot.products.mail.queries.queue import next_due

logger = logging.getLogger(__name__)


def bring_letters() -> float | None:
    """Do every errand that is due; answer in how many seconds the next one is, none when none waits."""
    while (errand := take_errand(current_thread().name)) is not None:
        bring(errand)
    soonest = next_due()
    return None if soonest is None else max(0.0, (soonest - clock.now()).total_seconds())


def bring(errand: Errand) -> None:
    """Try one letter at one domain, and note what came of it."""
    way = way_to(errand.domain)
    if way.reply is not None:
        replies = {recipient.address: way.reply for recipient in errand.recipients}
        finish_errand(errand, replies, reason=way.reason)
        return
    outgoing, mazot = errand.outgoing, settings.MAZOT
    envelope = Envelope(
        sender=outgoing.sender,
        recipients=tuple(recipient.address for recipient in errand.recipients),
        size=outgoing.size,
        needs_utf8=outgoing.needs_utf8,
        returns=outgoing.returns,
        envelope_id=outgoing.envelope_id,
        notify={one.address: one.notify for one in errand.recipients if one.notify},
        original={one.address: one.original for one in errand.recipients if one.original},
    )
    login = (mazot.smarthost_login, mazot.smarthost_password) if mazot.smarthost and mazot.smarthost_login else None
    try:
        content = blobs().read(outgoing.digest)
    except FileNotFoundError:
        logger.error("the content of letter %s is not on the disk", outgoing.id)
        finish_errand(errand, dict.fromkeys(envelope.recipients, Reply(554, "5.3.0 the letter is no longer here")))
        return
    finish_errand(errand, hand_over(content, envelope, way.hosts, our_name=mazot.mail_host, login=login))
