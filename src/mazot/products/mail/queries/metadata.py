# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small values that programs keep with mailboxes."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from mazot.products.mail.models import Mailbox, Metadata, Sharing, Store
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.tenancy.actor import Actor


def metadata_of(
    actor: Actor, store: Store, mailbox: Mailbox | None, names: Sequence[str], *, depth: int
) -> dict[str, bytes | None]:
    """The values of these entries and of those so far below them; none for one that is asked for and not there."""
    require_reading(actor, store)
    kept = {name: bytes(value) for name, value in seen_by(actor, store, mailbox).values_list("name", "value")}
    found: dict[str, bytes | None] = {}
    for name in names:
        if not depth:
            found[name] = kept.get(name)
            continue
        steps = name.count("/")
        found |= {
            one: value
            for one, value in sorted(kept.items())
            if (one == name or one.startswith(name + "/")) and one.count("/") <= steps + depth
        }
    return found


def seen_by(actor: Actor, store: Store, mailbox: Mailbox | None) -> QuerySet[Metadata]:
    """What is shared by all people of an address, and the actor's own."""
    whose = Q(sharing=None) | Q(sharing=sharing_of(actor, store))
    return Metadata.objects.filter(whose, store=store, mailbox=mailbox)


def metadata_marks(actor: Actor, store: Store) -> dict[tuple[int | None, str], int]:
    """Of everything the actor sees in a store which writing of it this is, by mailbox and name."""
    require_reading(actor, store)
    whose = Q(sharing=None) | Q(sharing=sharing_of(actor, store))
    rows = Metadata.objects.filter(whose, store=store).values_list("mailbox_id", "name", "id")
    return {(mailbox_id, name): number for mailbox_id, name, number in rows}


def sharing_of(actor: Actor, store: Store) -> Sharing | None:
    return Sharing.objects.filter(address_id=store.address_id, person_id=actor.person_id).first()
