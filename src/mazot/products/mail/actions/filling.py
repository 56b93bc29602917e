# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who fills their room is told before letters are refused."""

from mazot.exchange.facts.mail import StoreFilled
from mazot.foundation import clock
from mazot.foundation.facts import tell
from mazot.foundation.statements import update
from mazot.products.mail.models import Address, Store
from mazot.products.mail.rules.room import level_of
from mazot.tenancy.actor import Actor


def watch_room(store: Store) -> None:
    """Tell of a held store that it fills, once for each level."""
    level = level_of(store.used, store.allowed, warned=store.warned)
    if level == store.warned:
        return
    is_new = level > store.warned
    store.warned = level
    if is_new:
        store.warned_at = clock.now()
        system = Actor.system(store.organization_id, because="a mailbox fills")
        tell(system, StoreFilled(store.address_id, name_of(store), level))
    update(store, "warned", "warned_at")


def name_of(store: Store) -> str:
    """The address of a store, in full."""
    address = Address.objects.select_related("service").get(id=store.address_id)
    return f"{address.local}@{address.service.domain}"
