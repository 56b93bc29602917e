# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of FETCH: which columns they need, and how each item is written."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mazot.foundation.errors import Busy
from mazot.heads.imap.refusals import No
from mazot.heads.imap.sections import bytes_of
from mazot.heads.imap.selected import Selected, flags_written
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.products.mail.queries.sessions import OpenMailbox
from mazot.tenancy.actor import Actor
from mazot.wire.imap.dates import written_date_time
from mazot.wire.imap.fetching import Attribute, Item, Section
from mazot.wire.imap.responses import literal, string

Buffer = bytes | memoryview
Value = bytes | tuple[bytes, Buffer]  # the words of an item; with a content behind its label and length
Found = list[Value]  # of one message, what is not in hand
IN_HAND = {b"UID", b"FLAGS", b"MODSEQ"}
COLUMNS = {
    b"ENVELOPE": "envelope",
    b"BODYSTRUCTURE": "bodystructure",
    b"BODY": "body",
    b"RFC822.SIZE": "size",
    b"INTERNALDATE": "received_at",
    b"SAVEDATE": "saved_at",
    b"EMAILID": "message_id",
    b"THREADID": "thread_id",
    b"PREVIEW": "preview",
}
AS_IT_LIES = {b"ENVELOPE", b"BODYSTRUCTURE", b"BODY"}
FEW = 50  # places: below, what is alike among them is not looked for
ENOUGH = 1024 * 1024  # bytes of content made ready in one crossing; a single larger message is more


@dataclass(frozen=True)
class Plan:
    """What each line tells."""

    items: tuple[Item, ...]
    says_modseq: bool = False  # with flags that changed by this very command

    @cached_property
    def columns(self) -> tuple[str, ...]:
        wanted = [COLUMNS[item.name] for item in self.items if isinstance(item, Attribute) and item.name in COLUMNS]
        sections = [item for item in self.items if isinstance(item, Section)]
        if sections:
            wanted.append("digest")
        if not all(section.is_whole for section in sections):
            wanted.append("parts")
        return tuple(dict.fromkeys(wanted))

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each column stands in a row that begins with the UID."""
        return {column: place for place, column in enumerate(self.columns, start=1)}

    @cached_property
    def brought(self) -> tuple[tuple[Item, int], ...]:
        """The items that are not in hand, with the place of their column in a row that begins with the UID."""
        names = ((item, COLUMNS.get(item.name, "") if isinstance(item, Attribute) else "") for item in self.items)
        return tuple(
            (item, self.places.get(name, 0))
            for item, name in names
            if isinstance(item, Section) or item.name not in IN_HAND
        )

    @cached_property
    def has_sections(self) -> bool:
        return any(isinstance(item, Section) for item in self.items)

    @cached_property
    def steps(self) -> tuple[bytes | None, ...]:
        """For each item its name when it is in hand, nothing when its value is brought."""
        return tuple(item.name if isinstance(item, Attribute) and item.name in IN_HAND else None for item in self.items)

    def lines(self, selected: Selected, places: Sequence[int], brought: Iterable[list[bytes]] = ()) -> list[bytes]:
        """Lines without sections, column by column: ten thousand are asked for at once."""
        given = iter(brought)
        columns = [next(given) if name is None else _column(name, selected, places) for name in self.steps]
        words = map(b" ".join, zip(*columns, strict=True))
        return [b"* %d FETCH (%b)\r\n" % (place + 1, row) for place, row in zip(places, words, strict=True)]

    def buffers(self, number: int, selected: Selected, place: int, found: Found, *, tells_flags: bool) -> list[Buffer]:
        """One line; its contents as they lie on disk."""
        given = iter(found)
        buffers: list[Buffer] = []
        words, between = b"* %d FETCH (" % number, b""
        for name in self.steps:
            value = next(given) if name is None else _in_hand(name, selected, place)
            if isinstance(value, bytes):
                words += between + value
            else:
                buffers += (words + between + value[0], value[1])
                words = b""
            between = b" "
        if tells_flags:
            missing = [b"FLAGS"] + ([b"MODSEQ"] if self.says_modseq else [])
            for name in missing:
                if Attribute(name) not in self.items:
                    words += between + _in_hand(name, selected, place)
        buffers.append(words + b")\r\n")
        return buffers


def _column(name: bytes, selected: Selected, places: Sequence[int]) -> list[bytes]:
    uids = selected.uids
    if name == b"UID":
        return [b"UID %d" % uids[place] for place in places]
    if name == b"MODSEQ":
        return [b"MODSEQ (%d)" % selected.modseqs[place] for place in places]
    flags, keywords = selected.flags, selected.keywords
    if len(places) < FEW:
        return [b"FLAGS " + selected.flags_at(place) for place in places]
    if not keywords:
        alike = {value: b"FLAGS " + flags_written(value, "") for value in set(flags)}
        return [alike[flags[place]] for place in places]
    return [b"FLAGS " + flags_written(flags[place], keywords.get(uids[place], "")) for place in places]


def _in_hand(name: bytes, selected: Selected, place: int) -> bytes:
    if name == b"UID":
        return b"UID %d" % selected.uids[place]
    if name == b"FLAGS":
        return b"FLAGS " + selected.flags_at(place)
    return b"MODSEQ (%d)" % selected.modseqs[place]


def columns_of(
    actor: Actor, mailbox: OpenMailbox, uids: Sequence[int], plan: Plan
) -> tuple[list[int], list[list[bytes]]]:
    """The UIDs that are still there, and of each item that is not in hand its values for them."""
    rows = list(rows_for(actor, mailbox, uids, plan.columns))
    return [row[0] for row in rows], [_brought(item, [row[at] for row in rows]) for item, at in plan.brought]


def _brought(item: Item, values: list[Any]) -> list[bytes]:
    assert isinstance(item, Attribute)
    label = item.name + b" "
    if item.name in AS_IT_LIES:
        return [b"%b%b" % (label, value) for value in values]
    return [label + _attribute(item.name, value) for value in values]


def lines_of(
    actor: Actor, mailbox: OpenMailbox, uids: Sequence[int], plan: Plan
) -> tuple[list[tuple[int, Found]], int]:
    """By UID the values of a line that are not in hand, and how many of the UIDs this answers: so much at a time."""
    lines: list[tuple[int, Found]] = []
    total = 0
    for row in rows_for(actor, mailbox, uids, plan.columns):
        found = _values(plan, row)
        lines.append((row[0], found))
        total += _size(found)
        if total > ENOUGH:
            return lines, bisect_right(uids, row[0])
    return lines, len(uids)


def lines_around(
    actor: Actor, mailbox: OpenMailbox, uids: Sequence[int], plan: Plan, most: int
) -> list[tuple[int, Found]]:
    """The same for the first of these UIDs, and in their order for others up to so many bytes, if they can be read."""
    rows = {row[0]: row for row in rows_for(actor, mailbox, sorted(uids), plan.columns)}
    lines: list[tuple[int, Found]] = []
    total = 0
    for uid in uids:
        if uid not in rows:
            continue
        try:
            found = _values(plan, rows[uid])
        except (Busy, No):
            if uid == uids[0]:
                raise
            break
        lines.append((uid, found))
        total += _size(found)
        if total > most:
            break
    return lines


def _size(found: Found) -> int:
    return sum(len(value) if isinstance(value, bytes) else len(value[1]) for value in found)


def _values(plan: Plan, row: Sequence[Any]) -> Found:
    content: Buffer = b""
    if plan.has_sections:
        content = content_of(row[plan.places["digest"]])
    parts = row[plan.places["parts"]] if "parts" in plan.places else b""
    return [
        _section(item, content, parts) if isinstance(item, Section) else _brought(item, [row[at]])[0]
        for item, at in plan.brought
    ]


def _section(section: Section, content: Buffer, parts: bytes) -> Value:
    """The label, the length and the bytes."""
    value = bytes_of(section, content, parts)
    label = section.label
    if section.kind == b"BINARY.SIZE":
        return label + b" %d" % (0 if value is None else len(value))
    if section.partial is not None and value is not None:
        start, length = section.partial
        label += b"<%d>" % start
        value = value[start : start + length]
    if value is None:
        return label + b" NIL"
    is_binary = section.kind == b"BINARY" and b"\0" in bytes(value)
    return label + (b" ~{%d}\r\n" if is_binary else b" {%d}\r\n") % len(value), value


def _attribute(name: bytes, value: Any) -> bytes:
    if name == b"RFC822.SIZE":
        return b"%d" % value
    if name in (b"INTERNALDATE", b"SAVEDATE"):
        return b"NIL" if value is None else written_date_time(value)
    if name == b"EMAILID":
        return b"(M%d)" % value
    if name == b"THREADID":
        return b"NIL" if value is None else b"(T%d)" % value
    raw = value.encode()
    return string(raw) if raw.isascii() else literal(raw)
