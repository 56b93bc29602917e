# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages leave a mailbox for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from mazot.products.mail.actions.holding import announce, hold_mailbox
from mazot.products.mail.actions.letting_go import let_go
from mazot.products.mail.actions.placing import take_out
from mazot.products.mail.models import Mailbox
from mazot.products.mail.queries.held import deleted_in, shown_in
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import DELETED
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@dataclass(frozen=True, slots=True)
class Expunging:
    """Which UIDs left a mailbox, and with which modseq."""

    modseq: int
    uids: list[int]


@action(needs=WRITE)
def expunge_messages(actor: Actor, mailbox: Mailbox, *, uids: Sequence[int] | None = None) -> Expunging:  # noqa: ARG001 - every deed has an actor
    """Take out what bears \\Deleted, among these UIDs if any are named (RFC 9051 sections 6.4.3 and 6.4.9)."""
    store, held = hold_mailbox(mailbox)
    found = deleted_in(held) if uids is None else [one for one in shown_in(held, uids) if one.flags & DELETED]
    if not found:
        return Expunging(held.highest_modseq, [])
    gone = take_out(store, held, found)
    let_go(store, [shown.message_id for shown in found], mailbox_name=held.name)
    announce(store, [held])
    return Expunging(store.modseq, gone)
