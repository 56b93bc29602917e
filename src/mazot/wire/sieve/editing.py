# SPDX-License-Identifier: AGPL-3.0-or-later
"""The head of a letter after a script changed it (RFC 5293)."""

from collections.abc import Iterable

from mazot.wire.mime.headers import MOST_HEADER, end_of_header, raw_fields
from mazot.wire.sieve.outcome import AddHeader, Edit

PROTECTED = frozenset({"received", "auto-submitted", "delivered-to", "return-path"})  # section 4: what loops end by
WIDEST = 76


def edited(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The letter under its new head; its body is not touched, and what is no field stays."""
    end, _start = end_of_header(content, 0, min(len(content), MOST_HEADER))
    fields = _lines(content[:end])
    for edit in edits:
        if isinstance(edit, AddHeader):
            fields.insert(len(fields) if edit.last else 0, (edit.field.encode(), written(edit.field, edit.value)))
            continue
        wanted = edit.field.lower().encode()
        places = [at for at, (name, _field) in enumerate(fields) if name.lower() == wanted]
        gone = {places[number] for number in edit.places if number < len(places)}
        fields = [field for at, field in enumerate(fields) if at not in gone]
    return b"".join(field for _name, field in fields) + content[end:]


def _lines(head: bytes) -> list[tuple[bytes, bytes]]:
    """The fields of a head, and between them, without a name, what is no field."""
    found: list[tuple[bytes, bytes]] = []
    at = 0
    for name, field in raw_fields(head):
        start = head.index(field, at)
        if start > at:
            found.append((b"", head[at:start]))
        found.append((name, field))
        at = start + len(field)
    return [*found, (b"", head[at:])] if at < len(head) else found


def written(name: str, value: str) -> bytes:
    """A field as it goes into a head: on lines that are not too long, each word in UTF-8."""
    lines, line = [], f"{name}:"
    for word in value.split():
        if len(line) + 1 + len(word) > WIDEST and line.strip() != f"{name}:":
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return ("\r\n".join([*lines, line]) + "\r\n").encode("utf-8", "replace")
