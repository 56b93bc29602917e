# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailbox names of IMAP4rev1: modified UTF-7 (RFC 3501 section 5.1.3)."""

import binascii
from base64 import b64decode, b64encode

SHIFTED = b"&"


class BadName(ValueError):
    """Bytes that are no name in modified UTF-7."""


def decode_name(raw: bytes) -> str:
    """A name from the wire. Only the one way to write it is taken, or two names on the wire would be one mailbox."""
    if SHIFTED not in raw:
        if not raw.isascii():
            raise BadName("it has bytes above 127")
        return raw.decode("ascii")
    first, *rest = raw.split(SHIFTED)
    parts = [first.decode("latin-1")]
    for part in rest:
        shifted, minus, plain = part.partition(b"-")
        if not minus:
            raise BadName("a shift with & does not end with -")
        parts.append(_unshifted(shifted) if shifted else "&")
        parts.append(plain.decode("latin-1"))
    name = "".join(parts)
    if encode_name(name) != raw:
        raise BadName("this is not the shortest way to write it")
    return name


def _unshifted(shifted: bytes) -> str:
    padded = shifted.replace(b",", b"/") + b"=" * (-len(shifted) % 4)
    try:
        return b64decode(padded, validate=True).decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadName("a shift holds no UTF-16 in base 64") from error


def encode_name(name: str) -> bytes:
    """A name for the wire."""
    out, waiting = bytearray(), ""
    for letter in name:
        if " " <= letter <= "~":
            if waiting:
                out += _shifted(waiting)
                waiting = ""
            out += b"&-" if letter == "&" else letter.encode("ascii")
        else:
            waiting += letter
    return bytes(out + (_shifted(waiting) if waiting else b""))


def _shifted(text: str) -> bytes:
    encoded = b64encode(text.encode("utf-16-be", "surrogatepass")).rstrip(b"=")
    return b"&" + encoded.replace(b"/", b",") + b"-"
