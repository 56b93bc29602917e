# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the demo organization its mail: an address for each of its people, one they share, an alias, a redirection."""

from collections.abc import Mapping
from typing import Any

from mazot.products.mail.actions.addresses import make_address
from mazot.products.mail.actions.devices import make_device_password, revoke_device_password
from mazot.products.mail.actions.domains import declare_domain, set_service
from mazot.products.mail.actions.redirections import accept_redirection, ask_redirection, renew_token
from mazot.products.mail.actions.sharings import share_address
from mazot.products.mail.models import Address, DevicePassword, Service
from mazot.products.mail.queries.addresses import own_sharings
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, ProductInstance

DEMO_DOMAIN = "valley.example"
DEVICE = "Demo"
BOX_OFFICE = ("maelle", "camille")
LOOKS = ("luc",)


def furnish_demo(actor: Actor, instance: ProductInstance, *, people: Mapping[str, Actor]) -> None:
    """Make the addresses of the demo in its service, which the operator has declared."""
    system = Actor.system(instance.organization_id, because="the demo is furnished")
    service = declare_domain(system, Service.objects.get(instance=instance))
    service = set_service(actor, service, max_addresses=20)
    members = {
        key: Membership.objects.select_related("person").get(id=who.membership_id) for key, who in people.items()
    }
    first = None
    for member in members.values():
        person = member.person
        made = make_address(actor, service, local=person.login.split("@")[0], name=person.name, keeper=member)
        first = first or made
    assert first is not None
    billets = make_address(actor, service, local="billets", name="Billetterie")
    for key in BOX_OFFICE:
        share_address(actor, billets, member=members[key], is_keeper=key == BOX_OFFICE[0])
    for key in LOOKS:
        share_address(actor, billets, member=members[key], rights=int(AddressRight.LOOK_ONLY))
    make_address(actor, service, local="direction", kind=Address.Kind.ALIAS, target=first)
    friends = make_address(actor, service, local="amis", kind=Address.Kind.REDIRECT)
    asked = ask_redirection(actor, friends, goes_to="presidente@amis.example")
    accept_redirection(system, asked, token=renew_token(system, asked))
    ask_redirection(actor, friends, goes_to="tresorier@amis.example")


def demo_credentials(actor: Actor) -> dict[str, Any]:
    """The addresses a person of the demo opens, each with a device password made anew."""
    told = []
    own = own_sharings(actor)
    for sharing in sorted(own, key=lambda one: str(one.address) != one.person.login):
        if not (sharing.is_keeper or sharing.rights & AddressRight.DEVICES):
            continue
        for old in DevicePassword.objects.filter(
            address=sharing.address, person_id=actor.person_id, name=DEVICE, revoked_at__isnull=True
        ):
            revoke_device_password(actor, old)
        _device, secret = make_device_password(actor, sharing.address, name=DEVICE)
        told.append({"address": str(sharing.address), "device_password": secret})
    return {"addresses": told} if told else {}
