# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filters of an address meet a letter: first what is to be done, outside of any transaction, then all of it in one.

A filter that goes wrong loses nothing: the letter lies in the inbox, and the log of the address says which line it was.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.conf import settings

from mazot.foundation import clock
from mazot.foundation.blobs import Blob, blobs
from mazot.products.mail.actions.answering import Prepared, prepare_answer, prepare_notice, send_prepared
from mazot.products.mail.actions.delivering import Filing, deliver_message
from mazot.products.mail.actions.keeping import Arrival, storable
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.remembering import has_been, remember
from mazot.products.mail.models import Address, Mailbox, Remembered, Reply, Script, Store
from mazot.products.mail.queries.keepers import keepers_of
from mazot.products.mail.queries.scripts import compiled, included_script, is_within, running_reply, running_script
from mazot.products.mail.rules.flags import read_flags
from mazot.products.mail.rules.names import fault_of, whole_name
from mazot.products.mail.rules.reports import MOST_HEADERS
from mazot.products.mail.rules.scripts import mailto, target_fault
from mazot.tenancy.actor import Actor
from mazot.wire import sieve
from mazot.wire.mime import read_message
from mazot.wire.sieve.editing import edited

ROLES = {
    "\\drafts": Mailbox.Role.DRAFTS,
    "\\sent": Mailbox.Role.SENT,
    "\\junk": Mailbox.Role.JUNK,
    "\\trash": Mailbox.Role.TRASH,
    "\\archive": Mailbox.Role.ARCHIVE,
}


@dataclass(frozen=True, slots=True)
class Came:
    """A letter as the filters meet it: its bytes on disk, its envelope, and whether it is forged, or spam."""

    arrival: Arrival
    sender: str
    recipient: str
    host: str = ""
    needs_utf8: bool = False
    is_unwanted: bool = False
    spam: float = 0.0  # from 0 to 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a letter: an empty `filings` is the inbox, none is nowhere."""

    arrival: Arrival
    filings: tuple[Filing, ...] | None = ()
    targets: tuple[str, ...] = ()
    copy: Blob | None = None  # for the targets, with the mark of this address
    letters: tuple[Prepared, ...] = ()
    seen: tuple[tuple[str, int], ...] = ()
    rejection: str | None = None
    fault: str = ""
    is_put_aside: bool = False  # with the junk, which no filter asked for


def plan_for(address: Address, store: Store, came: Came) -> Plan:
    """Ask the filters and the automatic reply of an address what they would do with a letter."""
    script, reply = running_script(address.id), running_reply(address.id)
    if script is None and (reply is None or came.is_unwanted):
        return _unfiltered(came)
    with blobs().open(came.arrival.blob.digest) as file:
        content = file.read()
    letter = sieve.of_content(content, came.sender, came.recipient, came.arrival.reading.parts or None)
    plan = _unfiltered(came)
    if script is not None:
        try:
            plan = _planned(address, _outcome(address, store, came, script, letter), came, letter)
        except (sieve.RunError, sieve.SieveError) as error:
            plan = replace(plan, fault=f"{script.name}, {error}"[:500])
    return plan if came.is_unwanted else _with_reply(address, plan, reply, letter)


def _unfiltered(came: Came) -> Plan:
    """The inbox; what is forged or spam lies with the junk, where its owner still finds it."""
    if not came.is_unwanted:
        return Plan(came.arrival)
    return Plan(came.arrival, (Filing(role=Mailbox.Role.JUNK),), is_put_aside=True)


def carry_out(address: Address, store: Store, plan: Plan, came: Came) -> None:
    """Do all of a plan, in the transaction of whoever takes the letter."""
    for key, seconds in plan.seen:
        remember(address, Remembered.Kind.SEEN, key, seconds)
    if plan.filings is not None:
        system = Actor.system(address.organization_id, because="mail came in")
        deliver_message(system, store, arrival=plan.arrival, into=plan.filings)
    if plan.copy is not None and plan.targets:
        reading = plan.arrival.reading
        message_id, subject = storable(reading.message_id, 255), storable(reading.subject, 200)
        parcel = Parcel(plan.copy, came.sender, message_id, subject, needs_utf8=came.needs_utf8)
        enqueue(parcel, [To(target) for target in plan.targets], address=address)
    for prepared in plan.letters:
        send_prepared(address, prepared)


def bears_mark(address: Address, content: bytes) -> bool:
    """Whether a letter has been at an address before and was passed on by it."""
    header = content[:MOST_HEADERS].partition(b"\r\n\r\n")[0]
    mark = rb"(?im)^delivered-to:[ \t]*" + re.escape(str(address).encode()) + rb"[ \t]*\r?$"
    return re.search(mark, header) is not None


def marked_copy(address: Address, arrival: Arrival) -> Blob:
    """The letter as it is passed on: it says in its head where it has been, which ends every loop."""
    mark = f"Delivered-To: {address}\r\n".encode()
    with blobs().writer() as copy, blobs().open(arrival.blob.digest) as content:
        copy.write(mark)
        while chunk := content.read(1 << 20):
            copy.write(chunk)
        return copy.finish()


def _outcome(address: Address, store: Store, came: Came, script: Script, letter: sieve.Letter) -> sieve.Outcome:
    def mailbox_exists(name: str) -> bool:
        wanted = whole_name(name)
        return not fault_of(wanted)[0] and Mailbox.objects.filter(store=store, name=wanted).exists()

    def special_use_exists(use: str, name: str | None) -> bool:
        found = Mailbox.objects.filter(store=store, role=ROLES.get(use.lower(), "none"))
        return (found if name is None else found.filter(name=whole_name(name))).exists()

    def include(where: str, name: str) -> sieve.Script | None:
        found = included_script(address.id, name) if where == "personal" else None
        return compiled(found.source) if found else None

    host, domain = came.host, address.service.domain
    context = sieve.Context(
        now=clock.now().astimezone(_zone(address)),
        mailbox_exists=mailbox_exists,
        special_use_exists=special_use_exists,
        seen_before=lambda key, _seconds: has_been(address, Remembered.Kind.SEEN, key),
        include=include,
        spam=came.spam,
        environment={"domain": domain, "host": settings.MAZOT.mail_host, "remote-ip": host, "remote-host": host},
    )
    return sieve.evaluate(compiled(script.source), letter, context)


def _zone(address: Address) -> ZoneInfo:
    """Days begin where whoever keeps the address lives."""
    keeper = next(iter(keepers_of(address.id)), None)
    return ZoneInfo(keeper.time_zone if keeper else "UTC")


def _planned(address: Address, outcome: sieve.Outcome, came: Came, letter: sieve.Letter) -> Plan:
    rejection = next((deed.reason for deed in outcome.deeds if isinstance(deed, sieve.Reject)), None)
    if rejection is not None:
        return Plan(came.arrival, None, rejection=rejection)
    arrival = _edited(came.arrival, outcome, letter) if outcome.edits else came.arrival
    targets = tuple(deed.to for deed in outcome.deeds if isinstance(deed, sieve.Redirect))
    notices = [deed for deed in outcome.deeds if isinstance(deed, sieve.Notify)]
    _check_within(address, (*targets, *(mailto(notice.method) for notice in notices)))
    is_back = bool(targets or notices) and bears_mark(address, letter.content)
    targets = () if is_back or came.is_unwanted else targets
    kept = _has(outcome.deeds, (sieve.Keep, sieve.FileInto))
    lost = (is_back or came.is_unwanted) and _has(outcome.deeds, (sieve.Redirect,))
    aside = came.is_unwanted and (outcome.keeps_by_itself or (lost and not kept))
    if aside:
        filings: tuple[Filing, ...] | None = _unfiltered(came).filings
    else:
        filings = tuple(_filings(outcome.deeds)) if kept else () if lost else None
    vacation = next((deed for deed in outcome.deeds if isinstance(deed, sieve.Vacation)), None)
    letters = [prepare_notice(address, notice, letter) for notice in notices if not is_back]
    if vacation is not None and not came.is_unwanted:
        letters.append(prepare_answer(address, vacation, letter))
    return Plan(
        arrival,
        filings,
        targets,
        marked_copy(address, arrival) if targets else None,
        tuple(one for one in letters if one is not None),
        outcome.remembered,
        is_put_aside=aside,
    )


def _has(deeds: Iterable[object], kinds: tuple[type, ...]) -> bool:
    return any(isinstance(deed, kinds) for deed in deeds)


def _check_within(address: Address, targets: Iterable[str]) -> None:
    """What a script makes up as it runs is held to the same as what it names."""
    for target in targets:
        if not is_within(address.organization_id, target):
            raise sieve.RunError(0, target_fault(target))


def _filings(deeds: Iterable[object]) -> Iterable[Filing]:
    for deed in deeds:
        if isinstance(deed, sieve.Keep):
            yield Filing(flags=read_flags(deed.flags)[0], keywords=read_flags(deed.flags)[1])
        elif isinstance(deed, sieve.FileInto):
            bits, keywords = read_flags(deed.flags)
            yield Filing(deed.mailbox, ROLES.get(deed.special_use.lower(), ""), bits, keywords, create=deed.create)


def _edited(arrival: Arrival, outcome: sieve.Outcome, letter: sieve.Letter) -> Arrival:
    content = edited(letter.content, outcome.edits)
    return replace(arrival, blob=blobs().put(content), reading=read_message(content))


def _with_reply(address: Address, plan: Plan, reply: Reply | None, letter: sieve.Letter) -> Plan:
    """The plan with the address's automatic reply, unless the script answers or refuses the letter itself."""
    if reply is None or plan.letters or plan.rejection is not None:
        return plan
    prepared = prepare_answer(address, reply, letter, zone=_zone(address))
    return plan if prepared is None else replace(plan, letters=(prepared,))
