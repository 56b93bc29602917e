# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which stores an actor reads, and the mailboxes in them."""

from collections.abc import Iterator

from mazot.foundation.errors import NotFound
from mazot.foundation.statements import find
from mazot.products.mail.models import Address, Mailbox, Store
from mazot.products.mail.rights import READ, read_by
from mazot.products.mail.rules.names import fault_of, whole_name
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import in_scope


def require_reading(actor: Actor, subject: Address | Store | Mailbox) -> None:
    """Raise NotFound unless the actor reads the address this belongs to."""
    mine = subject.organization_id == actor.organization_id and in_scope(actor, READ)
    if not mine or (READ.check is not None and not READ.check(actor, subject)):
        raise NotFound("not_found")


def stores_for(actor: Actor) -> list[Store]:
    """The stores of every address the actor reads: those they keep and those shared with them."""
    if not in_scope(actor, READ):
        return []
    addresses = Address.objects.filter(read_by(actor)).values("id")
    return list(Store.objects.filter(address_id__in=addresses).select_related("address__service").order_by("id"))


def mailboxes_for(actor: Actor, store: Store) -> list[Mailbox]:
    """Every mailbox of a store: the inbox first, then by name, each before what is below it."""
    require_reading(actor, store)
    found = Mailbox.objects.filter(store_id=store.id)
    return sorted(_of(store, found), key=lambda mailbox: (mailbox.name != "INBOX", mailbox.name.split("/")))


def mailbox_named(actor: Actor, store: Store, name: str) -> Mailbox:
    """The mailbox of that name, or NotFound."""
    require_reading(actor, store)
    wanted = whole_name(name)
    if not fault_of(wanted)[0]:  # a database cannot even be asked for some names
        for mailbox in _of(store, find(Mailbox, "store_id = %s AND name = %s", [store.id, wanted])):
            return mailbox
    raise NotFound("not_found")


def mailbox_with_role(actor: Actor, store: Store, role: str) -> Mailbox | None:
    """The mailbox that has this part to play (trash, drafts…), if one has it."""
    require_reading(actor, store)
    return next(_of(store, Mailbox.objects.filter(store_id=store.id, role=role)), None) if role else None


def _of(store: Store, found: object) -> Iterator[Mailbox]:
    for mailbox in found:  # type: ignore[attr-defined]
        mailbox.store = store
        yield mailbox
