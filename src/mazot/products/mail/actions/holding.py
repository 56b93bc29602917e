# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first beat and the last: hold a store and its mailboxes; write their counters and announce the change."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.bus import bus
from mazot.foundation.durable import sync_after_commit
from mazot.foundation.errors import NotFound, OverQuota
from mazot.foundation.statements import find, update
from mazot.products.mail.actions.filling import watch_room
from mazot.products.mail.models import Mailbox, Store

STORE_COUNTERS = ("modseq", "uidvalidity", "used", "gone", "n_messages")
MAILBOX_COUNTERS = ("uidnext", "highest_modseq", "n_total", "n_unseen", "n_deleted", "n_bytes")


def hold_store(store_id: int) -> Store:
    """A store's row as it is now, locked, with the modseq that this deed may use."""
    held = next(iter(find(Store, "id = %s", [store_id], lock=True)), None)
    if held is None:
        raise NotFound("not_found")
    held.modseq += 1
    return held


def hold_mailboxes(store: Store, ids: Iterable[int]) -> dict[int, Mailbox]:
    """These mailboxes of a held store, locked; NotFound when one is gone."""
    wanted = sorted(set(ids))
    marks = ", ".join("%s" for _id in wanted)
    found = find(Mailbox, f"store_id = %s AND id IN ({marks}) ORDER BY id", [store.id, *wanted], lock=True)
    if len(found) != len(wanted):
        raise NotFound("not_found")
    return _of(store, found)


def hold_all_mailboxes(store: Store) -> dict[int, Mailbox]:
    """Every mailbox of a held store, locked."""
    return _of(store, find(Mailbox, "store_id = %s ORDER BY id", [store.id], lock=True))


def hold_mailbox(mailbox: Mailbox) -> tuple[Store, Mailbox]:
    """One mailbox and its store, both locked."""
    store = hold_store(mailbox.store_id)
    return store, hold_mailboxes(store, [mailbox.id])[mailbox.id]


def _of(store: Store, found: Sequence[Mailbox]) -> dict[int, Mailbox]:
    for mailbox in found:
        mailbox.store = store
    return {mailbox.id: mailbox for mailbox in found}


def charge(store: Store, size: int) -> None:
    """Count a new message's bytes on a held store, or raise OverQuota."""
    if store.allowed is not None and store.used + size > store.allowed:
        raise OverQuota(
            "over_quota",
            _("There is not enough room left in this mailbox."),
            way_out=_("Delete letters that are no longer needed, or ask for more room."),
            size=size,
        )
    store.used += size
    store.n_messages += 1


def new_uidvalidity(store: Store) -> int:
    """One that no mailbox of this store ever had, also before a restore of the server (RFC 9051 section 2.3.1.1)."""
    store.uidvalidity = max(store.uidvalidity + 1, int(clock.now().timestamp()))
    return store.uidvalidity


def announce(store: Store, mailboxes: Iterable[Mailbox] = ()) -> None:
    """Write what a deed has counted, and tell it once it is on disk; readers ask the database by modseq."""
    changed = list(mailboxes)
    for mailbox in changed:
        mailbox.highest_modseq = store.modseq
        update(mailbox, *MAILBOX_COUNTERS)
    update(store, *STORE_COUNTERS)
    watch_room(store)
    sync_after_commit()
    told = {"modseq": store.modseq, "mailboxes": [mailbox.id for mailbox in changed]}
    transaction.on_commit(lambda: bus().publish(f"mail:store:{store.id}", told), robust=True)
