# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that a person shares with others, as a program sees them beside the address it has opened."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef

from mazot.products.mail.models import Address, Mailbox, Sharing, Store, Subscription
from mazot.products.mail.queries.mailboxes import mailboxes_for
from mazot.products.mail.rules.addressing import shown_domain
from mazot.products.mail.rules.rights import EVERYTHING, AddressRight
from mazot.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class SharedStore:
    """The store of an address that several people share."""

    store: Store
    sharing_id: UUID
    address_id: UUID
    service_id: UUID
    label: str  # the address as people read it


def shared_stores(actor: Actor, opened: Address) -> list[SharedStore]:
    """What a program that opened one address may open besides, by label.

    Only an address of one's own shows the others: the password of a shared one lies on devices of several people. And
    only addresses that have other people, that devices may open, and that are open now.
    """
    others = Sharing.objects.filter(address_id=OuterRef("address_id")).exclude(person_id=actor.person_id)
    mine = Sharing.objects.filter(
        person_id=actor.person_id,
        organization_id=actor.organization_id,
        address__deleted_at__isnull=True,
        address__instance__ended_at__isnull=True,
        address__state=Address.State.OPEN,
    )
    found = list(mine.annotate(has_others=Exists(others)).select_related("address__service"))
    if not any(one.is_keeper and one.address_id == opened.id for one in found):
        return []
    by_address = {one.address_id: one for one in found if one.address_id != opened.id and _shows(one)}
    if not by_address:
        return []
    stores = Store.objects.filter(address_id__in=list(by_address))
    return sorted((_shared(store, by_address[store.address_id]) for store in stores), key=lambda one: one.label)


def is_shared(actor: Actor, opened: Address, shared: SharedStore) -> bool:
    """Whether what led to a shared store would lead there again."""
    return any(one.store.id == shared.store.id for one in shared_stores(actor, opened))


def _shows(sharing: Sharing) -> bool:
    rights = EVERYTHING if sharing.is_keeper else AddressRight(sharing.rights)
    may_open = bool(rights & AddressRight.DEVICES) and not sharing.address.is_in_maintenance
    return may_open and sharing.has_others  # type: ignore[attr-defined,no-any-return]


def _shared(store: Store, sharing: Sharing) -> SharedStore:
    address = sharing.address
    label = f"{address.local}@{shown_domain(address.service.domain)}"
    return SharedStore(store, sharing.id, address.id, address.service_id, label)


def subscribed_in(actor: Actor, shared: SharedStore) -> list[tuple[Mailbox, bool]]:
    """Every mailbox of a shared store, and whether this person wants to see it."""
    chosen = dict(Subscription.objects.filter(sharing_id=shared.sharing_id).values_list("mailbox_id", "is_wanted"))
    return [(one, chosen.get(one.id, one.is_subscribed)) for one in mailboxes_for(actor, shared.store)]
