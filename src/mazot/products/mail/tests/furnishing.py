# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mail service, addresses and their stores for tests, as rows: what deeds make them is tested where the deeds are."""

from mazot.foundation import clock
from mazot.products.mail.models import Address, Mailbox, Service, Sharing, Store
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.models import Organization, Person, ProductInstance

ROLES = {"INBOX": "inbox", "Drafts": "drafts", "Sent": "sent", "Spam": "junk", "Trash": "trash", "Archive": "archive"}


def a_service(organization: Organization, domain: str = "mimosa.example") -> Service:
    instance = ProductInstance.objects.create(organization=organization, product="mail", name=domain)
    now = clock.now()
    return Service.objects.create(
        organization=organization,
        instance=instance,
        domain=domain,
        proof=Service.Proof.OPERATOR,
        proof_token="token",
        proved_at=now,
        created_at=now,
    )


def an_address(service: Service, local: str) -> Address:
    """A real address with an empty store and the folders it begins with."""
    address = Address.objects.create(
        organization_id=service.organization_id,
        instance_id=service.instance_id,
        service=service,
        local=local,
        kind=Address.Kind.REAL,
        created_at=clock.now(),
    )
    whose = {"organization_id": service.organization_id, "instance_id": service.instance_id}
    store = Store.objects.create(address=address, uidvalidity=len(ROLES), **whose)
    for number, (name, role) in enumerate(ROLES.items(), start=1):
        Mailbox.objects.create(store=store, name=name, role=role, uidvalidity=number, **whose)
    return address


def share(address: Address, person: Person, rights: int = 0, *, is_keeper: bool = False) -> Sharing:
    return Sharing.objects.create(
        organization_id=address.organization_id,
        address=address,
        person=person,
        rights=rights,
        is_keeper=is_keeper,
        created_at=clock.now(),
    )


LOOK_ONLY = int(AddressRight.LOOK_ONLY)
