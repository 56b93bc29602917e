# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where each part lies, packed into a few bytes a part, so that a section is found without reading the message again.

One line a part: its path, then offsets of its head, of its body and of its end, the offset of the body of the message
inside it (or "-"), and its transfer encoding. The first line is the message itself, with an empty path.
"""

from dataclasses import dataclass

from mazot.wire.mime.structure import Part

VERSION = b"1\n"


@dataclass(frozen=True, slots=True)
class Place:
    """One part: head from `head`, body from `body` to `end`; `inner` is the body of the message that it holds."""

    head: int
    body: int
    end: int
    inner: int | None
    encoding: str


class Parts:
    """The places of a message's parts, by their paths as IMAP counts them ("1.2", empty for the message)."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @classmethod
    def unpack(cls, packed: bytes | memoryview) -> "Parts":
        return cls(bytes(packed))

    def place(self, path: bytes) -> Place | None:
        mark = b"\n" + path + b" "
        at = self._packed.find(mark, 1)
        if at < 0:
            return None
        line = self._packed[at + len(mark) : self._packed.find(b"\n", at + 1)]
        head, body, end, inner, encoding = line.split(b" ")
        return Place(int(head), int(body), int(end), None if inner == b"-" else int(inner), encoding.decode())

    def paths(self) -> list[bytes]:
        """The path of each part, in the order they lie."""
        return [line.partition(b" ")[0] for line in self._packed.split(b"\n")[2:-1]]

    def section(self, path: bytes, what: str = "") -> tuple[int, int] | None:
        """Where a section lies in the blob: "" for all of a part, "HEADER", "TEXT", "MIME" (RFC 9051 section 6.4.5)."""
        place = self.place(path)
        if place is None:
            return None
        if not path:
            return {
                "": (0, place.end),
                "HEADER": (0, place.body),
                "TEXT": (place.body, place.end),
            }.get(what)
        if what == "MIME":
            return place.head, place.body
        if what == "":
            return place.body, place.end
        if place.inner is None:
            return None
        return {"HEADER": (place.body, place.inner), "TEXT": (place.inner, place.end)}.get(what)


def packed(message: Part) -> bytes:
    """The places of all parts of a message."""
    lines = [_line(b"", message, None)]
    if message.kind == b"multipart" and message.children:
        _below(b"", message, lines)
    else:
        _add(b"1", message, lines)
    return VERSION + b"".join(lines)


def _below(path: bytes, parent: Part, lines: list[bytes]) -> None:
    for number, child in enumerate(parent.children, start=1):
        _add(b"%s%s%d" % (path, b"." if path else b"", number), child, lines)


def _add(path: bytes, part: Part, lines: list[bytes]) -> None:
    inner = part.children[0] if part.is_message else None
    lines.append(_line(path, part, inner))
    if inner is None:
        _below(path, part, lines)
    elif inner.kind == b"multipart" and inner.children:
        _below(path, inner, lines)
    else:  # the text of a message that has no parts is its part 1
        _add(path + b".1", inner, lines)


def _line(path: bytes, part: Part, inner: Part | None) -> bytes:
    inside = b"%d" % inner.body if inner is not None else b"-"
    return b"%s %d %d %d %s %s\n" % (path, part.start, part.body, part.end, inside, part.encoding[:40])
