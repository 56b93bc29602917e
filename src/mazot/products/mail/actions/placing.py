# SPDX-License-Identifier: AGPL-3.0-or-later
"""Placements come and go in held mailboxes, and the counters with them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from mazot.foundation import clock
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.rules.flags import DELETED, SEEN

PIECE = 500  # values in one statement

PLACE = (
    "INSERT INTO mail_placement (mailbox_id, uid, message_id, modseq, flags, keywords, saved_at) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as one mailbox shows it."""

    message_id: int
    size: int
    flags: int = 0
    keywords: str = ""


def pieces(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), PIECE):
        yield values[start : start + PIECE]


def marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


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


def take_out(store: Store, mailbox: Mailbox, found: Iterable[tuple[int, Shown]]) -> None:
    """Take placements out of a held mailbox, and remember that their UIDs are gone."""
    uids = []
    for uid, shown in found:
        count(mailbox, shown, sign=-1)
        uids.append(uid)
    with connection.cursor() as cursor:
        for piece in pieces(uids):
            gone = f"mailbox_id = %s AND uid IN ({marks(piece)})"
            remember = (
                "INSERT INTO mail_expunged (mailbox_id, uid, modseq) "  # noqa: S608 - marks, not values
                f"SELECT mailbox_id, uid, %s FROM mail_placement WHERE {gone}"
            )
            cursor.execute(remember, [store.modseq, mailbox.id, *piece])
            cursor.execute(f"DELETE FROM mail_placement WHERE {gone}", [mailbox.id, *piece])  # noqa: S608


def moment_of(moment: datetime) -> object:
    """A moment as a parameter of a hand-written statement."""
    return connection.ops.adapt_datetimefield_value(moment)
