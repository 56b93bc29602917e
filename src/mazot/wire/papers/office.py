# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of documents that are XML in a zip: those of ISO/IEC 29500 (docx, xlsx, pptx) and of OpenDocument.

A zip of a few kilobytes may hold gigabytes, and tell another size: what is unpacked is counted as it comes. Entities
of the XML are not expanded, and nothing is fetched.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

MOST_MEMBERS = 5_000
MOST_UNPACKED = 40 << 20  # bytes of all members that are read
PIECE = 1 << 16

_TEXTS = re.compile(
    r"content\.xml|word/(document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml|xl/sharedStrings\.xml"
    r"|xl/worksheets/[^/]+\.xml|ppt/(slides|notesSlides)/[^/]+\.xml"
)
_BLOCKS = frozenset({"p", "h", "si", "c", "row", "tab", "br", "line-break", "table-cell"})
_BROKEN = (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError)
_FAULTS = (*_BROKEN, NotImplementedError, RuntimeError, OSError, ValueError)


def text_of_office(content: bytes, *, most: int) -> str:
    """The text of a document, up to where it can be read."""
    found: list[str] = []
    size = 0
    try:
        for text in _texts(content):
            found.append(text)
            size += len(text)
            if size > most:
                break
    except _FAULTS:
        pass  # broken, encrypted or no zip: what was read stays
    return "".join(found)[:most]


def _texts(content: bytes) -> Iterator[str]:
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist()[:MOST_MEMBERS]:
            if not _TEXTS.fullmatch(member.filename):
                continue
            parser = etree.XMLPullParser(events=("end",), resolve_entities=False, no_network=True, load_dtd=False)
            is_open = member.filename == "content.xml"  # OpenDocument writes text in any element
            with archive.open(member) as file:
                while piece := file.read(PIECE):
                    unpacked += len(piece)
                    if unpacked > MOST_UNPACKED:
                        return
                    parser.feed(piece)
                    yield from _read(parser, is_open=is_open)


def _read(parser: Any, *, is_open: bool) -> Iterator[str]:
    for _event, element in parser.read_events():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        if is_open:
            if name in ("p", "h"):
                yield "".join(text for text in element.itertext() if isinstance(text, str))
        elif name == "t":
            yield element.text or ""
        elif name == "c" and element.get("t") != "s":  # a number in a sheet; "s" counts the shared strings
            yield "".join(child.text or "" for child in element if etree.QName(child).localname == "v")
        if name in _BLOCKS:
            yield "\n"
            element.clear(keep_tail=True)
