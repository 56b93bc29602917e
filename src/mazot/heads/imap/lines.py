# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines of FETCH: which columns they need, and how each item is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mazot.heads.imap.sections import bytes_of
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.products.mail.queries.sessions import OpenMailbox
from mazot.tenancy.actor import Actor
from mazot.wire.imap.dates import written_date_time
from mazot.wire.imap.fetching import Attribute, Item, Section
from mazot.wire.imap.responses import literal, string

if TYPE_CHECKING:
    from mazot.heads.imap.selected import Selected

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
OF_SECTIONS = ("digest", "parts", "size")
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
    def has_sections(self) -> bool:
        return any(isinstance(item, Section) for item in self.items)

    def line(self, number: int, words: list[bytes]) -> bytes:
        return b"* %d FETCH (%b)\r\n" % (number, b" ".join(words))

    def known(self, selected: "Selected", place: int) -> list[bytes]:
        """The items that no database is asked for."""
        return [_in_hand(item.name, selected, place) for item in self.items if isinstance(item, Attribute)]

    def buffers(
        self, number: int, selected: "Selected", place: int, values: Sequence[Buffer], *, tells_flags: bool
    ) -> Iterator[Buffer]:
        """One line; the large values of it as they lie on disk."""
        whole = bytearray(b"* %d FETCH (" % number)
        given = iter(values)
        for count, item in enumerate(self.items):
            if count:
                whole += b" "
            if isinstance(item, Attribute) and item.name in IN_HAND:
                whole += _in_hand(item.name, selected, place)
                continue
            value = next(given)
            if len(value) < 64 * 1024:
                whole += value
                continue
            yield bytes(whole)
            yield value
            whole = bytearray()
        if tells_flags:
            missing = [b"FLAGS"] + ([b"MODSEQ"] if self.says_modseq else [])
            for name in missing:
                if Attribute(name) not in self.items:
                    whole += b" " + _in_hand(name, selected, place)
        yield bytes(whole) + b")\r\n"


def _in_hand(name: bytes, selected: "Selected", place: int) -> bytes:
    if name == b"UID":
        return b"UID %d" % selected.uids[place]
    if name == b"FLAGS":
        return b"FLAGS " + selected.flags_at(place)
    return b"MODSEQ (%d)" % selected.modseqs[place]


def lines_of(
    actor: Actor, mailbox: OpenMailbox, uids: Sequence[int], plan: Plan
) -> tuple[list[tuple[int, list[Buffer]]], int]:
    """By UID the values of a line that are not in hand, and how many of the UIDs this answers: a megabyte at a time."""
    found: list[tuple[int, list[Buffer]]] = []
    total = 0
    for row in rows_for(actor, mailbox, uids, plan.columns):
        columns = dict(zip(plan.columns, row[1:], strict=True))
        values = list(_values(plan, columns))
        found.append((row[0], values))
        total += sum(map(len, values))
        if total > ENOUGH:
            return found, next(n for n, uid in enumerate(uids, 1) if uid == row[0])
    return found, len(uids)


def _values(plan: Plan, columns: dict[str, Any]) -> Iterator[Buffer]:
    content = content_of(columns["digest"]) if plan.has_sections else b""
    for item in plan.items:
        if isinstance(item, Section):
            yield from _section(item, content, columns)
        elif item.name not in IN_HAND:
            yield item.name + b" " + _attribute(item.name, columns[COLUMNS[item.name]])


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
    if name in (b"ENVELOPE", b"BODYSTRUCTURE", b"BODY"):
        return bytes(value)
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
