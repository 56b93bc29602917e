# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail that comes in: once this returns, the letter is on disk, under its UIDs."""

from collections.abc import Sequence
from dataclasses import dataclass

from mazot.foundation.errors import DomainError
from mazot.foundation.statements import find
from mazot.products.mail.actions.folders import add_mailbox
from mazot.products.mail.actions.holding import announce, hold_store
from mazot.products.mail.actions.keeping import Arrival, keep_message
from mazot.products.mail.actions.placing import place
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.held import Shown, marks
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import EVERY, MAX_KEYWORD, MAX_KEYWORDS_TEXT, keyword_fault
from mazot.products.mail.rules.names import INBOX, fault_of, whole_name
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

__all__ = ["Arrival", "Delivered", "Filing", "deliver_message"]


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a letter goes: the mailbox with a role, or else of a name; the inbox when there is neither."""

    name: str = INBOX
    role: str = ""
    flags: int = 0
    keywords: frozenset[str] = frozenset()
    create: bool = False  # make a mailbox of that name when it is missing


@dataclass(frozen=True, slots=True)
class Delivered:
    """The number of the message, and where it is shown: mailbox and UID."""

    message_id: int
    placements: tuple[tuple[int, int], ...]
    modseq: int


@action(needs=WRITE)
def deliver_message(actor: Actor, store: Store, *, arrival: Arrival, into: Sequence[Filing] = ()) -> Delivered:  # noqa: ARG001 - every deed has an actor
    """Put a letter into the mailboxes it is filed under, the inbox without a filing; OverQuota leaves no trace."""
    filings = into or (Filing(),)
    held = hold_store(store.id)
    message_id = keep_message(held, arrival)
    targets = _targets(held, filings)
    placed = []
    for mailbox, flags, keywords in targets:
        shown = Shown(message_id, arrival.blob.size, flags & EVERY, " ".join(_usable(keywords)))
        placed.append((int(mailbox.id), place(held, mailbox, [shown])[0]))
    announce(held, [mailbox for mailbox, _flags, _keywords in targets])
    return Delivered(message_id, tuple(placed), held.modseq)


def _targets(store: Store, filings: Sequence[Filing]) -> list[tuple[Mailbox, int, frozenset[str]]]:
    """The held mailboxes of some filings by id, each once, with the flags of all that lead to it."""
    names = {INBOX, *(name for name in (whole_name(filing.name) for filing in filings) if not fault_of(name)[0])}
    roles = {filing.role for filing in filings if filing.role}
    condition = f"name IN ({marks([*names])})" + (f" OR role IN ({marks([*roles])})" if roles else "")
    found = find(Mailbox, f"store_id = %s AND ({condition}) ORDER BY id", [store.id, *names, *roles], lock=True)
    by_name, by_role = {one.name: one for one in found}, {one.role: one for one in found if one.role}
    targets: dict[int, tuple[Mailbox, int, frozenset[str]]] = {}
    for filing in filings:
        name = whole_name(filing.name)
        mailbox = by_role.get(filing.role) or by_name.get(name)
        if mailbox is None and filing.create:
            mailbox = _made(store, name)
        if mailbox is None:
            mailbox = by_name.get(INBOX) or add_mailbox(store, INBOX, role=Mailbox.Role.INBOX)
        by_name[mailbox.name] = mailbox
        _mailbox, flags, keywords = targets.get(mailbox.id, (mailbox, 0, frozenset[str]()))
        targets[mailbox.id] = (mailbox, flags | filing.flags, keywords | filing.keywords)
    return [targets[key] for key in sorted(targets)]


def _made(store: Store, name: str) -> Mailbox | None:
    """The mailbox a filing asks for; none where it cannot be: a letter is not refused for the name of a folder."""
    try:
        return add_mailbox(store, name)
    except DomainError:
        return None


def _usable(keywords: frozenset[str]) -> list[str]:
    """Keywords that can be kept, as many as a message holds; for the same reason."""
    return sorted(keyword for keyword in keywords if not keyword_fault(keyword))[
        : MAX_KEYWORDS_TEXT // (MAX_KEYWORD + 1)
    ]
