# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that leave: put into the queue, taken out for a try by one worker at a time, and what became of the try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Refused
from mazot.foundation.relay import Reply
from mazot.foundation.transactions import one_transaction
from mazot.products.mail.actions.posting import WAKE_UP, Parcel, To, enqueue
from mazot.products.mail.actions.remembering import remember_recipients
from mazot.products.mail.actions.reporting import report_failures, report_lateness
from mazot.products.mail.actions.tracing import trace_try
from mazot.products.mail.models import Address, Outgoing, Recipient
from mazot.products.mail.queries.queue import written_to_today
from mazot.products.mail.rights import SEND
from mazot.products.mail.rules.retrying import Outcome, next_try, outcome_of, tells_now
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

MOST_RECIPIENTS = 100  # of one letter, To, Cc and Bcc together
LEASE = timedelta(minutes=15)  # longer than a try may take; afterwards another worker takes over
TRIES_AT_ONCE = 4  # with one domain


@dataclass(frozen=True, slots=True)
class Errand:
    """What one worker tries now: a letter, and its recipients at one domain."""

    outgoing: Outgoing
    domain: str
    recipients: tuple[Recipient, ...]
    lease: str


@action(needs=SEND)
def send_letter(actor: Actor, address: Address, *, parcel: Parcel, to: Sequence[To]) -> Outgoing:  # noqa: ARG001 - every deed has an actor
    """Have a letter leave from an address; refused as a whole when it has too many recipients, or for today."""
    held = Address.objects.select_for_update().select_related("service").get(id=address.id)
    if not held.may_send:
        raise Refused("may_not_send", _("An administrator has switched off sending from this address."))
    if len(to) > MOST_RECIPIENTS:
        raise Refused("too_many_recipients", _("A letter goes to at most 100 people."), limit=MOST_RECIPIENTS)
    sent = written_to_today(held)
    if sent + len(to) > held.service.daily_recipients:
        sentence = _("In 24 hours %(limit)s recipients can be written to from this address, and %(sent)s were.")
        raise Refused(
            "daily_limit",
            sentence % {"limit": held.service.daily_recipients, "sent": sent},
            limit=held.service.daily_recipients,
            sent=sent,
        )
    if parcel.sender:
        remember_recipients(held, [one.address for one in to])
    return enqueue(parcel, to, address=held)


def take_errand(worker: str) -> Errand | None:
    """Lease the recipients of one letter at one domain that are due longest; none when nothing is due."""
    now = clock.now()
    free = Q(state=Recipient.State.WAITING, next_at__lte=now) & (Q(lease="") | Q(lease_until__lte=now))
    with one_transaction():
        leased = Recipient.objects.filter(state=Recipient.State.WAITING, lease_until__gt=now).exclude(lease="")
        busy = leased.values("domain").annotate(n=Count("outgoing_id", distinct=True)).filter(n__gte=TRIES_AT_ONCE)
        due = Recipient.objects.filter(free).exclude(domain__in=busy.values("domain")).order_by("next_at", "id")
        first = due.select_for_update(skip_locked=True).first()
        if first is None:
            return None
        of_it = Recipient.objects.filter(free, outgoing_id=first.outgoing_id, domain=first.domain).order_by("id")
        recipients = tuple(of_it.select_for_update(skip_locked=True)[:MOST_RECIPIENTS])
        lease = f"{worker}:{first.id}:{int(now.timestamp())}"
        Recipient.objects.filter(id__in=[one.id for one in recipients]).update(lease=lease, lease_until=now + LEASE)
        outgoing = Outgoing.objects.select_related("address__service", "organization").get(id=first.outgoing_id)
    return Errand(outgoing, first.domain, recipients, lease)


def take_back(node: str) -> int:
    """Free the letters that workers of a machine had in hand, by its only worker, who knows that the others died."""
    held = Recipient.objects.filter(state=Recipient.State.WAITING, lease__startswith=f"{WAKE_UP}-{node}-")
    return held.update(lease="", lease_until=None)


def finish_errand(errand: Errand, replies: Mapping[str, Reply], *, reason: str = "") -> None:
    """Note what became of a try, and tell the sender what has to be told, in one transaction.

    Recipients whose lease somebody else has taken over meanwhile are left to them.
    """
    now = clock.now()
    with one_transaction():
        ours = Recipient.objects.select_for_update().filter(
            id__in=[one.id for one in errand.recipients], lease=errand.lease, state=Recipient.State.WAITING
        )
        failed, late = [], []
        for recipient in ours.order_by("id"):
            reply = replies.get(recipient.address) or Reply(0, "nothing was said of this recipient")
            _note(recipient, reply, errand.outgoing, now)
            trace_try(errand.outgoing, recipient, now, reason=reason)
            if recipient.state == Recipient.State.FAILED:
                failed.append(recipient)
            elif recipient.state == Recipient.State.WAITING and tells_now(
                errand.outgoing.created_at, now, recipient.told_late_at, recipient.notify
            ):
                late.append(recipient)
        report_failures(errand.outgoing, failed, now)
        report_lateness(errand.outgoing, late, now)


def _note(recipient: Recipient, reply: Reply, outgoing: Outgoing, now: datetime) -> None:
    recipient.attempts += 1
    recipient.lease, recipient.lease_until = "", None
    recipient.code, recipient.said, recipient.host = str(reply.code or ""), reply.text[:500], reply.host[:253]
    outcome = outcome_of(reply.code)
    again = next_try(recipient.attempts, now, outgoing.expires_at) if outcome is Outcome.LATER else None
    if again is not None:
        recipient.next_at = again
    else:
        recipient.state = Recipient.State.SENT if outcome is Outcome.SENT else Recipient.State.FAILED
        recipient.finished_at = now
    recipient.save(
        update_fields=[
            *("attempts", "lease", "lease_until", "code", "said", "host"),
            *("next_at", "state", "finished_at"),
        ]
    )
