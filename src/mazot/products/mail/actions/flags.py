# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flags and keywords of messages in a mailbox (IMAP STORE, RFC 9051 section 6.4.6 and RFC 7162 section 3.1.3)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from django.db import connection

from mazot.products.mail.actions.holding import announce, hold_mailbox
from mazot.products.mail.actions.keywords import checked_keywords, require_keywords
from mazot.products.mail.actions.learning import note_marked
from mazot.products.mail.actions.placing import count
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.held import Shown, marked_in, marks, pieces
from mazot.products.mail.queries.placements import Row
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import EVERY, changed_flags
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

Mode = Literal["set", "add", "remove"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a change of flags came to."""

    modseq: int  # of the change; the mailbox's own where nothing changed
    rows: list[Row]  # as they are now, also those that were so before
    refused: list[int]  # UIDs that have changed since the modseq the caller named


@action(needs=WRITE)
def store_flags(
    actor: Actor,
    mailbox: Mailbox,
    *,
    uids: Sequence[int],
    mode: Mode,
    flags: int = 0,
    keywords: Collection[str] = (),
    unchanged_since: int | None = None,
) -> Stored:
    """Set, add or remove flags; what has them already does not change, nor does what changed since."""
    if mode != "remove":
        require_keywords(keywords)
    store, held = hold_mailbox(mailbox)
    rows: list[Row] = []
    refused, changed = [], []
    for shown in marked_in(held, uids):
        if unchanged_since is not None and shown.modseq > unchanged_since:
            refused.append(shown.uid)
            continue
        after = _after(shown, mode, flags & EVERY, keywords, store.modseq)
        rows.append((after.uid, after.flags, after.keywords, after.modseq))
        if after is not shown:
            count(held, shown, sign=-1)
            count(held, after, sign=1)
            changed.append(after)
    if not changed:
        return Stored(held.highest_modseq, rows, refused)
    _write(store, held, changed)
    if mode != "remove":
        note_marked(actor, held, [shown.message_id for shown in changed], flags=flags, keywords=keywords)
    announce(store, [held])
    return Stored(store.modseq, rows, refused)


def _after(shown: Shown, mode: Mode, flags: int, keywords: Collection[str], modseq: int) -> Shown:
    wanted = changed_flags(shown.flags, mode, flags)
    words = checked_keywords(shown.keywords, mode, keywords) if keywords or shown.keywords else ""
    if (wanted, words) == (shown.flags, shown.keywords):
        return shown
    return replace(shown, flags=wanted, keywords=words, modseq=modseq)


def _write(store: Store, mailbox: Mailbox, changed: Sequence[Shown]) -> None:
    """One statement for all that become alike."""
    alike: dict[tuple[int, str], list[int]] = defaultdict(list)
    for shown in changed:
        alike[shown.flags, shown.keywords].append(shown.uid)
    with connection.cursor() as cursor:
        for (flags, keywords), uids in alike.items():
            for piece in pieces(uids):
                cursor.execute(
                    "UPDATE mail_placement SET flags = %s, keywords = %s, modseq = %s "  # noqa: S608
                    f"WHERE mailbox_id = %s AND uid IN ({marks(piece)})",
                    [flags, keywords, store.modseq, mailbox.id, *piece],
                )
