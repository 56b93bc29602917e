# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages are shown in another mailbox too, or instead: a new placement of the same message, under a new UID."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mazot.foundation.statements import find, insert_numbered
from mazot.products.mail.actions.holding import announce, charge, hold_mailboxes, hold_store
from mazot.products.mail.actions.learning import note_moved
from mazot.products.mail.actions.letting_go import let_go
from mazot.products.mail.actions.placing import place, take_out
from mazot.products.mail.actions.threads import thread_for
from mazot.products.mail.models import Mailbox, Message, Store
from mazot.products.mail.queries.held import Shown, marks, pieces, shown_in
from mazot.products.mail.rights import READ, WRITE
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action, require


@dataclass(frozen=True, slots=True)
class Copied:
    """Where messages are now: the other mailbox's UIDVALIDITY, and each UID with its new one (RFC 4315)."""

    uidvalidity: int
    pairs: list[tuple[int, int]]
    modseq: int  # of the mailbox they were taken from when they moved, or else of the one they came to


@action(needs=READ)
def copy_messages(actor: Actor, mailbox: Mailbox, *, uids: Sequence[int], to: Mailbox) -> Copied:
    """Show messages in another mailbox too, with the same flags; the store is charged nothing more for its own."""
    require(actor, WRITE, to)
    stores, held = _hold(mailbox, to)
    target = held[to.id]
    found = shown_in(held[mailbox.id], uids)
    if not found:
        return Copied(target.uidvalidity, [], target.highest_modseq)
    pairs = _show(stores[mailbox.store_id], stores[to.store_id], target, found)
    note_moved(actor, held[mailbox.id], target, [shown.message_id for shown in found])
    announce(stores[to.store_id], [target])
    return Copied(target.uidvalidity, pairs, stores[to.store_id].modseq)


@action(needs=WRITE)
def move_messages(actor: Actor, mailbox: Mailbox, *, uids: Sequence[int], to: Mailbox) -> Copied:
    """Show messages in another mailbox and no longer in this one (RFC 6851), in one transaction."""
    require(actor, WRITE, to)
    stores, held = _hold(mailbox, to)
    source, target = held[mailbox.id], held[to.id]
    store = stores[mailbox.store_id]
    found = shown_in(source, uids)
    if not found:
        return Copied(target.uidvalidity, [], source.highest_modseq)
    if store.id == to.store_id:
        pairs = move_shown(store, source, target, found)
        note_moved(actor, source, target, [shown.message_id for shown in found])
        announce(store, {source.id: source, target.id: target}.values())
    else:
        pairs = _show(store, stores[to.store_id], target, found)
        take_out(store, source, found)
        let_go(store, [shown.message_id for shown in found], mailbox_name=source.name)
        announce(store, [source])
        announce(stores[to.store_id], [target])
    return Copied(target.uidvalidity, pairs, store.modseq)


def move_shown(store: Store, source: Mailbox, target: Mailbox, found: Sequence[Shown]) -> list[tuple[int, int]]:
    """Move placements between two held mailboxes of a store, which may be one and the same."""
    new = place(store, target, found)
    return list(zip(take_out(store, source, found), new, strict=True))


def _hold(mailbox: Mailbox, to: Mailbox) -> tuple[dict[int, Store], dict[int, Mailbox]]:
    """The stores of both mailboxes by id, and then the mailboxes."""
    stores = {key: hold_store(key) for key in sorted({mailbox.store_id, to.store_id})}
    held: dict[int, Mailbox] = {}
    for key, store in stores.items():
        held |= hold_mailboxes(store, {one.id for one in (mailbox, to) if one.store_id == key})
    return stores, held


def _show(source: Store, store: Store, target: Mailbox, found: Sequence[Shown]) -> list[tuple[int, int]]:
    """Place messages of one held store in a mailbox of it, or of another, which then keeps messages of its own."""
    own = found if source.id == store.id else _kept_too(store, found)
    return list(zip([shown.uid for shown in found], place(store, target, own), strict=True))


def _kept_too(store: Store, found: Sequence[Shown]) -> list[Shown]:
    messages: dict[int, Message] = {}
    for piece in pieces(sorted({shown.message_id for shown in found})):
        messages |= {one.id: one for one in find(Message, f"id IN ({marks(piece)})", piece)}
    kept: dict[int, int] = {}
    for key in sorted(messages):
        message = messages[key]
        charge(store, message.size)
        message.store_id = store.id
        # The whole list of what it answers is in its content; its own name is enough to meet those that answer it.
        message.thread_id = thread_for(
            store,
            message_id=message.message_id,
            references=(),
            subject=message.subject,
            received_at=message.received_at,
        )
        insert_numbered(message)
        kept[key] = message.id
    return [replace(shown, message_id=kept[shown.message_id]) for shown in found]
