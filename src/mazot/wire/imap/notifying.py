# SPDX-License-Identifier: AGPL-3.0-or-later
"""NOTIFY (RFC 5465): of which mailboxes a client wants to hear, and what."""

from dataclasses import dataclass

from mazot.wire.imap.cursor import Cursor, Malformed
from mazot.wire.imap.fetching import Item, read_item

NEW, EXPUNGE, FLAGS = b"MESSAGENEW", b"MESSAGEEXPUNGE", b"FLAGCHANGE"
NAME, SUBSCRIPTION = b"MAILBOXNAME", b"SUBSCRIPTIONCHANGE"
METADATA, SERVER_METADATA = b"MAILBOXMETADATACHANGE", b"SERVERMETADATACHANGE"
EVENTS = {
    NEW: b"MessageNew",
    EXPUNGE: b"MessageExpunge",
    FLAGS: b"FlagChange",
    NAME: b"MailboxName",
    SUBSCRIPTION: b"SubscriptionChange",
    METADATA: b"MailboxMetadataChange",
    SERVER_METADATA: b"ServerMetadataChange",
}
OF_MESSAGES = frozenset((NEW, EXPUNGE, FLAGS))
SELECTED, DELAYED = b"SELECTED", b"SELECTED-DELAYED"
BY_NAME = (b"SUBTREE", b"MAILBOXES")
FILTERS = (SELECTED, DELAYED, b"INBOXES", b"PERSONAL", b"SUBSCRIBED", *BY_NAME)
MOST_GROUPS = 50
MOST_MAILBOXES = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Some mailboxes, and what is told of them; `items` is fetched from each new letter of the open one."""

    which: bytes
    events: frozenset[bytes] = frozenset()
    mailboxes: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Notify:
    """No groups: of nothing. `unknown`: events that this server knows nothing of."""

    groups: tuple[Group, ...] = ()
    wants_status: bool = False
    unknown: tuple[bytes, ...] = ()


def read_notify(cursor: Cursor) -> Notify:
    cursor.space()
    if cursor.takes(b"NONE"):
        cursor.end()
        return Notify()
    cursor.must(b"SET", "SET or NONE")
    wants_status = cursor.takes(b" STATUS")
    groups, unknown = list[Group](), list[bytes]()
    while not cursor.is_at_end:
        cursor.space()
        groups.append(_group(cursor, unknown))
        if len(groups) > MOST_GROUPS or sum(len(group.mailboxes) for group in groups) > MOST_MAILBOXES:
            raise Malformed(f"NOTIFY takes {MOST_GROUPS} groups and {MOST_MAILBOXES} mailboxes")
    cursor.end()
    if not groups:
        raise cursor.expected("a space and a group")
    if sum(group.which in (SELECTED, DELAYED) for group in groups) > 1:
        raise Malformed("Only one group is about the selected mailbox (RFC 5465 section 6.1)")
    return Notify(tuple(groups), wants_status, tuple(dict.fromkeys(unknown)))


def _group(cursor: Cursor, unknown: list[bytes]) -> Group:
    cursor.must(b"(")
    which = cursor.word("which mailboxes")
    if which not in FILTERS:
        raise Malformed(f"NOTIFY knows no mailboxes by {which.decode()}")
    cursor.space()
    mailboxes: tuple[str, ...] = ()
    if which in BY_NAME:
        mailboxes = cursor.bracketed(Cursor.mailbox) if cursor.is_at(b"(") else (cursor.mailbox(),)
        cursor.space()
    events, items = set[bytes](), list[Item]()

    def read(inner: Cursor) -> None:
        event = inner.word("an event")
        if event not in EVENTS:
            unknown.append(event)
            return
        events.add(event)
        if event == NEW and inner.is_at(b" ("):
            inner.space()
            items.extend(inner.bracketed(read_item))

    if not cursor.takes(b"NONE"):
        cursor.bracketed(read)
    cursor.must(b")")
    group = Group(which, frozenset(events), mailboxes, tuple(items))
    _check(group)
    return group


def _check(group: Group) -> None:
    """What goes together (RFC 5465 sections 5 and 6.1)."""
    is_selected = group.which in (SELECTED, DELAYED)
    if (NEW in group.events) != (EXPUNGE in group.events):
        raise Malformed("MessageNew and MessageExpunge go together")
    if FLAGS in group.events and NEW not in group.events:
        raise Malformed("FlagChange goes with MessageNew and MessageExpunge")
    if is_selected and group.events - OF_MESSAGES:
        raise Malformed("Of the selected mailbox only its messages are told")
    if group.items and not is_selected:
        raise Malformed("MessageNew fetches from the selected mailbox alone")
