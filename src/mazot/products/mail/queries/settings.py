# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mail program asks for when somebody sets it up: the doors of this server that are open."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.products.mail.rules.setups import NOTHING, STARTTLS, TLS, Secrecy

# The doors that speak TLS from the first byte, and those they stand before.
BETTER = {"imaps": "imap", "submissions": "submission"}


@dataclass(frozen=True, slots=True)
class DoorOfPrograms:
    key: str  # imaps, imap, submissions, submission, sieve
    title: str | Promise
    host: str
    port: int
    secrecy: Secrecy

    @property
    def kind(self) -> str:
        """What is done there: imap, submission, sieve."""
        return BETTER.get(self.key, self.key)


def doors_for_programs() -> list[DoorOfPrograms]:
    """The doors of programs that are open, the better ones first (RFC 8314 section 3)."""
    mazot = settings.MAZOT
    reading, sending = _("Incoming mail (IMAP)"), _("Outgoing mail (SMTP)")
    named = (
        ("imaps", reading, mazot.imaps, mazot.imaps_port),
        ("imap", reading, mazot.imap, mazot.imap_port),
        ("submissions", sending, mazot.submissions, mazot.submissions_port),
        ("submission", sending, mazot.submission, mazot.submission_port),
        ("sieve", _("Sorting (ManageSieve)"), mazot.sieve, mazot.sieve_port),
    )
    found = [(key, title, str(port or where.rpartition(":")[2])) for key, title, where, port in named if where]
    return [
        DoorOfPrograms(key, title, mazot.mail_host, int(port), _secrecy(key, has_certificate=bool(mazot.certificate)))
        for key, title, port in found
        if port.isdecimal()
    ]


def settings_for_programs() -> list[DoorOfPrograms]:
    """One door for each thing that is done, in the order in which programs ask for them."""
    found: dict[str, DoorOfPrograms] = {}
    for door in doors_for_programs():
        found.setdefault(door.kind, door)
    return list(found.values())


def _secrecy(key: str, *, has_certificate: bool) -> Secrecy:
    if key in BETTER:
        return TLS
    return STARTTLS if has_certificate else NOTHING
