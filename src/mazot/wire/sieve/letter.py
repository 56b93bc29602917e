# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter as a script sees it: its head, its texts, its envelope."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from mazot.wire.mime import Group, Mailbox, Parts, UnknownEncoding, addresses_of, decode_words, read_message
from mazot.wire.mime.content import readable, undone
from mazot.wire.mime.headers import MOST_HEADER, end_of_header, raw_fields, value_of, values
from mazot.wire.mime.parameters import Parameters, media_type
from mazot.wire.mime.structure import PLAIN, TEXT, US_ASCII
from mazot.wire.mime.words import plain

MOST_TEXT = 1 << 20  # bytes of one part, or of the raw body, that a script looks at
MOST_PARTS = 200
MOST_VALUE = 64 << 10  # letters of one field


@dataclass(frozen=True)  # no slots: what is asked for once is kept
class Letter:
    """`fields` are the head in its order: names as they came, values on one line."""

    fields: tuple[tuple[str, bytes], ...]
    content: bytes
    sender: str  # of the envelope; empty for a report
    recipient: str  # of the envelope, with its +detail
    packed: bytes | None = None  # where its parts lie, if somebody knows

    @property
    def size(self) -> int:
        return len(self.content)

    def raw(self, names: Iterable[str]) -> list[bytes]:
        """The values of the fields of these names, in the order of the head."""
        wanted = {name.lower() for name in names}
        return [value for name, value in self.fields if name.lower() in wanted]

    def header(self, name: str) -> list[str]:
        """The values of a field as people read them."""
        return [read(value) for value in self.raw([name])]

    def has(self, name: str) -> bool:
        return any(one.lower() == name.lower() for one, _value in self.fields)

    def with_fields(self, fields: Iterable[tuple[str, bytes]]) -> "Letter":
        """The same letter under another head."""
        return replace(self, fields=tuple(fields))

    @cached_property
    def parts(self) -> Parts:
        return Parts.unpack(self.packed or read_message(self.content).parts)

    @cached_property
    def raw_body(self) -> str:
        _end, start = end_of_header(self.content, 0, len(self.content))
        return plain(self.content[start : start + MOST_TEXT])

    def contents(self, kinds: Iterable[str]) -> Iterator[str]:
        """The decoded parts of some media types: `text` for all below it, "" for all (RFC 5173 section 5.2)."""
        wanted = [kind.lower() for kind in kinds]
        for path in self.parts.paths()[:MOST_PARTS]:
            place = self.parts.place(path)
            if place is None:
                continue
            kind, below, parameters = _type(self.content[place.head : place.body])
            name = f"{kind.decode('ascii', 'replace')}/{below.decode('ascii', 'replace')}"
            if place.inner is not None or not path or not any(_is_of(name, one) for one in wanted):
                continue
            raw = self.content[place.body : min(place.end, place.body + 2 * MOST_TEXT)]
            with suppress(UnknownEncoding):
                raw = undone(raw, place.encoding)
            yield _text(raw[:MOST_TEXT], kind, below, parameters)


def of_content(content: bytes, sender: str, recipient: str, packed: bytes | None = None) -> Letter:
    """A letter from its bytes and the two addresses of its envelope."""
    end, _start = end_of_header(content, 0, min(len(content), MOST_HEADER))
    fields = tuple((name.decode("ascii"), value_of(field)) for name, field in raw_fields(content[:end]))
    return Letter(fields, content, sender, recipient, packed)


def read(value: bytes) -> str:
    return decode_words(value[:MOST_VALUE])


def mailboxes(values: Iterable[bytes]) -> Iterator[Mailbox]:
    """The addresses of some fields, without their groups."""
    for value in values:
        for one in addresses_of(value):
            yield from one.members if isinstance(one, Group) else (one,)


def _type(head: bytes) -> tuple[bytes, bytes, Parameters]:
    fields = values(head)
    told = media_type(fields[b"content-type"][0]) if b"content-type" in fields else None
    return told or (TEXT, PLAIN, US_ASCII)


def _is_of(name: str, wanted: str) -> bool:
    return not wanted or name == wanted or ("/" not in wanted and name.startswith(f"{wanted}/"))


def _text(raw: bytes, kind: bytes, below: bytes, parameters: Parameters) -> str:
    # As text that has no tags taken out: a script that asks for text/html looks at HTML.
    return readable(raw, PLAIN if below == b"html" else below, parameters) if kind == TEXT else plain(raw)
