# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a deed reads of a held mailbox before it decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.rules.flags import DELETED

PIECE = 500  # values in one statement

SHOWN = (
    "SELECT p.uid, p.message_id, m.size, p.flags, p.keywords, p.modseq "
    "FROM mail_placement p CROSS JOIN mail_message m WHERE p.mailbox_id = %s AND {} AND m.id = p.message_id "
    "ORDER BY p.uid"
)

MARKED = (
    "SELECT p.uid, p.message_id, 0, p.flags, p.keywords, p.modseq FROM mail_placement p "
    "WHERE p.mailbox_id = %s AND {} ORDER BY p.uid"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as one mailbox shows it; without a UID until it is placed."""

    message_id: int
    size: int
    flags: int = 0
    keywords: str = ""
    uid: int = 0
    modseq: int = 0


def pieces(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), PIECE):
        yield values[start : start + PIECE]


def marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def shown_in(mailbox: Mailbox, uids: Sequence[int]) -> list[Shown]:
    """What a mailbox shows under these UIDs; those that are not there are left out."""
    return _among(SHOWN, mailbox, uids)


def marked_in(mailbox: Mailbox, uids: Sequence[int]) -> list[Shown]:
    """The same without sizes, for what changes flags alone."""
    return _among(MARKED, mailbox, uids)


def _among(sql: str, mailbox: Mailbox, uids: Sequence[int]) -> list[Shown]:
    found: list[Shown] = []
    for piece in pieces(sorted(set(uids))):
        dense = piece[-1] - piece[0] + 1 == len(piece)
        which = "p.uid BETWEEN %s AND %s" if dense else f"p.uid IN ({marks(piece)})"
        found += _shown(sql, mailbox, which, [piece[0], piece[-1]] if dense else piece)
    return found


def everything_in(mailbox: Mailbox) -> list[Shown]:
    return _shown(SHOWN, mailbox, "p.uid > %s", [0])


def deleted_in(mailbox: Mailbox) -> list[Shown]:
    """What bears \\Deleted."""
    return _shown(SHOWN, mailbox, "p.flags & %s <> 0", [DELETED])


def _shown(sql: str, mailbox: Mailbox, which: str, values: Sequence[int]) -> list[Shown]:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(which), [mailbox.id, *values])
        return [
            Shown(message_id, size, flags, keywords, uid, modseq)
            for uid, message_id, size, flags, keywords, modseq in cursor.fetchall()
        ]


def shown_nowhere(store: Store, message_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Those of these messages that no mailbox shows, with their sizes."""
    found: list[tuple[int, int]] = []
    for piece in pieces(message_ids):
        sql = (
            f"SELECT id, size FROM mail_message m WHERE id IN ({marks(piece)}) AND store_id = %s "  # noqa: S608
            "AND NOT EXISTS (SELECT 1 FROM mail_placement p WHERE p.message_id = m.id) ORDER BY id"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*piece, store.id])
            found += cursor.fetchall()
    return found


def moment_of(moment: datetime) -> Any:
    """A moment as a parameter of a hand-written statement."""
    return connection.ops.adapt_datetimefield_value(moment)
