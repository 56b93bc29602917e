# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages that a person's program puts into a mailbox itself (IMAP APPEND, an import)."""

from collections.abc import Sequence
from dataclasses import dataclass

from mazot.products.mail.actions.holding import announce, hold_mailbox
from mazot.products.mail.actions.keeping import Arrival, keep_message
from mazot.products.mail.actions.keywords import checked_keywords, require_keywords
from mazot.products.mail.actions.placing import place
from mazot.products.mail.models import Mailbox
from mazot.products.mail.queries.held import Shown
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import EVERY
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@dataclass(frozen=True, slots=True)
class Addition:
    """One message of several that are added together."""

    arrival: Arrival
    flags: int = 0
    keywords: frozenset[str] = frozenset()


@action(needs=WRITE)
def append_message(
    actor: Actor,  # noqa: ARG001 - every deed has an actor
    mailbox: Mailbox,
    *,
    arrival: Arrival,
    flags: int = 0,
    keywords: frozenset[str] = frozenset(),
) -> tuple[int, int]:
    """Add a message to a mailbox; the UIDVALIDITY and its UID."""
    uidvalidity, uids = _append(mailbox, [Addition(arrival, flags, keywords)])
    return uidvalidity, uids[0]


@action(needs=WRITE)
def append_messages(actor: Actor, mailbox: Mailbox, *, additions: Sequence[Addition]) -> tuple[int, list[int]]:  # noqa: ARG001 - every deed has an actor
    """Add messages to a mailbox, all or none of them (RFC 3502); the UIDVALIDITY and their UIDs."""
    return _append(mailbox, additions)


def _append(mailbox: Mailbox, additions: Sequence[Addition]) -> tuple[int, list[int]]:
    store, held = hold_mailbox(mailbox)
    shown = []
    for addition in additions:
        require_keywords(addition.keywords)
        keywords = checked_keywords("", "set", addition.keywords)
        message_id = keep_message(store, addition.arrival)
        shown.append(Shown(message_id, addition.arrival.blob.size, addition.flags & EVERY, keywords))
    uids = place(store, held, shown)
    announce(store, [held])
    return int(held.uidvalidity), uids
