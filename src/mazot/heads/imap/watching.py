# SPDX-License-Identifier: AGPL-3.0-or-later
"""What NOTIFY asked for (RFC 5465): the mailboxes a client hears of besides the open one, and what it knows of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from mazot.heads.imap.entries import Entry, attributes, read_entries, status_line
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.queries.metadata import metadata_marks
from mazot.wire.imap.fetching import Item
from mazot.wire.imap.notifying import (
    DELAYED,
    FLAGS,
    METADATA,
    NAME,
    NEW,
    SELECTED,
    SERVER_METADATA,
    SUBSCRIPTION,
    Group,
    Notify,
)
from mazot.wire.imap.responses import mailbox, string, untagged

MOST = 5_000  # mailboxes that one session watches

Marks = dict[tuple[int | None, str], int]  # of each small value which writing of it, by mailbox and name


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The watched mailboxes as they are at one moment, by their numbers."""

    entries: dict[int, Entry] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)


def read_snapshot(opened: Opened, watch: "Watch") -> Snapshot:
    """What is to be compared with what the client knows."""
    entries = read_entries(opened, with_shared=watch.reaches_shared) if watch.others else {}
    marks: Marks = {}
    if watch.wants_metadata:
        stores = {one.mailbox.store_id: one.mailbox.store for one in entries.values()}
        for store in stores.values():
            of_store = metadata_marks(opened.actor, store)
            is_own = store.id == opened.store.id
            marks |= {key: mark for key, mark in of_store.items() if is_own or key[0] is not None}
    return Snapshot({entry.mailbox.id: entry for entry in entries.values()}, marks)


class Watch:
    """One NOTIFY that holds until the next."""

    def __init__(self, asked: Notify) -> None:
        of_selected = [group for group in asked.groups if group.which in (SELECTED, DELAYED)]
        self.selected: Group | None = next((group for group in of_selected if group.events), None)
        self.others = tuple(group for group in asked.groups if group.which not in (SELECTED, DELAYED))
        self.known = Snapshot()
        self.is_due = False  # something was hinted that was not looked at
        self.looked_at = 0.0

    # Of the open mailbox.

    @property
    def shifts_at_once(self) -> bool:
        """Whether numbers may shift at any moment: the client works by UID."""
        return self.selected is not None and self.selected.which == SELECTED

    @property
    def tells_flags(self) -> bool:
        return self.selected is None or FLAGS in self.selected.events

    @property
    def items(self) -> tuple[Item, ...]:
        """What is fetched from each new letter, unasked."""
        return self.selected.items if self.selected else ()

    # Of the others.

    @property
    def reaches_shared(self) -> bool:
        return any(group.which not in (b"PERSONAL", b"INBOXES") for group in self.others)

    @property
    def wants_metadata(self) -> bool:
        return any(group.events & {METADATA, SERVER_METADATA} for group in self.others)

    def events_of(self, entry: Entry) -> frozenset[bytes]:
        """What is told of a mailbox: the first group that it belongs to says (section 6)."""
        return next((group.events for group in self.others if _is_in(group, entry)), frozenset())

    def status_of(self, known: Snapshot, *, open_id: int | None, wants_modseq: bool, utf8: bool) -> Iterable[bytes]:
        """How each watched mailbox stands, for NOTIFY SET STATUS."""
        for entry in known.entries.values():
            events = self.events_of(entry)
            if NEW in events and entry.mailbox.id != open_id:
                yield status_line(entry.name, entry.mailbox, _items(events, wants_modseq=wants_modseq), utf8=utf8)

    def news(self, after: Snapshot, *, open_id: int | None, wants_modseq: bool, utf8: bool) -> list[bytes]:
        """What changed since the client was told, as answers; from now on it knows."""
        before, self.known = self.known, after
        names = {entry.name for entry in after.entries.values()}
        lines = [
            _list(entry.name, None, names, utf8=utf8)
            for number, entry in before.entries.items()
            if number not in after.entries and entry.name not in names and NAME in self.events_of(entry)
        ]
        for number, entry in after.entries.items():
            old = before.entries.get(number)
            events = self.events_of(entry) | (self.events_of(old) if old else frozenset())
            lines += _of_name(old, entry, events, names, utf8=utf8)
            if old is None or NEW not in events or number == open_id:
                continue
            if _is_changed(old, entry, events):
                items = _items(events, wants_modseq=wants_modseq)
                lines.append(status_line(entry.name, entry.mailbox, items, utf8=utf8))
        return [*lines, *self._of_metadata(before, after, utf8=utf8)]

    def _of_metadata(self, before: Snapshot, after: Snapshot, *, utf8: bool) -> Iterable[bytes]:
        changed = {
            key for key in before.marks.keys() | after.marks.keys() if before.marks.get(key) != after.marks.get(key)
        }
        for number in sorted({number for number, _name in changed}, key=lambda one: one or 0):
            names = sorted(name for its_number, name in changed if its_number == number)
            told = b" ".join(string(name.encode()) if " " in name else name.encode() for name in names)
            if number is None:
                if any(SERVER_METADATA in group.events for group in self.others):
                    yield untagged(b'METADATA ""', told)
            elif (entry := after.entries.get(number)) and METADATA in self.events_of(entry):
                yield untagged(b"METADATA", mailbox(entry.name, utf8=utf8), told)


def _is_in(group: Group, entry: Entry) -> bool:
    match group.which:
        case b"PERSONAL" | b"INBOXES":  # a filter may put a letter into any of them (section 6.2)
            return not entry.is_shared
        case b"SUBSCRIBED":
            return entry.is_subscribed
        case b"SUBTREE":
            return any(entry.name == top or entry.name.startswith(top + "/") for top in group.mailboxes)
    return entry.name in group.mailboxes


def _items(events: frozenset[bytes], *, wants_modseq: bool) -> list[bytes]:
    modseq = [b"HIGHESTMODSEQ"] if wants_modseq or FLAGS in events else []
    return [b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY", b"UNSEEN", *modseq]


def _is_changed(old: Entry, new: Entry, events: frozenset[bytes]) -> bool:
    one, other = old.mailbox, new.mailbox
    if (one.n_total, one.uidnext) != (other.n_total, other.uidnext):
        return True
    return FLAGS in events and one.highest_modseq != other.highest_modseq


def _of_name(old: Entry | None, new: Entry, events: frozenset[bytes], names: set[str], *, utf8: bool) -> list[bytes]:
    if NAME in events and (old is None or old.name != new.name):
        return [_list(new.name, new, names, utf8=utf8, old_name=old.name if old else "")]
    if SUBSCRIPTION in events and old is not None and old.is_subscribed != new.is_subscribed:
        return [_list(new.name, new, names, utf8=utf8)]
    return []


def _list(name: str, entry: Entry | None, names: set[str], *, utf8: bool, old_name: str = "") -> bytes:
    has_children = any(other.startswith(name + "/") for other in names)
    words = attributes(entry, has_children=has_children, shows_subscribed=True)
    tail = (b'("OLDNAME" (%b))' % mailbox(old_name, utf8=utf8),) if old_name else ()
    return untagged(b"LIST", b"(" + b" ".join(words) + b")", b'"/"', mailbox(name, utf8=utf8), *tail)
