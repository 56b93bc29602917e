# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of FETCH: which columns they need, and how each item is written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mazot.heads.imap.sections import bytes_of
from mazot.heads.imap.selected import Selected, flags_written
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.products.mail.queries.sessions import OpenMailbox
from mazot.tenancy.actor import Actor
from mazot.wire.imap.dates import written_date_time
from mazot.wire.imap.fetching import Attribute, Item, Section
from mazot.wire.imap.responses import literal, string

Buffer = bytes | memoryview
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
OF_SECTIONS = ("digest", "parts", "size")
LARGE = 64 * 1024  # bytes of a line above which its values are not put together
ENOUGH = 1024 * 1024  # bytes of content made ready in one crossing; a single larger message is more


@dataclass(frozen=True)
class Plan:
    """What each line tells."""

    items: tuple[Item, ...]
    says_modseq: bool = False  # with flags that changed by this very command

    @cached_property
    def columns(self) -> tuple[str, ...]:
        wanted = [COLUMNS[item.name] for item in self.items if isinstance(item, Attribute) and item.name in COLUMNS]
        if self.has_sections:
            wanted += OF_SECTIONS
        return tuple(dict.fromkeys(wanted))

    @cached_property
    def brought(self) -> tuple[tuple[Item, int], ...]:
        """The items that are not in hand, with the place of their column in a row that begins with the UID."""
        at = {column: place for place, column in enumerate(self.columns, start=1)}
        names = ((item, COLUMNS.get(item.name, "") if isinstance(item, Attribute) else "") for item in self.items)
        return tuple(
            (item, at.get(name, 0)) for item, name in names if isinstance(item, Section) or item.name not in IN_HAND
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

    def buffers(
        self, number: int, selected: Selected, place: int, values: Sequence[Buffer], *, tells_flags: bool
    ) -> list[Buffer]:
        """One line; the large values of it as they lie on disk."""
        given = iter(values)
        words: list[Buffer] = [next(given) if name is None else _in_hand(name, selected, place) for name in self.steps]
        if tells_flags:
            missing = [b"FLAGS"] + ([b"MODSEQ"] if self.says_modseq else [])
            words += [_in_hand(name, selected, place) for name in missing if Attribute(name) not in self.items]
        if sum(map(len, values)) < LARGE:
            return [b"* %d FETCH (%b)\r\n" % (number, b" ".join(words))]
        found: list[Buffer] = [b"* %d FETCH (" % number]
        for word in words:
            found += (word, b" ")
        found[-1] = b")\r\n"
        return found


def _column(name: bytes, selected: Selected, places: Sequence[int]) -> list[bytes]:
    uids = selected.uids
    if name == b"UID":
        return [b"UID %d" % uids[place] for place in places]
    if name == b"MODSEQ":
        return [b"MODSEQ (%d)" % selected.modseqs[place] for place in places]
    flags, keywords = selected.flags, selected.keywords
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
) -> tuple[list[tuple[int, list[Buffer]]], int]:
    """By UID the values of a line that are not in hand, and how many of the UIDs this answers: a megabyte at a time."""
    found: list[tuple[int, list[Buffer]]] = []
    total = 0
    for row in rows_for(actor, mailbox, uids, plan.columns):
        values = list(_values(plan, row))
        found.append((row[0], values))
        total += sum(map(len, values))
        if total > ENOUGH:
            return found, next(n for n, uid in enumerate(uids, 1) if uid == row[0])
    return found, len(uids)


def _values(plan: Plan, row: Sequence[Any]) -> Iterator[Buffer]:
    content: Buffer = b""
    if plan.has_sections:
        columns = dict(zip(plan.columns, row[1:], strict=True))
        content = content_of(columns["digest"])
    for item, at in plan.brought:
        if isinstance(item, Section):
            yield from _section(item, content, columns)
        else:
            yield from _brought(item, [row[at]])


def _section(section: Section, content: Buffer, columns: dict[str, Any]) -> Iterator[Buffer]:
    """The label, the length and the bytes."""
    value = bytes_of(section, content, bytes(columns["parts"]))
    if section.kind == b"BINARY.SIZE":
        yield section.label + b" %d" % (0 if value is None else len(value))
        return
    label = section.label
    if section.partial is not None and value is not None:
        start, length = section.partial
        label += b"<%d>" % start
        value = value[start : start + length]
    if value is None:
        yield label + b" NIL"
        return
    announced = b"~{%d}\r\n" if section.kind == b"BINARY" and b"\0" in bytes(value) else b"{%d}\r\n"
    yield b"".join((label, b" ", announced % len(value), value))


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
