# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tells the sender of a letter what could not be delivered or is late: a letter of ours, put into the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation.blobs import blobs
from mazot.foundation.ids import new_id
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.models import Outgoing, Recipient
from mazot.products.mail.rules.reports import MOST_HEADERS, Fate, Report, written
from mazot.products.mail.rules.retrying import tells_failure


def report_failures(outgoing: Outgoing, recipients: Sequence[Recipient], at: datetime) -> None:
    """Tell that a letter did not reach these, unless nobody is to be told."""
    told = [recipient for recipient in recipients if tells_failure(recipient.notify)]
    text = _(
        "This letter did not reach everybody. Nobody tries any longer; the answers of the other servers are below."
    )
    _report(outgoing, told, _Told("failed", _("Not delivered: %(subject)s"), text), at)


def report_lateness(outgoing: Outgoing, recipients: Sequence[Recipient], at: datetime) -> None:
    """Tell that a letter has not reached these yet; once."""
    text = _("This letter is late. There is nothing to do: it is tried again until it arrives, for five days.")
    _report(outgoing, recipients, _Told("delayed", _("Still on its way: %(subject)s"), text), at)
    Recipient.objects.filter(id__in=[recipient.id for recipient in recipients]).update(told_late_at=at)


@dataclass(frozen=True, slots=True)
class _Told:
    """The words of a report: RFC 3464's action, its subject, what people read first."""

    deed: str
    subject: str
    text: str


def _report(outgoing: Outgoing, recipients: Sequence[Recipient], told: _Told, at: datetime) -> None:
    if not recipients or not outgoing.sender:  # a letter about a letter is answered by nobody (RFC 5321 section 6.1)
        return
    server = settings.MAZOT.mail_host
    domain = outgoing.address.service.domain if outgoing.address else server
    message_id = f"<{new_id()}@{domain}>"
    subject = told.subject % {"subject": outgoing.subject or _("a letter without a subject")}
    lines = [f"{one.address}: {' '.join(filter(None, (one.code, one.said)))}" for one in recipients]
    content = written(
        Report(
            server=server,
            sender=f"postmaster@{domain}",
            goes_to=outgoing.sender,
            subject=subject,
            text=f"{told.text}\n\n" + "\n".join(lines) + "\n",
            message_id=message_id,
            at=at,
            arrived_at=outgoing.created_at,
            fates=[Fate(one.address, told.deed, one.code, one.said, one.host, one.original) for one in recipients],
            header=_header_of(outgoing.digest),
            envelope_id=outgoing.envelope_id,
            tried_until=outgoing.expires_at,
        )
    )
    parcel = Parcel(blobs().put(content), sender="", message_id=message_id, subject=subject)
    enqueue(parcel, [To(outgoing.sender, notify="NEVER")], address=outgoing.address)


def _header_of(digest: str) -> bytes:
    with blobs().open(digest) as file:
        beginning = file.read(MOST_HEADERS)
    return beginning.partition(b"\r\n\r\n")[0] + b"\r\n"
