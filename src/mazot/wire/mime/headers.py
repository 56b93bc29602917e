# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of a message: fields in their order, as they came."""

import re
from collections.abc import Iterable, Iterator

MOST_HEADER = 1 << 20  # bytes of one head that are read; what lies beyond is kept and not looked at
MOST_FIELDS = 2_000

_FOLD = re.compile(rb"\r?\n[ \t]+")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_NAME = re.compile(rb"[!-9;-~]+")


def end_of_header(content: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the head that starts here ends (after its last line), and where the body begins (after the blank line)."""
    for blank in (b"\r\n", b"\n"):
        if content.startswith(blank, start, end):
            return start, start + len(blank)
    found = _BLANK_LINE.search(content, start, end)
    return (end, end) if found is None else (found.start() + 1, found.end())


def raw_fields(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each field: its name as it came, and all its bytes with the folded lines and the last CRLF."""
    at, size = 0, min(len(header), MOST_HEADER)
    for _number in range(MOST_FIELDS):
        if at >= size:
            return
        end = _end_of_field(header, at, size)
        field = header[at:end]
        if field in (b"\r\n", b"\n"):
            return
        found = _NAME.match(field)
        if found and field[found.end() :].lstrip(b" \t")[:1] == b":":
            yield found.group(), field
        at = end


def _end_of_field(header: bytes, at: int, size: int) -> int:
    while True:
        found = header.find(b"\n", at, size)
        if found < 0:
            return size
        at = found + 1
        if header[at : at + 1] not in (b" ", b"\t"):
            return at


def values(header: bytes) -> dict[bytes, list[bytes]]:
    """The values of the fields by their name in small letters: unfolded, without blanks around them."""
    found: dict[bytes, list[bytes]] = {}
    for name, field in raw_fields(header):
        found.setdefault(name.lower(), []).append(value_of(field))
    return found


def value_of(field: bytes) -> bytes:
    """What stands behind the colon of a field, on one line."""
    return _FOLD.sub(b" ", field.partition(b":")[2]).strip()


def header_fields(header: bytes | memoryview, names: Iterable[bytes], *, but_not: bool = False) -> bytes:
    """The fields of these names, or all but these, as they came, and the blank line (RFC 9051 section 6.4.5.1)."""
    wanted = {name.lower() for name in names}
    kept = [field for name, field in raw_fields(bytes(header)) if (name.lower() in wanted) != but_not]
    return b"".join(kept) + b"\r\n"
