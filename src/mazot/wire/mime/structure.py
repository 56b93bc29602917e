# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the parts of a message lie, by offsets into its bytes, and what their heads say of them.

Each part is looked for in the range its parent left it, so an outer boundary always ends an inner part (RFC 2046
section 5.1.2), and a bottomless message costs its length times the depth that is followed.
"""

import re
from dataclasses import dataclass, field

from mazot.wire.mime.headers import MOST_HEADER, end_of_header, values
from mazot.wire.mime.parameters import Parameters, media_type, parameter, value_and_parameters

MOST_DEPTH = 50
MOST_PARTS = 1_000  # in one message; what comes after them belongs to the message and to no part

TEXT, PLAIN = b"text", b"plain"
US_ASCII: Parameters = ((b"charset", b"us-ascii"),)
_ENCODING = re.compile(rb"([A-Za-z0-9-]{1,40})\s*(?:[;(].*)?", re.DOTALL)  # with what some put behind it
_LANGUAGE = re.compile(rb"[A-Za-z0-9-]+")


@dataclass(slots=True)
class Part:
    """One part: its head from `start` to `head_end`, its body from `body` to `end`, and what its head says."""

    start: int
    head_end: int
    body: int
    end: int
    lines: int  # ends of lines, as other servers count: a last line without one is none
    fields: dict[bytes, list[bytes]]
    kind: bytes = TEXT
    below: bytes = PLAIN
    parameters: Parameters = US_ASCII
    encoding: bytes = b"7bit"
    disposition: tuple[bytes, Parameters] | None = None
    languages: tuple[bytes, ...] = ()
    children: list["Part"] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.end - self.body

    @property
    def is_message(self) -> bool:
        return self.kind == b"message" and bool(self.children)

    @property
    def id(self) -> bytes | None:
        return self._first(b"content-id")

    @property
    def description(self) -> bytes | None:
        return self._first(b"content-description")

    @property
    def md5(self) -> bytes | None:
        return self._first(b"content-md5")

    @property
    def location(self) -> bytes | None:
        return self._first(b"content-location")

    def _first(self, name: bytes) -> bytes | None:
        found = self.fields.get(name)
        return found[0] if found else None


class _Indexer:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.n_parts = 0

    def part(self, start: int, end: int, depth: int, *, in_digest: bool = False) -> Part:
        """The part whose head starts here; those inside it come with it, as deep as is followed."""
        self.n_parts += 1
        head_end, begins = end_of_header(self.content, start, end)
        found = Part(
            start,
            head_end,
            begins,
            end,
            0,
            values(self.content[start : min(head_end, start + MOST_HEADER)]),
        )
        _describe(found, in_digest=in_digest)
        if found.kind != b"multipart":
            found.lines = self.content.count(b"\n", begins, end)
        if found.kind == b"multipart":
            self._parts_of(found, depth)
        elif found.kind == b"message" and found.below in (b"rfc822", b"global"):
            if depth < MOST_DEPTH and self.n_parts < MOST_PARTS:
                found.children = [self.part(found.body, found.end, depth + 1)]
            else:
                found.kind, found.below = b"application", b"octet-stream"  # a message has an envelope, or is none
        return found

    def _parts_of(self, parent: Part, depth: int) -> None:
        boundary = _boundary(parent.parameters)
        if not boundary or depth >= MOST_DEPTH:
            parent.kind, parent.below = TEXT, PLAIN  # RFC 2045 section 5.2
            parent.parameters = US_ASCII if not boundary else parent.parameters
            parent.lines = self.content.count(b"\n", parent.body, parent.end)
            return
        in_digest = parent.below == b"digest"
        for start, end in self._ranges(boundary, parent.body, parent.end):
            if self.n_parts >= MOST_PARTS:
                break
            parent.children.append(self.part(start, end, depth + 1, in_digest=in_digest))
        if not parent.children:  # BODYSTRUCTURE has no multipart without a part: what nobody divided is one text
            lines = self.content.count(b"\n", parent.body, parent.end)
            parent.children.append(Part(parent.body, parent.body, parent.body, parent.end, lines, {}))

    def _ranges(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """What lies between the delimiter lines of a boundary; without a last one, up to the end."""
        ranges: list[tuple[int, int]] = []
        opened: int | None = None
        mark = b"\n--" + boundary
        # The whole line is matched in one go: a body full of almost-boundaries costs its length, no Python for each.
        delimiter = re.compile(re.escape(mark) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
        at = max(start - 1, 0)
        while len(ranges) < MOST_PARTS and (near := self.content.find(mark, at, end)) >= 0:
            found = delimiter.search(self.content, near, end)
            if found is None:
                break
            if opened is not None:  # the end of the line before belongs to the delimiter
                before = found.start() - (self.content[found.start() - 1 : found.start()] == b"\r")
                ranges.append((opened, max(opened, before)))
            if found[1]:
                return ranges
            opened = found.end()
            at = opened - 1
        if opened is not None and len(ranges) < MOST_PARTS:
            ranges.append((opened, end))
        return ranges


def _boundary(parameters: Parameters) -> bytes:
    told = next((value for name, value in parameters if name == b"boundary"), None)
    if told is None:  # in pieces (RFC 2231 section 3)
        told = parameter(parameters, b"boundary").encode("utf-8", "replace")
    return told.rstrip()


def index(content: bytes) -> Part:
    """The message's parts, from its first byte."""
    return _Indexer(content).part(0, len(content), 0)


def _describe(part: Part, *, in_digest: bool) -> None:
    """Read what the head says of the part's content."""
    fields = part.fields
    if in_digest and b"content-type" not in fields:
        part.kind, part.below, part.parameters = b"message", b"rfc822", ()
    elif b"content-type" in fields and (told := media_type(fields[b"content-type"][0])) is not None:
        part.kind, part.below, part.parameters = told
        if part.kind == TEXT and not any(name == b"charset" for name, _value in part.parameters):
            part.parameters = (*part.parameters, *US_ASCII)
    if b"content-transfer-encoding" in fields:
        part.encoding = _encoding(fields[b"content-transfer-encoding"][0])
    if b"content-disposition" in fields:
        name, parameters = value_and_parameters(fields[b"content-disposition"][0])
        part.disposition = (name, parameters) if name else None
    if b"content-language" in fields:
        part.languages = tuple(_LANGUAGE.findall(fields[b"content-language"][0])[:20])


def _encoding(value: bytes) -> bytes:
    found = _ENCODING.fullmatch(value)
    return found[1].lower() if found else b"7bit"
