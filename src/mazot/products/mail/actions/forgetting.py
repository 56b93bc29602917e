# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailboxes forget old UIDs, and remember up to where (RFC 7162 section 5.3)."""

from mazot.foundation.statements import erase, update
from mazot.products.mail.actions.holding import hold_all_mailboxes, hold_store
from mazot.products.mail.models import Expunged, Store
from mazot.products.mail.queries.remembered import floor_of
from mazot.products.mail.rights import WRITE
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=WRITE)
def forget_expunged(actor: Actor, store: Store) -> int:  # noqa: ARG001 - every deed has an actor
    """Forget the oldest expunged UIDs of mailboxes that remember too many; how many."""
    forgotten = 0
    for mailbox in hold_all_mailboxes(hold_store(store.id)).values():
        floor = floor_of(mailbox.id)
        if floor > mailbox.expunged_floor:
            mailbox.expunged_floor = floor
            update(mailbox, "expunged_floor")
            forgotten += erase(Expunged, "mailbox_id = %s AND modseq <= %s", [mailbox.id, floor])
    return forgotten
