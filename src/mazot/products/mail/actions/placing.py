# SPDX-License-Identifier: AGPL-3.0-or-later
"""Placements come and go in held mailboxes, and the counters with them."""

from collections.abc import Iterable, Sequence

from django.db import connection

from mazot.foundation import clock
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.held import Shown, marks, moment_of, pieces
from mazot.products.mail.rules.flags import DELETED, SEEN

PLACE = (
    "INSERT INTO mail_placement (mailbox_id, uid, message_id, modseq, flags, keywords, saved_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def count(mailbox: Mailbox, shown: Shown, *, sign: int) -> None:
    """Count one placement in, or out."""
    mailbox.n_total += sign
    mailbox.n_bytes += sign * shown.size
    mailbox.n_unseen += sign * (not shown.flags & SEEN)
    mailbox.n_deleted += sign * bool(shown.flags & DELETED)


def place(store: Store, mailbox: Mailbox, messages: Sequence[Shown]) -> list[int]:
    """Show messages in a held mailbox, under new UIDs in their order."""
    first = mailbox.uidnext
    mailbox.uidnext += len(messages)
    uids = list(range(first, mailbox.uidnext))
    moment = moment_of(clock.now())
    rows = []
    for uid, shown in zip(uids, messages, strict=True):
        count(mailbox, shown, sign=1)
        rows.append((mailbox.id, uid, shown.message_id, store.modseq, shown.flags, shown.keywords, moment))
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(PLACE, rows[0])
        else:
            cursor.executemany(PLACE, rows)
    return uids


def take_out(store: Store, mailbox: Mailbox, found: Iterable[Shown]) -> list[int]:
    """Take placements out of a held mailbox, and remember that their UIDs are gone."""
    uids = []
    for shown in found:
        count(mailbox, shown, sign=-1)
        uids.append(shown.uid)
    with connection.cursor() as cursor:
        for piece in pieces(uids):
            gone = f"mailbox_id = %s AND uid IN ({marks(piece)})"
            remember = (
                "INSERT INTO mail_expunged (mailbox_id, uid, modseq) "  # noqa: S608 - marks, not values
                f"SELECT mailbox_id, uid, %s FROM mail_placement WHERE {gone}"
            )
            cursor.execute(remember, [store.modseq, mailbox.id, *piece])
            cursor.execute(f"DELETE FROM mail_placement WHERE {gone}", [mailbox.id, *piece])  # noqa: S608
    return uids
