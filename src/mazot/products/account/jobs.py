# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters about what opens an account; one may come twice when its mark was lost."""

import contextlib
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from mazot.foundation.errors import NotFound
from mazot.foundation.facts import Heard
from mazot.foundation.ids import moment_of
from mazot.foundation.letters import send_letter
from mazot.products.account.rules.programs import program_of
from mazot.tenancy.actions.identifiers import make_undo_token
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import AppPasswordMade, PasswordSet, SecondFactorChanged
from mazot.tenancy.models import Person
from mazot.tenancy.queries.closings import closed_person, reopening_token, until
from mazot.tenancy.queries.people import login_by_id, person_by_id

SECURITY = {
    PasswordSet.kind(): "password_changed",
    AppPasswordMade.kind(): "app_password_made",
    f"{SecondFactorChanged.kind()}:totp_activated": "second_factor_on",
    f"{SecondFactorChanged.kind()}:webauthn_added": "passkey_on",
    f"{SecondFactorChanged.kind()}:totp_deactivated": "second_factor_off",
    f"{SecondFactorChanged.kind()}:webauthn_removed": "passkey_off",
    f"{SecondFactorChanged.kind()}:recovery_codes_generated": "recovery_codes_made",
}


def write_notice(heard: Heard) -> None:
    """Tell a person by letter that somebody came in as them, or tried to."""
    event = login_by_id(UUID(heard.details["event_id"]))
    if event is None or event.person is None or not event.person.is_active:
        return
    letter = "login" if event.succeeded else "login_failed"
    if heard.details.get("is_new_place"):
        letter = "login_new_place"
    write_letter(event.person, letter, event=event, program=program_of(event.program))


def write_security_letter(heard: Heard) -> None:
    """Tell a person that what opens their account is no longer what it was."""
    told_of = heard.details.get("person_id")
    person = person_by_id(UUID(told_of) if told_of else heard.person_id)
    what = heard.details.get("what")
    letter = SECURITY.get(f"{heard.kind}:{what}" if what else heard.kind)
    if person is not None and letter:
        write_letter(person, letter, name=heard.details.get("name", ""), when=moment_of(heard.id))


def write_undo_letter(heard: Heard) -> None:
    """Tell the old address that it is no longer the identifier, with the way back for those who did not ask for it."""
    person = person_by_id(UUID(heard.details["person_id"]))
    if person is None:
        return
    actor = Actor.system(None, because="a letter with the way back to the old identifier")
    with contextlib.suppress(NotFound):  # undone in the meantime, or by the letter of an earlier try
        change, token = make_undo_token(actor, person, change_id=UUID(heard.details["change_id"]))
        path = reverse("account:identifier-undo", args=[token])
        link, when = settings.MAZOT.address + path, change.confirmed_at
        write_letter(person, "identifier_changed", to=change.old_login, change=change, link=link, when=when)


def write_restored_letter(heard: Heard) -> None:
    """Tell the old address, which is the identifier again, what was done."""
    person = person_by_id(UUID(heard.details["person_id"]))
    if person is not None:
        write_letter(person, "identifier_restored", when=moment_of(heard.id))


def write_closed_letter(heard: Heard) -> None:
    """Tell a person that their account is closed, with the way back for those who closed it in haste or not at all."""
    person = closed_person(UUID(heard.details["person_id"]))
    if person is not None:  # opened again before the letter was written: there is nothing to tell
        link = settings.MAZOT.address + reverse("account:reopen", args=[reopening_token(person)])
        write_letter(person, "account_closed", link=link, when=person.closed_at, until=until(person))


def write_letter(person: Person, letter: str, *, to: str = "", **context: Any) -> None:
    """Send one of the account's letters, in the language and the time of its reader."""
    with translation.override(person.language), timezone.override(ZoneInfo(person.time_zone)):
        context |= {"person": person, "address": settings.MAZOT.address}
        subject = render_to_string(f"account/letters/{letter}.subject.txt", context)
        text = render_to_string(f"account/letters/{letter}.txt", context)
    send_letter(to or person.login, subject=subject.strip(), text=text)
