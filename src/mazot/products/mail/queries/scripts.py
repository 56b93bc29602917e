# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filters of an address: what there is, and what runs."""

from functools import lru_cache
from uuid import UUID

from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.mail.models import Address, Reply, Script, Service
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.products.mail.rules.addressing import apart
from mazot.products.mail.rules.scripts import SCRIPTS_OF_AN_ADDRESS
from mazot.tenancy.actor import Actor
from mazot.wire import sieve


def scripts_of(actor: Actor, address: Address) -> list[Script]:
    """The scripts of an address by name, for whoever reads it."""
    require_reading(actor, address)
    return list(Script.objects.filter(address=address).order_by("name"))


def script_named(actor: Actor, address: Address, name: str) -> Script:
    """The script of that name, or NotFound."""
    require_reading(actor, address)
    found = Script.objects.filter(address=address, name=name).first()
    if found is None:
        raise NotFound("not_found")
    found.address = address
    return found


def has_room_for_script(actor: Actor, address: Address, name: str) -> bool:
    """Whether a script of that name could be kept, in the place of an older one or as one more."""
    names = {one.name for one in scripts_of(actor, address)}
    return name in names or len(names) < SCRIPTS_OF_AN_ADDRESS


def replies_of(actor: Actor, address: Address) -> list[Reply]:
    """The automatic replies of an address, the one that is on first."""
    require_reading(actor, address)
    return list(Reply.objects.filter(address=address).order_by("-is_active", "name", "id"))


# Asked for each letter that comes in.
_SCRIPT = Prepared[Script](lambda address_id: Script.objects.filter(address_id=address_id, is_active=True))
_REPLY = Prepared[Reply](lambda address_id: Reply.objects.filter(address_id=address_id, is_active=True))


def running_script(address_id: UUID) -> Script | None:
    """The script that sorts what comes for an address."""
    return _SCRIPT.first(address_id)


def running_reply(address_id: UUID) -> Reply | None:
    return _REPLY.first(address_id)


def included_script(address_id: UUID, name: str) -> Script | None:
    return Script.objects.filter(address_id=address_id, name=name).first()


def is_within(organization_id: UUID, written: str) -> bool:
    """Whether an address is at one of the mail domains of an organization."""
    parts = apart(written)
    if parts is None:
        return False
    proved = Service.objects.filter(organization_id=organization_id, instance__ended_at__isnull=True)
    return proved.exclude(proof=Service.Proof.NONE).filter(domain=parts[1]).exists()


@lru_cache(maxsize=64)
def compiled(source: str) -> sieve.Script:
    """A script ready to run; SieveError tells why it is none."""
    return sieve.compile_script(source)
