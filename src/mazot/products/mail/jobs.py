# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker does for Mail: it brings letters to where they go, one errand after the other, and keeps house."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from threading import current_thread
from time import monotonic, sleep
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from mazot.foundation import clock
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import Busy, DomainError, NotFound, OverQuota, Refused
from mazot.foundation.facts import Heard
from mazot.foundation.jobs import job
from mazot.foundation.letters import send_letter
from mazot.foundation.relay import Envelope, Reply, hand_over
from mazot.foundation.transactions import one_transaction, until_written
from mazot.products.mail.actions.addresses import erase_old
from mazot.products.mail.actions.bringing import run_transfer
from mazot.products.mail.actions.delivering import Arrival
from mazot.products.mail.actions.forgetting import forget_expunged
from mazot.products.mail.actions.greylisting import forget_callers
from mazot.products.mail.actions.health import note_health
from mazot.products.mail.actions.indexing import index_store
from mazot.products.mail.actions.inviting import let_joined_in
from mazot.products.mail.actions.learning import forget_taught, learn_due
from mazot.products.mail.actions.queueing import Errand, finish_errand, take_errand
from mazot.products.mail.actions.receiving import Incoming, receive_letter
from mazot.products.mail.actions.redirections import renew_token
from mazot.products.mail.actions.remembering import forget_remembered
from mazot.products.mail.actions.restoring import forget_gone, restore_messages
from mazot.products.mail.actions.signing import forget_signing_keys, make_signing_keys, new_secrets
from mazot.products.mail.actions.tracing import forget_outgoing, forget_traces
from mazot.products.mail.actions.transport import forget_policies, policy_of
from mazot.products.mail.queries.addresses import store_by_id
from mazot.products.mail.queries.gone import gone_since, stores_with_too_long_gone
from mazot.products.mail.queries.health import services_to_look_at
from mazot.products.mail.queries.hosts import way_to
from mazot.products.mail.queries.indexed import at_rest, stores_behind
from mazot.products.mail.queries.keepers import keepers_of
from mazot.products.mail.queries.queue import next_due
from mazot.products.mail.queries.records import look_at_zone
from mazot.products.mail.queries.redirections import redirection_by_id
from mazot.products.mail.queries.remembered import stores_that_remember_too_much
from mazot.products.mail.queries.routing import Later, Route, Unknown, route
from mazot.products.mail.queries.sharings import who_joined
from mazot.products.mail.queries.signing import services_without_keys, signed
from mazot.products.mail.queries.transfers import is_turn_of, transfer_by_id
from mazot.products.mail.rules.tracing import UNSAFE
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.people import person_by_id
from mazot.wire.mime import read_message

if TYPE_CHECKING:
    from mazot.products.mail.models import Outgoing, Store

RESTORED_AT_ONCE = 200
SECONDS_OF_A_STORE = 5.0
SECONDS_BETWEEN = 5.0  # what is not indexed yet is read at each search
SECONDS_AT_REST = 0.5  # a store in which letters come in at this moment is left to them
BUT_FOR = 300  # letters that wait to be indexed: above, searches would take long
PATIENCE = 600.0  # seconds in which the database takes what became of a try: less than its lease
GONE = Reply(554, "5.3.0 the letter is no longer here")

logger = logging.getLogger(__name__)


def bring_letters() -> float | None:
    """Do every errand that is due; answer in how many seconds the next one is, none when none waits."""
    while (errand := take_errand(current_thread().name)) is not None:
        bring(errand)
    soonest = next_due()
    return None if soonest is None else max(0.0, (soonest - clock.now()).total_seconds())


def bring(errand: Errand) -> None:
    """Try one letter at one domain, and note what came of it; mail for our own addresses goes no way round."""
    here = {recipient.address: route(recipient.address) for recipient in errand.recipients}
    if any(way != Unknown(is_our_domain=False) for way in here.values()):
        until_written(lambda: bring_all_home(errand, here), within=PATIENCE)
        return
    way = way_to(errand.domain, None if settings.MAZOT.smarthost else policy_of(errand.domain))
    if way.reply is not None:
        replies = {recipient.address: way.reply for recipient in errand.recipients}
        finish_errand(errand, replies, reason=way.reason)
        return
    outgoing, mazot = errand.outgoing, settings.MAZOT
    if (content := _content(outgoing)) is None:
        finish_errand(errand, {recipient.address: GONE for recipient in errand.recipients})
        return
    content = signed(outgoing, content)
    envelope = Envelope(
        sender=outgoing.sender,
        recipients=tuple(recipient.address for recipient in errand.recipients),
        size=len(content),
        needs_utf8=outgoing.needs_utf8,
        returns=outgoing.returns,
        envelope_id=outgoing.envelope_id,
        notify={one.address: one.notify for one in errand.recipients if one.notify},
        original={one.address: one.original for one in errand.recipients if one.original},
    )
    login = (mazot.smarthost_login, mazot.smarthost_password) if mazot.smarthost and mazot.smarthost_login else None
    replies = hand_over(content, envelope, way.hosts, our_name=mazot.mail_host, login=login)
    reason = UNSAFE if any(reply.is_unsafe for reply in replies.values()) else ""
    until_written(lambda: finish_errand(errand, replies, reason=reason), within=PATIENCE)


def index_letters() -> float:
    """Bring what came into the index, some seconds of one store before the next one; when to look again."""
    is_done = True
    if behind := stores_behind():
        sleep(SECONDS_AT_REST)
    for store in at_rest(behind, but_for=BUT_FOR):
        system = Actor.system(store.organization_id, because="letters can be searched")
        began = monotonic()
        try:
            for _n_read in index_store(system, store):
                if monotonic() - began > SECONDS_OF_A_STORE:
                    is_done = False
                    break
        except DomainError as error:  # gone meanwhile, or busy: the next time
            logger.warning("the letters of store %s are not all indexed: %s", store.id, error.reason)
    return SECONDS_BETWEEN if is_done else 0.0


def forget_what_is_over() -> int:
    """Erase messages, what left and lines of logs after thirty days; let mailboxes forget UIDs kept for nobody."""
    done = forget_traces() + forget_outgoing() + forget_policies()
    for store in stores_with_too_long_gone():
        system = Actor.system(store.organization_id, because="deleted mail is kept for thirty days")
        while erased := _unless_refused(forget_gone, system, store):
            done += erased
    for store in stores_that_remember_too_much():
        system = Actor.system(store.organization_id, because="mailboxes remember the newest of what was expunged")
        done += _unless_refused(forget_expunged, system, store)
    return done + forget_remembered()


def learn_from_marks() -> int:
    """Learn from the letters that people have put with the junk, or taken out of it; how many."""
    return learn_due()


def forget_what_guards() -> int:
    """Erase words that were taught once and never again, and servers that were asked to come again long ago."""
    return forget_taught() + forget_callers()


@job()
def restore_day(store_id: int, since: str) -> None:
    """Bring back what a store let go since a moment; what has no room stays where it was."""
    store = store_by_id(store_id)
    if store is None:
        return
    system = Actor.system(store.organization_id, because="somebody of the address brings back what was deleted")
    begin = datetime.fromisoformat(since)
    while gone := gone_since(store.id, begin, RESTORED_AT_ONCE):
        try:
            restore_messages(system, store, message_ids=gone)
        except OverQuota:
            logger.info("the store %s has no room for all that was deleted", store.id)
            return


@job(retries=(20,) * 300, priority=-50)
def bring_mail(transfer_id: str) -> None:
    """Bring mail from elsewhere; the next import waits for the one at work."""
    transfer = transfer_by_id(UUID(transfer_id))
    if transfer is None or transfer.finished_at is not None:
        return
    if not is_turn_of(transfer):
        raise Busy("turn", "another import is at work")
    run_transfer(transfer)


def _unless_refused(deed: Callable[[Actor, Store], int], system: Actor, store: Store) -> int:
    """A store that is gone meanwhile, or busy, waits for the next time."""
    try:
        return deed(system, store)
    except DomainError as error:
        logger.warning("the store %s was passed over: %s", store.id, error.reason)
        return 0


def hear_new_service(_heard: Heard) -> None:
    """A service that is opened or proved signs its letters from the beginning."""
    make_missing_keys.later()


@job()
def make_missing_keys() -> None:
    """Making a key takes longer than a listener may."""
    keep_signing_keys()


def keep_signing_keys() -> int:
    """Make keys for the services that have none, and forget those whose time is over."""
    done = forget_signing_keys()
    for service in services_without_keys():
        system = Actor.system(service.organization_id, because="letters of a domain are signed")
        try:
            done += len(make_signing_keys(system, service, secrets=new_secrets()))
        except DomainError as error:  # ended meanwhile, or busy: the next time
            logger.warning("the service %s has no keys yet: %s", service.id, error.reason)
    return done


def hear_filled(heard: Heard) -> None:
    """Have those who keep an address written that its room fills."""
    for person in keepers_of(UUID(heard.details["address_id"])):
        write_filled.later(str(person.id), heard.details["address"], heard.details["percent"])


@job()
def write_filled(person_id: str, address: str, percent: int) -> None:
    """Write to one person, in their language, how full an address is."""
    person = person_by_id(UUID(person_id))
    if person is None:
        return
    with translation.override(person.language):
        context = {"address": address, "percent": percent}
        subject = render_to_string("mail/letters/filled.subject.txt", context)
        text = render_to_string("mail/letters/filled.txt", context)
    send_letter(person.login, subject=subject, text=text)


def look_at_zones() -> int:
    """Look whether the records of each domain are still as they should be; how many were looked at."""
    done = 0
    for service in services_to_look_at():
        system = Actor.system(service.organization_id, because="the records of a domain are looked at")
        try:
            note_health(system, service, seen=look_at_zone(service))
        except DomainError as error:
            logger.warning("the records of %s were not looked at: %s", service.domain, error.reason)
        else:
            done += 1
    return done


def hear_joined(heard: Heard) -> None:
    """Somebody who joined finds the addresses they were invited to."""
    found = who_joined(UUID(heard.details["membership_id"]))
    if found is not None:
        member, logins = found
        let_joined_in(Actor.system(member.organization_id, because="they were invited to an address"), member, logins)


def empty_bin() -> int:
    """Erase the addresses whose days in the bin are over."""
    return erase_old()


def write_redirection_letter(heard: Heard) -> None:
    """Ask whoever reads the other address; who is told twice gets two letters, of which the newer one opens."""
    found = redirection_by_id(UUID(heard.details["redirection_id"]))
    if found is None or found.accepted_at is not None:
        return
    organization = found.address.service.organization
    system = Actor.system(organization.id, because="a redirection is asked for by letter")
    try:
        token = renew_token(system, found)
    except NotFound:
        return  # ended, or accepted, since it was read
    asker = person_by_id(heard.person_id)
    with translation.override(asker.language if asker else "en"):
        context = {
            "address": str(found.address),
            "goes_to": found.goes_to,
            "organization": organization,
            "link": settings.MAZOT.address + reverse("mail-redirection", args=[token]),
        }
        subject = render_to_string("mail/letters/redirection.subject.txt", context)
        text = render_to_string("mail/letters/redirection.txt", context)
    send_letter(found.goes_to, subject=subject, text=text)


def bring_all_home(errand: Errand, ways: dict[str, Route]) -> None:
    """Bring it to addresses of ours and cross it off, both or neither: a worker may die between the two."""
    with one_transaction():
        finish_errand(errand, {recipient: bring_home(recipient, way, errand) for recipient, way in ways.items()})


def bring_home(recipient: str, way: Route, errand: Errand) -> Reply:
    """Bring a letter of ours to an address of ours, and say what became of it as another server would."""
    outgoing, ours = errand.outgoing, settings.MAZOT.mail_host
    if isinstance(way, Unknown):
        return Reply(550, "5.1.1 nobody is called so here", ours)
    if isinstance(way, Later):
        return Reply(450, "4.2.1 this address takes no mail at the moment", ours)
    if (content := _content(outgoing)) is None:
        return GONE
    arrival = Arrival(Blob(outgoing.digest, outgoing.size), read_message(content), clock.now())
    try:
        receive_letter(recipient, way, Incoming(arrival, outgoing.sender, ours, outgoing.needs_utf8))
    except OverQuota:
        return Reply(452, "4.2.2 this mailbox is full", ours)
    except Refused as error:  # by a filter of the address
        return Reply(550, f"5.7.1 {error.sentence}", ours)
    return Reply(250, "2.0.0 kept", ours)


def _content(outgoing: Outgoing) -> bytes | None:
    try:
        return blobs().read(outgoing.digest)
    except FileNotFoundError:
        logger.error("the content of letter %s is not on the disk", outgoing.id)
        return None
