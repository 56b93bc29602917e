# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading XML from strangers: no DTD, no entity, no network, and limits on size, elements and depth."""

import re
from typing import Any

from lxml import etree

from mazot.wire.dav.malformed import Malformed

MAX_BODY = 1024 * 1024
MAX_ELEMENTS = 10_000
MAX_NESTING = 64

# Every encoding here writes "<!DOCTYPE" as these same bytes.
_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_DECLARED = re.compile(rb"\A<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DECLARATION = re.compile(r"\A\s*<\?xml.{0,200}?\?>", re.DOTALL)


def read_document(body: bytes) -> Any:
    """The root element of a request body (RFC 4918 §8.2), or Malformed."""
    if len(body) > MAX_BODY:
        raise Malformed(f"The XML body is larger than {MAX_BODY} bytes.", status=413)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root: Any = etree.fromstring(_as_bytes(body), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"The body is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        # RFC 4918 §20.6: external and internal entities are an attack, and no client needs a DTD.
        raise Malformed("The XML body declares a document type, which is refused.")
    _measure(root)
    return root


def _as_bytes(body: bytes) -> bytes:
    if body[:2] in (b"\xfe\xff", b"\xff\xfe", b"<\0", b"\0<"):
        # RFC 4918 §8.2 wants UTF-16 understood as well.
        codec = "utf-16" if body[0] in (0xFE, 0xFF) else "utf-16-le" if body[0] == 0x3C else "utf-16-be"
        return _DECLARATION.sub("", body.decode(codec)).encode("utf-8")
    declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in _ENCODINGS:
        raise Malformed("The XML body is in an encoding other than UTF-8 and UTF-16.", status=415)
    return body


def _measure(root: Any) -> None:
    n_elements = nesting = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            nesting -= 1
            continue
        n_elements += 1
        nesting += 1
        if nesting > MAX_NESTING:
            raise Malformed(f"The XML body is nested deeper than {MAX_NESTING} elements.")
        if n_elements > MAX_ELEMENTS:
            raise Malformed(f"The XML body holds more than {MAX_ELEMENTS} elements.")


def name_of(element: Any) -> tuple[str, str]:
    """Namespace (empty for none) and local name."""
    name = etree.QName(element)
    return name.namespace or "", name.localname
