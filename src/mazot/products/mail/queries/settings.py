# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mail program asks for when somebody sets it up: the doors of this server that are open."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class DoorOfPrograms:
    key: str  # imap, submission, sieve
    title: str | Promise
    host: str
    port: int
    is_encrypted: bool  # STARTTLS, before anything is said


def settings_for_programs() -> list[DoorOfPrograms]:
    """The doors of programs, in the order in which programs ask for them."""
    mazot = settings.MAZOT
    named = (
        ("imap", _("Incoming mail (IMAP)"), mazot.imap, mazot.imap_port),
        ("submission", _("Outgoing mail (SMTP)"), mazot.submission, mazot.submission_port),
        ("sieve", _("Sorting (ManageSieve)"), mazot.sieve, mazot.sieve_port),
    )
    found = [(key, title, str(port or where.rpartition(":")[2])) for key, title, where, port in named if where]
    return [
        DoorOfPrograms(key, title, mazot.mail_host, int(port), bool(mazot.certificate))
        for key, title, port in found
        if port.isdecimal()
    ]
