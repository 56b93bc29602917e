# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be searched of a letter, read from its content."""

from collections.abc import Iterable

from mazot.foundation.errors import Busy
from mazot.products.mail.queries.messages import content_of
from mazot.products.mail.rules.terms import MOST_LETTERS, Texts
from mazot.wire.mime import Parts, decode_words, text_of
from mazot.wire.mime.headers import raw_fields


def texts_of(content: bytes | memoryview, packed: bytes) -> Texts:
    """The texts of a letter in small letters, as long as they may be."""
    parts, found, size = Parts.unpack(bytes(packed)), [], 0
    header = bytes(header_of(content, packed))
    fields = tuple(fields_of(header, whole=True))
    for text in text_of(content, parts):
        found.append(text.casefold())
        size += len(text)
        if size > MOST_LETTERS:
            break
    is_whole = size <= MOST_LETTERS and _is_regular(header) and not any("\0" in field for field in fields)
    return Texts(fields, "\0".join(found)[: MOST_LETTERS + 1], is_whole=is_whole)


def _is_regular(header: bytes) -> bool:
    """Whether a header falls into the same fields by lines as by its grammar, so that the kept ones can be asked."""
    lines = [line for line in _unfolded(header).split(b"\r\n") if b":" in line]
    return lines == [_unfolded(field).removesuffix(b"\r\n") for _name, field in raw_fields(header)]


def _unfolded(raw: bytes) -> bytes:
    return raw.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")


def texts_kept(digest: str, packed: bytes) -> Texts:
    """The texts of a letter by its digest; of one whose content is missing, nothing, which is not the whole."""
    try:
        return texts_of(content_of(digest), packed)
    except Busy:
        return Texts((), "", is_whole=False)


def header_of(content: bytes | memoryview, packed: bytes) -> bytes | memoryview:
    place = Parts.unpack(bytes(packed)).section(b"", "HEADER")
    return content[place[0] : place[1]] if place else b""


def fields_of(raw: bytes, *, whole: bool = False) -> Iterable[str]:
    """The fields of a header, unfolded, decoded, in small letters; with their names when `whole`."""
    for line in _unfolded(raw).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            text = decode_words(value.strip()).casefold()
            yield f"{name.decode('latin-1').casefold()}: {text}" if whole else text
