# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was let go comes back within thirty days, or is erased after them (decision 22)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mazot.foundation.errors import NotAllowed
from mazot.foundation.statements import find, update
from mazot.products.mail.actions.folders import add_mailbox
from mazot.products.mail.actions.holding import announce, charge, hold_all_mailboxes, hold_store
from mazot.products.mail.actions.letting_go import erase_messages
from mazot.products.mail.actions.placing import place
from mazot.products.mail.models import Mailbox, Message, Store
from mazot.products.mail.queries.gone import too_long_gone
from mazot.products.mail.queries.held import Shown, marks, pieces
from mazot.products.mail.rights import WRITE, rights_on
from mazot.products.mail.rules.flags import SEEN
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

AT_ONCE = 1000


@action(needs=WRITE)
def restore_messages(actor: Actor, store: Store, *, message_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Show messages again in the mailboxes they were last in, read and charged anew; mailbox and UID of each.

    A mailbox that is gone is made again; what was erased or is shown already is passed over.
    """
    rights = rights_on(actor, store.address_id)
    if rights is None or not rights & AddressRight.RESTORE:
        raise NotAllowed("right_missing", _("Restoring letters of this address was not entrusted to you."))
    held = hold_store(store.id)
    by_name = {mailbox.name: mailbox for mailbox in hold_all_mailboxes(held).values()}
    placed, touched = [], {}
    for message in _gone(held, message_ids):
        charge(held, message.size)
        held.gone -= message.size
        mailbox = by_name.get(message.gone_from) or _made_again(held, message.gone_from, by_name)
        uid = place(held, mailbox, [Shown(message.id, message.size, SEEN)])[0]
        message.gone_at, message.gone_from = None, ""
        update(message, "gone_at", "gone_from")
        touched[mailbox.id] = mailbox
        placed.append((int(mailbox.id), uid))
    if placed:
        announce(held, touched.values())
    return placed


def _gone(store: Store, message_ids: Sequence[int]) -> list[Message]:
    found: list[Message] = []
    for piece in pieces(sorted(set(message_ids))):
        where = f"store_id = %s AND gone_at IS NOT NULL AND id IN ({marks(piece)}) ORDER BY id"
        found += find(Message, where, [store.id, *piece])
    return found


def _made_again(store: Store, name: str, by_name: dict[str, Mailbox]) -> Mailbox:
    by_name[name] = add_mailbox(store, name)
    return by_name[name]


@action(needs=WRITE)
def forget_gone(actor: Actor, store: Store) -> int:  # noqa: ARG001 - every deed has an actor
    """Erase messages whose thirty days are over, a thousand at once; how many."""
    held = hold_store(store.id)
    over = too_long_gone(held.id, AT_ONCE)
    held.gone -= sum(size for _id, size in over)
    erase_messages(held, [message_id for message_id, _size in over])
    if over:
        update(held, "gone")
    return len(over)
