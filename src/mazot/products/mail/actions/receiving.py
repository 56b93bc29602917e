# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a letter for one recipient that was let in: kept, passed on, told in the log; all or nothing.

A letter that is passed on says so in its head (`Delivered-To`), and is not passed on by the same address again: two
addresses that redirect to each other end in two copies and no storm.
"""

import logging
from dataclasses import dataclass, replace

from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import Busy, DomainError, Refused
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import find
from mazot.foundation.transactions import one_transaction
from mazot.products.mail.actions.bouncing import bounce_in, note_bounce
from mazot.products.mail.actions.delivering import Arrival
from mazot.products.mail.actions.filtering import Came, Plan, bears_mark, carry_out, marked_copy, plan_for
from mazot.products.mail.actions.keeping import storable
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.tracing import trace_arrival
from mazot.products.mail.models import Address, Store
from mazot.products.mail.queries.inspection import NOTHING, Inspected
from mazot.products.mail.queries.judging import judgement_of
from mazot.products.mail.queries.queue import may_write_by_itself
from mazot.products.mail.queries.routing import Local, Onward
from mazot.products.mail.rules import tracing
from mazot.products.mail.rules.reports import MOST_HEADERS

MOST_SAID = 300  # letters of a refusal that go over the wire
FORGED = "The domain of its author says that this letter is not by them (DMARC)."
USED_UP = "This address has written to as many people within a day as it may."
SPAM = "This letter looks like spam, and this address sends no spam on."

logger = logging.getLogger(__name__)

_ADDRESS = Prepared[Address](lambda address_id: Address.objects.select_related("service").filter(id=address_id))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter that is on disk, its envelope's sender, and the server it came from as the log names it."""

    arrival: Arrival
    sender: str
    host: str = ""
    needs_utf8: bool = False
    vouched: str = ""  # who vouches for it, as the log keeps it: "spf=pass dkim=none dmarc=none"
    is_forged: bool = False  # the domain it names as its author says that it is not by them
    seen: Inspected = NOTHING
    spam: float = 0.0  # from 0 to 1, for the address at hand
    is_spam: bool = False

    @property
    def is_unwanted(self) -> bool:
        """It lies with the junk, goes on to nobody, and nobody answers it."""
        return self.is_forged or self.is_spam


def receive_letter(recipient: str, way: Local | Onward, letter: Incoming) -> None:
    """Bring a letter to where `route` said it goes; what is raised has left a line in the log at most."""
    address = _ADDRESS(way.address_id)[0]
    letter = _judged(address, letter)
    _refuse_forged(address, recipient, letter)
    targets = _onward(address, way, letter)
    copy = marked_copy(address, letter.arrival) if targets else None
    try:
        kept = (
            _filtered(address, way, letter, recipient)
            if isinstance(way, Local) and (way.keeps or not targets)
            else None
        )
        bounce = bounce_in(letter.arrival, letter.sender) if kept is not None and not letter.is_forged else None
        with one_transaction():
            if kept is not None:
                _keep(address, kept, letter, recipient)
            if bounce is not None:
                note_bounce(address, bounce, letter.host)
            if copy is not None:
                _pass_on(address, targets, copy, letter)
                trace_arrival(address, letter, recipient, status=tracing.REDIRECTED)
    except Busy:  # the sender comes again; and what cannot write the letter cannot write a line about it
        raise
    except DomainError as error:
        why = error.reason if error.reason in (tracing.OVER_QUOTA, tracing.RULE) else ""
        trace_arrival(address, letter, recipient, status=tracing.REJECTED, reason=why)
        raise


def _judged(address: Address, letter: Incoming) -> Incoming:
    """The letter with what it is worth to this address; a letter that cannot be judged is not spam."""
    arrival = letter.arrival
    if letter.is_forged:
        letter = replace(letter, spam=1.0)
    try:
        judgement = judgement_of(address, arrival.blob.digest, arrival.reading, letter.seen)
    except Exception:
        logger.exception("a letter for %s could not be judged", address.id)
        return letter
    words = " ".join(filter(None, (letter.vouched, judgement.words, "unscanned" * letter.seen.is_unscanned)))
    return replace(letter, vouched=words, spam=max(letter.spam, judgement.degree), is_spam=judgement.is_spam)


def _refuse_forged(address: Address, recipient: str, letter: Incoming) -> None:
    """Where a service wants it so, do what the author's domain asks, instead of keeping it with the junk."""
    vouched = letter.seen.vouched
    if letter.is_forged and vouched is not None and vouched.dmarc.asks == "reject" and address.service.refuses_forged:
        trace_arrival(address, letter, recipient, status=tracing.REJECTED, reason=tracing.FORGED)
        raise Refused(tracing.FORGED, FORGED)


def _filtered(address: Address, way: Local, letter: Incoming, recipient: str) -> tuple[Store, Plan, Came]:
    """Where the letter lies down, and what the address's filters would do with it; Refused when they refuse it."""
    store = find(Store, "id = %s", [way.store_id])[0]
    came = Came(
        letter.arrival, letter.sender, recipient, letter.host, letter.needs_utf8, letter.is_unwanted, letter.spam
    )
    plan = plan_for(address, store, came)
    if plan.rejection is not None:
        said = " ".join(plan.rejection.split()) or "This letter is not wanted here."
        raise Refused(tracing.RULE, said[:MOST_SAID])
    if plan.targets and not may_write_by_itself(address, len(plan.targets)):
        plan = replace(plan, targets=(), copy=None, filings=plan.filings or (), fault=USED_UP)
    return store, plan, came


def refuse_virus(way: Local | Onward, recipient: str, letter: Incoming) -> None:
    """Tell in the log of an address that a letter for it was refused for the virus in it."""
    address = _ADDRESS(way.address_id)[0]
    trace_arrival(address, letter, recipient, status=tracing.REJECTED, reason=tracing.VIRUS, said=letter.seen.virus)


def _keep(address: Address, kept: tuple[Store, Plan, Came], letter: Incoming, recipient: str) -> None:
    store, plan, came = kept
    carry_out(address, store, plan, came)
    if plan.targets:
        trace_arrival(address, letter, recipient, status=tracing.REDIRECTED, reason=tracing.RULE)
    if plan.filings is None and not plan.targets:
        trace_arrival(address, letter, recipient, status=tracing.DISCARDED, reason=tracing.RULE)
    elif plan.filings is not None:
        why = tracing.RULE_FAILED if plan.fault else tracing.SPAM if plan.is_put_aside else ""
        trace_arrival(address, letter, recipient, status=tracing.DELIVERED, reason=why, said=plan.fault)


def _onward(address: Address, way: Local | Onward, letter: Incoming) -> tuple[str, ...]:
    """To whom it goes on; what is forged or spam goes on to nobody, for it would bring our name into disrepute."""
    if letter.is_unwanted and isinstance(way, Onward):
        trace_arrival(address, letter, str(address), status=tracing.REJECTED, reason=tracing.SPAM)
        raise Refused(tracing.SPAM, FORGED if letter.is_forged else SPAM)
    targets = way.onward if isinstance(way, Local) else way.targets
    if not targets or letter.is_unwanted or _has_been_at(address, letter.arrival.blob):
        return ()
    if may_write_by_itself(address, len(targets)):
        return targets
    status = tracing.REJECTED if isinstance(way, Local) else tracing.DEFERRED
    trace_arrival(address, letter, str(address), status=status, reason=tracing.LIMIT)
    if isinstance(way, Onward):
        raise Refused(tracing.LIMIT, USED_UP)
    return ()  # it is kept here, also where the address keeps nothing else


def _pass_on(address: Address, targets: tuple[str, ...], copy: Blob, letter: Incoming) -> None:
    reading = letter.arrival.reading
    parcel = Parcel(
        copy,
        letter.sender,
        storable(reading.message_id, 255),
        storable(reading.subject, 200),
        needs_utf8=letter.needs_utf8,
    )
    enqueue(parcel, [To(target) for target in targets], address=address)


def _has_been_at(address: Address, blob: Blob) -> bool:
    with blobs().open(blob.digest) as content:
        return bears_mark(address, content.read(MOST_HEADERS))
