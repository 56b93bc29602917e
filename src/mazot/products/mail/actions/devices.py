# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make and revoke the passwords with which devices open an address: the only ones that do."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import DevicePasswordMade, DevicePasswordRevoked, DevicePasswordsRevoked
from mazot.foundation import clock
from mazot.foundation.errors import NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.products.mail.models import Address, DevicePassword
from mazot.products.mail.rights import DEVICES, END_DEVICES, ends_devices_of_others
from mazot.products.mail.rules.devices import DEVICES_OF_AN_ADDRESS, LONGEST_NAME
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import PREFIX_LETTERS, SECRET_LETTERS, digest_of, written


@action(needs=DEVICES)
def make_device_password(actor: Actor, address: Address, *, name: str) -> tuple[DevicePassword, str]:
    """Make a password for one device of the actor; the secret is in the answer and nowhere else, ever."""
    found = (
        Address.objects.select_for_update(of=("self",))
        .select_related("service")
        .filter(id=address.id, deleted_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    if found.kind != Address.Kind.REAL:
        raise Refused("no_mailbox", _("Only an address that keeps mail can be opened with a device."))
    live = DevicePassword.objects.filter(address=found, revoked_at__isnull=True)
    check_room(live.count(), limit=DEVICES_OF_AN_ADDRESS, field="name")
    prefix, secret = new_secret(letters=PREFIX_LETTERS), new_secret(letters=SECRET_LETTERS)
    made = DevicePassword(
        address=found,
        person_id=actor.person_id,
        name=checked_name(name, field="name", limit=LONGEST_NAME),
        prefix=prefix,
        digest=digest_of(secret, key=settings.MAZOT_CREDENTIAL_KEY),
        created_at=clock.now(),
    )
    made.save(force_insert=True)
    tell(actor, DevicePasswordMade(found.id, str(found), device=made.name))
    return made, written(prefix, secret)


@action(needs=END_DEVICES)
def revoke_device_password(actor: Actor, device: DevicePassword) -> DevicePassword:
    """End one device: it opens nothing from its next try on, and sessions it has open are told."""
    found = (
        DevicePassword.objects.select_for_update(of=("self",))
        .select_related("address__service")
        .filter(id=device.id, revoked_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    tell(actor, DevicePasswordRevoked(found.address_id, str(found.address), device=found.name))
    return found


@action(needs=END_DEVICES)
def revoke_every_device_password(actor: Actor, address: Address, *, person_id: UUID | None = None) -> int:
    """End the devices of one person at an address, or everybody's where the actor may; the answer is how many."""
    of_everybody = ends_devices_of_others(actor, address)
    if not of_everybody and person_id not in (None, actor.person_id):
        raise NotFound("not_found")
    whose = person_id or (None if of_everybody else actor.person_id)
    live = DevicePassword.objects.filter(address=address, revoked_at__isnull=True)
    if whose is not None:
        live = live.filter(person_id=whose)
    count = live.update(revoked_at=clock.now())
    if count:
        tell(actor, DevicePasswordsRevoked(address.id, str(address), count=count))
    return count
