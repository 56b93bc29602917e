# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values with parameters (`Content-Type`, `Content-Disposition`), with RFC 2231's pieces and charsets put together."""

import re
from urllib.parse import unquote_to_bytes

from mazot.wire.mime.words import decode_words, plain, text_in

MOST_PARAMETERS = 50
MOST_BYTES = 32_000  # of one field

_PARAMETER = re.compile(
    rb""";\s*(?P<name>[^\s=;"]+?)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<bare>[^;]*))""", re.DOTALL
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_COMMENT = re.compile(rb"\([^()]*\)")
_PIECE = re.compile(rb"(.+?)(?:\*(\d{1,3}))?(\*)?")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

Parameters = tuple[tuple[bytes, bytes], ...]


def value_and_parameters(value: bytes) -> tuple[bytes, Parameters]:
    """The first word in small letters, and the parameters as they came: names small, quotes undone."""
    first, semicolon, rest = value[:MOST_BYTES].partition(b";")
    first = _COMMENT.sub(b"", first).strip().lower()
    found = []
    for match in _PARAMETER.finditer(semicolon + rest):
        quoted = match["quoted"]
        told = _ESCAPED.sub(rb"\1", quoted) if quoted is not None else _COMMENT.sub(b"", match["bare"]).strip()
        found.append((match["name"].lower(), told))
        if len(found) == MOST_PARAMETERS:
            break
    return first, tuple(found)


def media_type(value: bytes) -> tuple[bytes, bytes, Parameters] | None:
    """Type, subtype and parameters; none where it is no media type (RFC 2045 section 5.2: then it is plain text)."""
    essence, parameters = value_and_parameters(value)
    kind, slash, below = essence.partition(b"/")
    kind, below = kind.strip(), below.strip()
    if not slash or not _TOKEN.fullmatch(kind) or not _TOKEN.fullmatch(below):
        return None
    return kind, below, parameters


def parameter(parameters: Parameters, name: bytes) -> str:
    """One parameter as people read it: its pieces in order, charset and encoded words undone; empty for none."""
    whole: bytes | None = None
    pieces: dict[int, tuple[bytes, bool]] = {}
    for key, value in parameters:
        found = _PIECE.fullmatch(key)
        if found is None or found[1] != name:
            continue
        if found[2] is None and found[3] is None:
            whole = value if whole is None else whole
        else:
            pieces.setdefault(int(found[2] or 0), (value, found[3] is not None))
    if pieces:
        return _joined(pieces)
    return decode_words(whole) if whole is not None else ""


def _joined(pieces: dict[int, tuple[bytes, bool]]) -> str:
    charset, content = "", b""
    for number in range(len(pieces)):
        if number not in pieces:
            break
        value, is_encoded = pieces[number]
        if is_encoded and number == 0 and value.count(b"'") >= 2:
            name, _language, value = value.split(b"'", 2)
            charset = plain(name)
        content += unquote_to_bytes(value) if is_encoded else value
    return text_in(content, charset) if charset else plain(content)
