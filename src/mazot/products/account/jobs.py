# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters about tries to come in, for those who asked for them; one may come twice when its mark was lost."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from mazot.foundation.facts import Heard
from mazot.foundation.letters import send_letter
from mazot.products.account.rules.programs import program_of
from mazot.tenancy.queries.people import login_by_id


def write_notice(heard: Heard) -> None:
    """Tell a person by letter that somebody came in as them, or tried to."""
    event = login_by_id(UUID(heard.details["event_id"]))
    if event is None or event.person is None or not event.person.is_active:
        return
    letter = "login" if event.succeeded else "login_failed"
    with translation.override(event.person.language), timezone.override(ZoneInfo(event.person.time_zone)):
        context = {"event": event, "program": program_of(event.program), "address": settings.MAZOT.address}
        subject = render_to_string(f"account/letters/{letter}.subject.txt", context)
        text = render_to_string(f"account/letters/{letter}.txt", context)
    send_letter(event.person.login, subject=subject, text=text)
