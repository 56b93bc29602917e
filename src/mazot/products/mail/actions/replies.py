# SPDX-License-Identifier: AGPL-3.0-or-later
"""The automatic replies of an address: many are kept, one at a time is on."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import ReplyChanged
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.products.mail.actions.scripts import hold_address
from mazot.products.mail.models import Address, Reply
from mazot.products.mail.rights import REPLIES
from mazot.products.mail.rules.replies import LONGEST_SUBJECT, LONGEST_TEXT
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.rights import action

REPLIES_OF_AN_ADDRESS = 50
LONGEST_EXCEPTIONS = 5_000
EVERY_DAY = 127


@dataclass(frozen=True, slots=True)
class ReplyText:
    """What a reply says, and when: bit 0 of the weekdays is Monday."""

    name: str
    text: str
    subject: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    weekdays: int = EVERY_DAY
    exceptions: str = ""


@action(needs=REPLIES)
def make_reply(actor: Actor, address: Address, *, told: ReplyText) -> Reply:
    """Keep one more reply; it is off."""
    held = hold_address(address)
    check_room(Reply.objects.filter(address=held).count(), limit=REPLIES_OF_AN_ADDRESS, field="name")
    made = Reply(address=held, **_checked(told))
    made.save(force_insert=True)
    tell(actor, ReplyChanged(held.id, str(held)))
    return made


@action(needs=REPLIES)
def change_reply(actor: Actor, reply: Reply, *, told: ReplyText) -> Reply:
    """Say something else, or at another time. Whoever was answered hears the new text once their days are over."""
    held = hold_address(reply.address)
    found = _again(held, reply)
    checked = _checked(told)
    for name, value in checked.items():
        setattr(found, name, value)
    found.save(update_fields=list(checked))
    tell(actor, ReplyChanged(held.id, str(held)))
    return found


@action(needs=REPLIES)
def switch_reply(actor: Actor, reply: Reply, *, is_on: bool) -> Reply:
    """Turn a reply on, and with it every other off; or turn it off."""
    held = hold_address(reply.address)
    found = _again(held, reply)
    if found.is_active == is_on:
        return found
    Reply.objects.filter(address=held, is_active=True).update(is_active=False)
    found.is_active = is_on
    found.save(update_fields=["is_active"])
    tell(actor, ReplyChanged(held.id, str(held)))
    return found


@action(needs=REPLIES)
def remove_reply(actor: Actor, reply: Reply) -> None:
    """Erase a reply, also one that is on."""
    held = hold_address(reply.address)
    _again(held, reply).delete()
    tell(actor, ReplyChanged(held.id, str(held)))


def _again(held: Address, reply: Reply) -> Reply:
    found = Reply.objects.filter(address=held, id=reply.id).first()
    if found is None:
        raise NotFound("not_found")
    found.address = held
    return found


def _checked(told: ReplyText) -> dict[str, object]:
    text = told.text.replace("\0", "").strip()
    if not text or len(text) > LONGEST_TEXT:
        sentence = _("A reply says something, in at most %(limit)d letters.")
        raise Invalid("text", sentence % {"limit": LONGEST_TEXT}, field="text", limit=LONGEST_TEXT)
    if told.starts_at and told.ends_at and told.ends_at <= told.starts_at:
        raise Invalid("period", _("A reply ends after it begins."), field="ends_at")
    if not 0 < told.weekdays <= EVERY_DAY:
        raise Invalid("weekdays", _("Choose at least one day of the week."), field="weekdays")
    if len(told.exceptions) > LONGEST_EXCEPTIONS:
        sentence = _("The list of senders without a reply has at most %(limit)d letters.")
        raise Invalid("exceptions", sentence % {"limit": LONGEST_EXCEPTIONS}, field="exceptions")
    return {
        "name": checked_name(told.name, field="name", limit=80),
        "subject": " ".join(told.subject.replace("\0", "").split())[:LONGEST_SUBJECT],
        "text": text,
        "starts_at": told.starts_at,
        "ends_at": told.ends_at,
        "weekdays": told.weekdays,
        "exceptions": "\n".join(
            line.strip() for line in told.exceptions.replace("\0", "").splitlines() if line.strip()
        ),
        "changed_at": clock.now(),
    }
