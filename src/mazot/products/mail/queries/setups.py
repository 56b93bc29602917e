# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs of strangers may know to set themselves up: which domains' mail is here, and through which doors."""

from mazot.products.mail.models import Service
from mazot.products.mail.queries.settings import settings_for_programs
from mazot.products.mail.rules.addressing import BadDomain, domain_from
from mazot.products.mail.rules.setups import Server

LEADING = ("autoconfig.", "autodiscover.")


def servers_for_programs() -> list[Server]:
    """Where mail is read and sent; both, or a program cannot be set up."""
    found = [
        Server(door.kind, door.host, door.port, door.secrecy)
        for door in settings_for_programs()
        if door.kind in ("imap", "submission")
    ]
    return found if len(found) == 2 else []


def domain_with_mail(*named: str) -> str:
    """The first of these that is an address or a name of a domain whose mail is here; empty when none is."""
    for name in named:
        try:
            domain = domain_from(name.rpartition("@")[2])
        except BadDomain:
            continue
        for leading in LEADING:
            domain = domain.removeprefix(leading)
        live = Service.objects.filter(domain=domain, instance__ended_at__isnull=True)
        if live.exclude(proof=Service.Proof.NONE).exists():
            return domain
    return ""
