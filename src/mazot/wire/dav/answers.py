# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we write besides listings: error bodies, locks, escaping."""

import re
from xml.sax.saxutils import escape as _escape

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
XML = b"application/xml; charset=utf-8"

# XML 1.0 §2.2 cannot hold these even as references; one of them in a name would make a whole listing unreadable.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text(value: str) -> str:
    """Text for an element: escaped, and what XML cannot hold replaced."""
    if _SPECIAL.search(value) is None:
        return value
    return _escape(_FORBIDDEN.sub("\ufffd", value))


def error_body(sentence: str, *, condition: str = "", hrefs: tuple[str, ...] = ()) -> bytes:
    """An error a program and a person can read (RFC 4918 §8.7, §14.5, codes of §16)."""
    code = ""
    if condition:
        inner = "".join(f"<d:href>{text(href)}</d:href>" for href in hrefs)
        code = f"<d:{condition}>{inner}</d:{condition}>" if inner else f"<d:{condition}/>"
    return (
        f'{HEAD}<d:error xmlns:d="DAV:" xmlns:m="urn:mazot:dav">{code}<m:message>{text(sentence)}</m:message></d:error>'
    ).encode()


SUPPORTED_LOCK = (
    "<d:lockentry><d:lockscope><d:exclusive/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockentry>"
    "<d:lockentry><d:lockscope><d:shared/></d:lockscope><d:locktype><d:write/></d:locktype></d:lockentry>"
)


def active_lock(*, token: str, root: str, is_exclusive: bool, is_infinite: bool, owner_xml: str, seconds: int) -> str:
    """One activelock element (RFC 4918 §14.1); the owner goes back word for word."""
    return (
        "<d:activelock><d:locktype><d:write/></d:locktype>"
        f"<d:lockscope><d:{'exclusive' if is_exclusive else 'shared'}/></d:lockscope>"
        f"<d:depth>{'infinity' if is_infinite else '0'}</d:depth>{owner_xml}"
        f"<d:timeout>Second-{max(0, seconds)}</d:timeout>"
        f"<d:locktoken><d:href>{text(token)}</d:href></d:locktoken>"
        f"<d:lockroot><d:href>{text(root)}</d:href></d:lockroot></d:activelock>"
    )


def lock_body(active: str) -> bytes:
    """The answer to LOCK (RFC 4918 §9.10.1)."""
    return f'{HEAD}<d:prop xmlns:d="DAV:"><d:lockdiscovery>{active}</d:lockdiscovery></d:prop>'.encode()
