# SPDX-License-Identifier: AGPL-3.0-or-later
"""An address answers by itself: once for each sender and period, never to lists, robots or reports (RFC 3834)."""

from dataclasses import dataclass
from datetime import tzinfo
from urllib.parse import parse_qsl, unquote

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.ids import new_id
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.remembering import has_been, remember
from mazot.products.mail.models import Address, Remembered, Reply
from mazot.products.mail.queries.queue import may_write_by_itself
from mazot.products.mail.queries.senders import may_write_as
from mazot.products.mail.rules.replies import (
    SHORTEST_SECONDS,
    USUAL_SECONDS,
    Answer,
    is_due,
    is_excepted,
    why_not,
    written,
)
from mazot.products.mail.rules.scripts import mailto
from mazot.wire import sieve
from mazot.wire.sieve.letter import mailboxes, read


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter of ours on disk, and what is remembered when it is sent; without a key it is always sent."""

    blob: Blob
    goes_to: str
    message_id: str
    subject: str
    key: str = ""
    seconds: int = 0


def prepare_answer(
    address: Address, told: sieve.Vacation | Reply, letter: sieve.Letter, *, zone: tzinfo | None = None
) -> Prepared | None:
    """The answer a letter gets, ready to be sent; none when it gets none."""
    vacation = told if isinstance(told, sieve.Vacation) else _of_reply(told, letter, zone)
    if vacation is None:
        return None
    own = {str(address), *_aliases(address), *vacation.addresses}
    key = f"{letter.sender.lower()}\0{vacation.handle}"
    if why_not(letter, own) or has_been(address, Remembered.Kind.ANSWERED, key):
        return None
    name, sender = _written_by(address, vacation.sender)
    subject = vacation.subject or _("Automatic reply: %(subject)s") % {"subject": _one(letter, "subject")}
    answer = Answer(
        sender=sender,
        name=name,
        goes_to=letter.sender,
        subject=subject,
        text=vacation.reason,
        message_id=f"<{new_id()}@{address.service.domain}>",
        at=clock.now(),
        answers=_one(letter, "message-id")[:250],
        references=_one(letter, "references")[:2_000],
        has_head=vacation.mime,
    )
    seconds = max(SHORTEST_SECONDS, vacation.seconds or USUAL_SECONDS)
    return _prepared(answer, key, seconds)


def prepare_notice(address: Address, notify: sieve.Notify, letter: sieve.Letter) -> Prepared | None:
    """A notice of a letter (RFC 5436), unless the letter is itself one that nobody wrote."""
    if not letter.sender or any(told.split(";")[0].strip().lower() != "no" for told in letter.header("auto-submitted")):
        return None
    asked = {name.lower(): value for name, value in parse_qsl(notify.method.partition("?")[2], max_num_fields=20)}
    subject = asked.get("subject") or notify.message or _one(letter, "subject")
    sender = _one(letter, "from")
    text = notify.message or _("A letter from %(sender)s came: %(subject)s") % {
        "sender": sender,
        "subject": _one(letter, "subject"),
    }
    name, own = _written_by(address, notify.sender)
    answer = Answer(
        sender=own,
        name=name,
        goes_to=unquote(mailto(notify.method)),
        subject=subject,
        text=asked.get("body") or text,
        message_id=f"<{new_id()}@{address.service.domain}>",
        at=clock.now(),
        why=f'auto-notified; owner-email="{address}"',
        importance=notify.importance,
    )
    return _prepared(answer)


def send_prepared(address: Address, prepared: Prepared) -> bool:
    """Put it into the queue, in the transaction of the letter it is about; whether it was not sent already.

    Its envelope names no sender, so that nobody answers it (RFC 5230 section 5.1).
    """
    if not may_write_by_itself(address):
        return False  # and it is not remembered: the next letter may be answered again
    if prepared.key and not remember(address, Remembered.Kind.ANSWERED, prepared.key, prepared.seconds):
        return False
    parcel = Parcel(prepared.blob, "", prepared.message_id, prepared.subject)
    enqueue(parcel, [To(prepared.goes_to, notify="NEVER")], address=address)
    return True


def _prepared(answer: Answer, key: str = "", seconds: int = 0) -> Prepared:
    blob = blobs().put(written(answer))
    return Prepared(blob, answer.goes_to, answer.message_id, answer.subject, key, seconds)


def _of_reply(reply: Reply, letter: sieve.Letter, zone: tzinfo | None) -> sieve.Vacation | None:
    """An address's own reply as the vacation it is, while it is on."""
    at = clock.now().astimezone(zone)
    if not is_due(at, starts_at=reply.starts_at, ends_at=reply.ends_at, weekdays=reply.weekdays):
        return None
    if is_excepted(letter.sender, reply.exceptions.splitlines()):
        return None
    return sieve.Vacation(reply.text, subject=reply.subject, handle=f"reply\0{reply.id}")


def _written_by(address: Address, told: str) -> tuple[str, str]:
    """The name and address an answer is from: what the script says, where that is this address's to say."""
    for one in mailboxes([told.encode()]):
        if may_write_as(address, one.address):
            return read(one.name), one.address
    return address.name, str(address)


def _aliases(address: Address) -> list[str]:
    aliases = Address.objects.filter(target=address, deleted_at__isnull=True).values_list("local", flat=True)
    return [f"{local}@{address.service.domain}" for local in aliases]


def _one(letter: sieve.Letter, name: str) -> str:
    return " ".join(next(iter(letter.header(name)), "").split())
