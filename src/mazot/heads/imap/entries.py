# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailboxes as a session sees them: the address's own, and those of addresses that its person shares."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from mazot.foundation.errors import NotFound
from mazot.heads.imap.capabilities import APPEND_LIMIT
from mazot.heads.imap.places import Place
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.queries.mailboxes import mailboxes_for
from mazot.products.mail.queries.sessions import OpenMailbox
from mazot.products.mail.queries.shared import shared_stores, subscribed_in
from mazot.wire.imap.responses import mailbox, untagged

ROLES = {"\\Drafts": "drafts", "\\Sent": "sent", "\\Junk": "junk", "\\Trash": "trash", "\\Archive": "archive"}
USES = {role: use for use, role in ROLES.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """A mailbox as this session sees it."""

    name: str
    mailbox: OpenMailbox
    is_subscribed: bool
    is_shared: bool
    use: bytes  # what it is for; those of shared addresses have none, or programs would take them for their own


def read_entries(opened: Opened, *, with_shared: bool) -> dict[str, Entry]:
    """Every mailbox of the address and, where they are asked for, of those that its person shares."""
    found = [
        Entry(one.name, one, one.is_subscribed, False, USES.get(one.role, "").encode())
        for one in mailboxes_for(opened.actor, opened.store)
    ]
    for shared in shared_stores(opened.actor, opened.address) if with_shared else ():
        place = Place(shared.store, "", shared)
        with suppress(NotFound):  # no longer shared, a moment ago
            found += [
                Entry(place.whole(one.name), one, is_wanted, True, b"")
                for one, is_wanted in subscribed_in(opened.actor, shared)
            ]
    return {entry.name: entry for entry in found}


def attributes(one: Entry | None, *, has_children: bool, shows_subscribed: bool) -> list[bytes]:
    """The words of LIST about a name that is there, or that only others lie below."""
    words = [b"\\HasChildren" if has_children else b"\\HasNoChildren"]
    if one is None:
        return [b"\\NonExistent", b"\\Noselect", *words]
    if shows_subscribed and one.is_subscribed:
        words.append(b"\\Subscribed")
    return [*words, one.use] if one.use else words


def superiors_of(name: str) -> list[str]:
    levels = name.split("/")
    return ["/".join(levels[:depth]) for depth in range(1, len(levels))]


def status_line(name: str, one: OpenMailbox, items: Iterable[bytes], *, utf8: bool) -> bytes:
    """STATUS of a mailbox under the name that this session knows."""
    known = {
        b"MESSAGES": one.n_total,
        b"RECENT": 0,
        b"UIDNEXT": one.uidnext,
        b"UIDVALIDITY": one.uidvalidity,
        b"UNSEEN": one.n_unseen,
        b"DELETED": one.n_deleted,
        b"SIZE": one.n_bytes,
        b"HIGHESTMODSEQ": one.highest_modseq,
        b"APPENDLIMIT": APPEND_LIMIT,
    }
    told = b" ".join(
        b"MAILBOXID (F%d)" % one.id if item == b"MAILBOXID" else b"%b %d" % (item, known[item]) for item in items
    )
    return untagged(b"STATUS", mailbox(name, utf8=utf8), b"(" + told + b")")
