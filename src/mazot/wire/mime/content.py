# SPDX-License-Identifier: AGPL-3.0-or-later
"""The content of parts: transfer encodings undone, and the text in them for search and previews."""

import binascii
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from mazot.wire.mime.headers import values
from mazot.wire.mime.parameters import Parameters, media_type, parameter, value_and_parameters
from mazot.wire.mime.parts import Parts, Place
from mazot.wire.mime.structure import PLAIN, TEXT, US_ASCII
from mazot.wire.mime.words import bytes_of_base64, text_in

MOST_TEXT = 2 << 20  # bytes of one part that are read as text
AS_IT_IS = ("7bit", "8bit", "binary")
NOT_READ = frozenset({"script", "style", "head", "template", "title"})
BLOCKS = frozenset(
    {"p", "div", "br", "tr", "td", "th", "li", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
)

_TAG = re.compile(r"<[^<>]*>")
_META = re.compile(rb"<meta\s[^<>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


class UnknownEncoding(Exception):
    """The transfer encoding of a part is none that is known (RFC 3516: NO [UNKNOWN-CTE])."""


def decoded(content: bytes | memoryview, parts: Parts, path: bytes) -> bytes:
    """A part's content without its transfer encoding; of the whole message, and of a message in it, as it is."""
    place = parts.place(path)
    if place is None:
        return b""
    start = place.head if not path else place.body
    raw = bytes(content[start : place.end])
    return raw if not path or place.inner is not None else undone(raw, place.encoding)


def undone(raw: bytes, encoding: str) -> bytes:
    """Bytes without their transfer encoding; what is broken in them is left out or left alone, never refused."""
    if encoding in AS_IT_IS:
        return raw
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    if encoding == "base64":
        return bytes_of_base64(raw)
    raise UnknownEncoding(encoding)


def text_of(content: bytes | memoryview, parts: Parts, *, most: int = MOST_TEXT) -> Iterator[str]:
    """The readable text of a message, part by part: plain text, HTML without its tags, the names of attached files."""
    for path in parts.paths():
        place = parts.place(path)
        if place is None or place.inner is not None:
            continue
        fields = values(bytes(content[place.head : place.body]))
        kind, below, parameters = _type_of(fields)
        if name := file_name(fields, parameters):
            yield name
        if kind == TEXT and below in (PLAIN, b"html"):
            yield _text(bytes(content[place.body : place.end]), place, below, parameters, most)


def files_of(content: bytes | memoryview, parts: Parts) -> Iterator[tuple[str, bytes, Place]]:
    """The parts that are no text of the letter itself: name, media type in small letters, and where they lie."""
    for path in parts.paths():
        place = parts.place(path)
        if place is None or place.inner is not None:
            continue
        fields = values(bytes(content[place.head : place.body]))
        kind, below, parameters = _type_of(fields)
        is_text = kind == TEXT and below in (PLAIN, b"html")  # which text_of reads
        if kind != b"multipart" and not is_text:
            yield file_name(fields, parameters), b"%b/%b" % (kind.lower(), below.lower()), place


def file_name(fields: dict[bytes, list[bytes]], parameters: Parameters) -> str:
    """The name an attached file was given, without folders; empty when it has none."""
    told = fields.get(b"content-disposition")
    name = parameter(value_and_parameters(told[0])[1], b"filename") if told else ""
    name = name or parameter(parameters, b"name")
    name = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in name if letter.isprintable()).strip()[:255]


def is_attached(fields: dict[bytes, list[bytes]]) -> bool:
    told = fields.get(b"content-disposition")
    return told is not None and value_and_parameters(told[0])[0] == b"attachment"


def _type_of(fields: dict[bytes, list[bytes]]) -> tuple[bytes, bytes, Parameters]:
    told = media_type(fields[b"content-type"][0]) if b"content-type" in fields else None
    return told or (TEXT, PLAIN, US_ASCII)


def _text(raw: bytes, place: Place, below: bytes, parameters: Parameters, most: int) -> str:
    try:
        content = undone(raw[: most * 2], place.encoding)[:most]
    except UnknownEncoding:
        content = raw[:most]
    return readable(content, below, parameters)


def readable(content: bytes, below: bytes, parameters: Parameters) -> str:
    """A text part as people read it: in its charset (a page may name it itself), and without tags."""
    charset = parameter(parameters, b"charset")
    if below != b"html":
        return text_in(content, charset)
    if charset.lower() in ("", "us-ascii") and (told := _META.search(content[:2_048])):
        charset = told[1].decode("ascii")
    return without_tags(text_in(content, charset))


def without_tags(html: str) -> str:
    """What a person reads of a page: no tags, no scripts, a line's end where a block ends."""
    page = html.replace("\0", "").encode("utf-8", "replace")
    # Without huge_tree all that comes behind 256 open elements is lost, and newsletters get there.
    parser = etree.HTMLParser(
        recover=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True
    )
    try:
        root = etree.fromstring(page, parser) if page.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if any(fault.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for fault in parser.error_log):
        return _TAG.sub(" ", html)  # deeper than any page is: tags are cut out blindly, so that nothing is hidden
    if root is None:
        return ""
    pieces: list[str] = []
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                pieces.append(element.tail or "")
            continue
        if element.tag in NOT_READ and event == "start":
            skipped = element
            continue
        if element.tag in BLOCKS:
            pieces.append("\n")
        pieces.append((element.text if event == "start" else element.tail) or "")
    return "".join(pieces)
