# SPDX-License-Identifier: AGPL-3.0-or-later
"""BODY[…] and BINARY[…]: bytes of a message, found by the offsets that were written down at delivery."""

from mazot.heads.imap.refusals import No
from mazot.wire.imap.fetching import Section
from mazot.wire.mime import Parts, UnknownEncoding, decoded, header_fields

Buffer = bytes | memoryview


def bytes_of(section: Section, content: Buffer, parts: bytes) -> Buffer | None:
    """What a section names; none when the message has no such part."""
    if section.is_whole:
        return content
    known = Parts.unpack(bytes(parts))
    if section.kind != b"BODY":
        return _binary(section, content, known)
    text = section.text.decode()
    if text.startswith("HEADER.FIELDS"):
        place = known.section(section.path, "HEADER")
        if place is None:
            return None
        return header_fields(content[place[0] : place[1]], section.fields, but_not=text.endswith(".NOT"))
    place = known.section(section.path, text)
    return None if place is None else content[place[0] : place[1]]


def _binary(section: Section, content: Buffer, parts: Parts) -> Buffer | None:
    if parts.section(section.path, "") is None:
        return None
    try:
        return decoded(content, parts, section.path)
    except UnknownEncoding as error:
        raise No("The encoding of this part is not known.", b"UNKNOWN-CTE") from error  # RFC 3516 section 4.3
