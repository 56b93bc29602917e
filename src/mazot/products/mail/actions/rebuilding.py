# SPDX-License-Identifier: AGPL-3.0-or-later
"""A store whose counters or promises do not hold is counted anew from its rows; nothing that was kept is lost."""

from collections.abc import Iterable, Sequence

from django.db import connection

from mazot.exchange.facts.mail import StoreMended
from mazot.foundation.facts import tell
from mazot.foundation.statements import update
from mazot.products.mail.actions.filling import name_of
from mazot.products.mail.actions.folders import add_mailbox
from mazot.products.mail.actions.holding import announce, hold_all_mailboxes, hold_store, new_uidvalidity
from mazot.products.mail.actions.placing import place
from mazot.products.mail.models import Mailbox, Message, Store
from mazot.products.mail.queries.checking import (
    Counted,
    Fault,
    counted_in,
    faults_of,
    kept_in,
    orphans_in,
    shown_and_gone_in,
)
from mazot.products.mail.queries.held import Shown, pieces
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.names import INBOX
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=MANAGE)
def check_store(actor: Actor, store: Store) -> list[Fault]:  # noqa: ARG001 - every deed has an actor
    """The faults of a store while nobody writes into it; whether its contents are on disk is asked outside."""
    hold_store(store.id)
    return list(faults_of(store, with_contents=False))


@action(needs=MANAGE)
def mend_store(actor: Actor, store: Store) -> list[Fault]:
    """Count a store anew and show what no mailbox shows in the inbox; the faults that were there.

    A content that is missing from the disk cannot be mended here, and is not looked for.
    """
    held = hold_store(store.id)
    mailboxes = hold_all_mailboxes(held)
    found = list(faults_of(held, with_contents=False))
    if not found:
        return []
    counted = counted_in(held.id)
    for mailbox in mailboxes.values():
        _mend_mailbox(held, mailbox, counted[mailbox.id])
    held.uidvalidity = max([held.uidvalidity, *(mailbox.uidvalidity for mailbox in mailboxes.values())])
    _mend_twins(held, list(mailboxes.values()))
    inbox = _inbox_of(held, mailboxes)
    _forget_shown(mailboxes)
    _show_again(shown_and_gone_in(held.id))
    _show_orphans(held, inbox)
    held.n_messages, held.used = kept_in(held.id, shown=True)
    held.gone = kept_in(held.id, shown=False)[1]
    announce(held, [*mailboxes.values()])
    tell(actor, StoreMended(held.address_id, name_of(held), len(found)))
    return found


@action(needs=MANAGE)
def renew_store(actor: Actor, store: Store) -> int:  # noqa: ARG001 - every deed has an actor
    """Have every program read every mailbox anew; how many there are.

    After the server was restored from a copy, UIDs that programs remember belong to letters that are no longer here,
    and will be given to others.
    """
    held = hold_store(store.id)
    mailboxes = hold_all_mailboxes(held)
    for mailbox in mailboxes.values():
        _renew(held, mailbox)
    announce(held, mailboxes.values())
    return len(mailboxes)


def _mend_mailbox(store: Store, mailbox: Mailbox, counted: Counted) -> None:
    for name in ("n_total", "n_bytes", "n_unseen", "n_deleted"):
        setattr(mailbox, name, getattr(counted, name))
    store.modseq = max(store.modseq, counted.last_modseq + 1, mailbox.highest_modseq + 1)
    if counted.last_uid >= mailbox.uidnext:
        # A UID may have been given twice: programs are to forget what they know of this mailbox.
        mailbox.uidnext = counted.last_uid + 1
        _renew(store, mailbox)


def _mend_twins(store: Store, mailboxes: Sequence[Mailbox]) -> None:
    """Two mailboxes look like one to a program when their UIDVALIDITY is the same: the younger one gets another."""
    seen = set()
    for mailbox in mailboxes:
        if mailbox.uidvalidity in seen:
            _renew(store, mailbox)
        seen.add(mailbox.uidvalidity)


def _renew(store: Store, mailbox: Mailbox) -> None:
    mailbox.uidvalidity = new_uidvalidity(store)
    update(mailbox, "uidvalidity")


def _inbox_of(store: Store, mailboxes: dict[int, Mailbox]) -> Mailbox:
    """The inbox, by its name; made where there is none, and with its role."""
    inbox = next((mailbox for mailbox in mailboxes.values() if mailbox.name == INBOX), None)
    for mailbox in mailboxes.values():
        if mailbox.role == Mailbox.Role.INBOX and mailbox is not inbox:
            mailbox.role = ""
            update(mailbox, "role")
    if inbox is None:
        inbox = add_mailbox(store, INBOX, role=Mailbox.Role.INBOX)
        mailboxes[inbox.id] = inbox
    elif inbox.role != Mailbox.Role.INBOX:
        inbox.role = Mailbox.Role.INBOX
        update(inbox, "role")
    return inbox


def _forget_shown(mailboxes: Iterable[int]) -> None:
    """A UID that was given twice is not gone as long as the second message is there."""
    with connection.cursor() as cursor:
        for mailbox_id in mailboxes:
            cursor.execute(
                "DELETE FROM mail_expunged WHERE mailbox_id = %s AND uid IN "
                "(SELECT uid FROM mail_placement WHERE mailbox_id = %s)",
                [mailbox_id, mailbox_id],
            )


def _show_again(message_ids: Sequence[int]) -> None:
    for piece in pieces(message_ids):
        Message.objects.filter(id__in=list(piece)).update(gone_at=None, gone_from="")


def _show_orphans(store: Store, inbox: Mailbox) -> None:
    orphans = orphans_in(store.id)
    sizes: dict[int, int] = {}
    for piece in pieces(orphans):
        sizes |= dict(Message.objects.filter(id__in=list(piece)).values_list("id", "size"))
    if orphans:
        place(store, inbox, [Shown(key, sizes[key]) for key in orphans])
