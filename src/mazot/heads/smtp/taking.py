# SPDX-License-Identifier: AGPL-3.0-or-later
"""A whole letter becomes a blob, then rows: called in a thread, and answered only when it is on disk and committed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from typing import IO

from django.conf import settings

from mazot.foundation import clock
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import Busy, DomainError, NoSpace, OverQuota, Refused
from mazot.foundation.ids import new_id
from mazot.heads.smtp.envelope import Envelope
from mazot.heads.smtp.kinds import MOST_RECEIVED, Kind
from mazot.products.mail.actions.delivering import Arrival
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.posting import Parcel, To, try_again_later
from mazot.products.mail.actions.queueing import send_letter
from mazot.products.mail.actions.receiving import Incoming, receive_letter, refuse_virus
from mazot.products.mail.actions.tracing import refuse_sending
from mazot.products.mail.queries.inspection import Inspected, inspected, scanned, without_foreign
from mazot.products.mail.queries.routing import Local, Onward
from mazot.products.mail.queries.scanners import Envelope as Told
from mazot.products.mail.queries.senders import may_write_as
from mazot.wire.authentication.results import without_forged
from mazot.wire.mime import Group, Mailbox, Reading, addresses_of, read_message
from mazot.wire.mime.headers import values

_RECEIVED = re.compile(rb"(?im)^received[ \t]*:")
_NOT_IN_COMMENT = re.compile(r"[^A-Za-z0-9.:_\[\]-]")


@dataclass(frozen=True, slots=True)
class Peer:
    """Who brought it: how they called themselves, their network address, and how they spoke."""

    name: str
    address: str
    protocol: str  # "ESMTPS", RFC 3848


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply about a letter, or about one of its recipients."""

    code: int
    enhanced: str
    text: str

    @property
    def is_taken(self) -> bool:
        return self.code == 250


NO_ROOM = Answer(452, "4.3.1", "There is no room on the disk.")
UNSCANNED = Answer(451, "4.7.0", "Nobody can look for viruses at the moment. Come back in a few minutes.")
IN_CIRCLES = Answer(554, "5.4.6", "This letter goes round in circles.")


def inspect(spool: IO[bytes], envelope: Envelope, peer: Peer, *, wants_vouching: bool) -> Inspected:
    """Look at a letter. It waits for names and for scanners: never in a thread that others need."""
    content = _read(spool)
    if not wants_vouching:
        virus, is_unscanned = scanned(content)
        return Inspected(virus=virus, is_unscanned=is_unscanned)
    recipients = tuple(recipient.recipient for recipient, _way in envelope.recipients)
    told = Told(envelope.mail.sender, recipients, peer.address, peer.name)
    return inspected(content, read_message(content), told)


def take(spool: IO[bytes], envelope: Envelope, peer: Peer, kind: Kind, seen: Inspected) -> list[Answer]:
    """Keep a letter for its recipients; one answer for each of them, in their order."""
    content, vouched = _read(spool), seen.vouched
    head = content[: content.find(b"\r\n\r\n") + 2]
    if vouched is not None:  # whoever says so in our name, inside the letter, is not believed
        ours = settings.MAZOT.mail_host
        kept = without_foreign(without_forged(head, ours))
        content = vouched.field(ours) + seen.field() + kept + content[len(head) :]
    if len(_RECEIVED.findall(head)) > MOST_RECEIVED:
        return [IN_CIRCLES] * len(envelope.recipients)
    if seen.virus:
        return _refuse_virus(content, envelope, peer, seen)
    try:
        _must_be_scanned(seen)
        whole = _received(peer) + content
        blob = blobs().put(whole)
    except DomainError as error:
        return [_refused(error)] * len(envelope.recipients)
    reading = read_message(whole)
    arrival = Arrival(blob, reading, clock.now())
    words, is_forged = (vouched.words, vouched.is_forged) if vouched is not None else ("", False)
    letter = Incoming(arrival, envelope.mail.sender, peer.address, envelope.mail.needs_utf8, words, is_forged, seen)
    answers = [_received_by(recipient.recipient, way, letter) for recipient, way in envelope.recipients]
    if not kind.is_lmtp and any(answer.is_taken for answer in answers):
        # One reply stands for all of them: whoever cannot take it now gets it later from our own queue.
        later = [
            one.recipient
            for (one, _way), answer in zip(envelope.recipients, answers, strict=True)
            if not answer.is_taken
        ]
        try:
            if later:
                try_again_later(_parcel(blob, reading, envelope), [To(recipient) for recipient in later])
        except DomainError as error:  # who has it already gets it twice: better than that somebody never gets it
            return [_refused(error)] * len(answers)
        return [Answer(250, "2.0.0", "It is on disk.")] * len(answers)
    return answers


def _refuse_virus(content: bytes, envelope: Envelope, peer: Peer, seen: Inspected) -> list[Answer]:
    """Nothing of it is kept; the log of each address says what it was."""
    arrival = Arrival(Blob("", len(content)), read_message(content), clock.now())
    letter = Incoming(arrival, envelope.mail.sender, peer.address, seen=seen)
    for recipient, way in envelope.recipients:
        if way is not None:
            refuse_virus(way, recipient.recipient, letter)
    return [virus_answer(seen.virus)] * len(envelope.recipients)


def _must_be_scanned(seen: Inspected) -> None:
    if seen.is_unscanned and settings.MAZOT.unscanned == "defer":
        raise Busy("unscanned", UNSCANNED.text)


def virus_answer(virus: str) -> Answer:
    return Answer(554, "5.7.0", f"There is a virus in it: {virus}.")


def submit(spool: IO[bytes], envelope: Envelope, peer: Peer, opened: Opened, seen: Inspected) -> list[Answer]:
    """Put a person's letter into the queue; one answer for all its recipients."""
    content = _read(spool)
    if seen.virus:
        whom = [recipient.recipient for recipient, _way in envelope.recipients]
        refuse_sending(opened.actor, opened.address, to=whom, virus=seen.virus, reading=read_message(content))
        return [virus_answer(seen.virus)]
    head_end = content.find(b"\r\n\r\n")
    fields = values(content[: head_end + 2] if head_end >= 0 else content)
    written = [one.address for told in fields.get(b"from", []) for one in _mailboxes(told)]
    if not written:
        return [Answer(550, "5.7.1", "A letter says who writes it: it has no From.")]
    if stranger := next((one for one in written if not may_write_as(opened.address, one)), ""):
        return [Answer(550, "5.7.1", f"{stranger} is not yours to write as.")]
    try:
        _must_be_scanned(seen)
        whole = _received(peer) + _missing(fields, opened) + content
        blob = blobs().put(whole)
        parcel = _parcel(blob, read_message(whole), envelope)
        to = [To(one.recipient, one.notify, one.original) for one, _way in envelope.recipients]
        outgoing = send_letter(opened.actor, opened.address, parcel=parcel, to=to)
    except DomainError as error:
        return [_refused(error)]
    return [Answer(250, "2.0.0", f"It is on its way as {outgoing.id}.")]


def _read(spool: IO[bytes]) -> bytes:
    spool.seek(0)
    return spool.read()


def _received_by(recipient: str, way: Local | Onward | None, letter: Incoming) -> Answer:
    assert way is not None, "RCPT let somebody in without knowing the way"
    try:
        receive_letter(recipient, way, letter)
    except DomainError as error:
        return _refused(error)
    return Answer(250, "2.1.5", f"{recipient} has it on disk.")


def _refused(error: DomainError) -> Answer:
    if isinstance(error, OverQuota):
        return Answer(452, "4.2.2", "This mailbox is full.")
    if isinstance(error, NoSpace):
        return NO_ROOM
    if isinstance(error, Busy) and error.reason == "unscanned":
        return UNSCANNED
    if isinstance(error, Busy):
        return Answer(451, "4.3.2", "Others are writing. Come back in a moment.")
    if isinstance(error, Refused):
        code = {"daily_limit": 452, "too_many_recipients": 452}.get(error.reason, 550)
        return Answer(code, f"{code // 100}.7.1", str(error.sentence))
    return Answer(550, "5.7.1", "This is not allowed.")


def _parcel(blob: Blob, reading: Reading, envelope: Envelope) -> Parcel:
    mail = envelope.mail
    return Parcel(
        blob, mail.sender, reading.message_id, reading.subject, mail.needs_utf8, mail.returns, mail.envelope_id
    )


def _mailboxes(value: bytes) -> Iterator[Mailbox]:
    for one in addresses_of(value):
        yield from one.members if isinstance(one, Group) else (one,)


def _missing(fields: dict[bytes, list[bytes]], opened: Opened) -> bytes:
    """The fields that whoever takes a letter from a person adds (RFC 6409 section 8)."""
    added = b""
    if b"date" not in fields:
        added += f"Date: {format_datetime(clock.now())}\r\n".encode()
    if b"message-id" not in fields:
        added += f"Message-ID: <{new_id()}@{opened.address.service.domain}>\r\n".encode()
    return added


def _received(peer: Peer) -> bytes:
    """The trace line of RFC 5321 section 4.4. It names no recipient: one blob serves them all."""
    name = _NOT_IN_COMMENT.sub("?", peer.name)[:255]
    place = f"[{'IPv6:' if ':' in peer.address else ''}{peer.address}]"
    lines = (
        f"Received: from {name} ({place})",
        f"by {settings.MAZOT.mail_host} with {peer.protocol} id {new_id().hex};",
        format_datetime(clock.now()),
    )
    return ("\r\n\t".join(lines) + "\r\n").encode()
