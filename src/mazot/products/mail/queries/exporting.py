# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail on its way out of the house, as files: read while it is sent, and nothing is kept for it."""

import re
from collections.abc import Iterator, Sequence

from mazot.foundation.delivery import ArchiveEntry
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.mailboxes import mailbox_named, mailboxes_for
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.products.mail.queries.placements import view_of
from mazot.products.mail.rules.flags import DELETED
from mazot.products.mail.rules.mboxes import mbox_of
from mazot.tenancy.actor import Actor

LONGEST_SUBJECT = 60


def mailboxes_to_export(actor: Actor, store: Store, name: str) -> list[Mailbox]:
    """One mailbox, or all of them."""
    return [mailbox_named(actor, store, name)] if name else mailboxes_for(actor, store)


def letters_as_files(actor: Actor, mailboxes: Sequence[Mailbox]) -> Iterator[ArchiveEntry]:
    """Each letter as a file in the folder of its mailbox."""
    for mailbox in mailboxes:
        folder = "/".join(_fit(level) for level in mailbox.name.split("/"))
        yield ArchiveEntry(folder, None)
        for uid, flags, digest, size, received_at, subject in _letters(
            actor, mailbox, "size", "received_at", "subject"
        ):
            if not flags & DELETED:
                name = f"{folder}/{uid:06} {_fit(subject)}".rstrip(" .") + ".eml"
                yield ArchiveEntry(name, digest, size, received_at)


def letters_as_mbox(actor: Actor, mailboxes: Sequence[Mailbox]) -> Iterator[bytes]:
    """All letters in one mbox; each says in which mailbox it was."""
    for mailbox in mailboxes:
        for _uid, flags, digest, received_at in _letters(actor, mailbox, "received_at"):
            if not flags & DELETED:
                content = bytes(content_of(digest))
                yield mbox_of(content, received_at=received_at, flags=flags, folder=mailbox.name)


def _letters(actor: Actor, mailbox: Mailbox, *columns: str) -> Iterator[tuple]:  # type: ignore[type-arg]
    uids = list(view_of(actor, mailbox).uids)
    return rows_for(actor, mailbox, uids, ["flags", "digest", *columns])


def _fit(text: str) -> str:
    """A text as a name that every system takes."""
    return re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", text).strip(" .")[:LONGEST_SUBJECT] or "-"
