# SPDX-License-Identifier: AGPL-3.0-or-later
"""Encoded words of headers (RFC 2047), read as people meant them; what cannot be read stays as it came."""

import binascii
import codecs
import re

_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,60})(?:\*[A-Za-z0-9-]*)?\?([bBqQ])\?([^?]{0,1000})\?=")
_BETWEEN = re.compile(r"\s*")
MOST_LETTERS = 20_000  # of one header that are looked at for encoded words
_ALIASES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "x-unknown": "utf-8",
}
_NO_TEXT = {
    "base64",
    "hex",
    "rot13",
    "rot-13",
    "zip",
    "zlib",
    "bz2",
    "uu",
    "quopri",
    "idna",
    "punycode",
    "undefined",
    "unicode_escape",
    "raw_unicode_escape",
}


def text_in(content: bytes, charset: str) -> str:
    """Bytes as text in a charset that may be unknown, or wrong."""
    name = charset.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if name not in ("utf-8", "us-ascii", "ascii", ""):
        try:
            if codecs.lookup(name).name.replace("_", "-") not in _NO_TEXT and name not in _NO_TEXT:
                return content.decode(name, "replace")
        except (LookupError, ValueError, UnicodeError):
            pass
    return plain(content)


def plain(content: bytes) -> str:
    """Bytes of no known charset: UTF-8 where they are, else Windows' Latin letters, which most of those are."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def decode_words(value: bytes | str) -> str:
    """A header's text as people read it. Blanks between two encoded words are none (RFC 2047 section 6.2)."""
    text = plain(value) if isinstance(value, bytes) else value
    if "=?" not in text:
        return text
    text, rest = text[:MOST_LETTERS], text[MOST_LETTERS:]
    pieces: list[str] = []
    pending: tuple[str, bytearray] | None = None  # a letter may be cut in two by the end of a word
    at = 0
    for found in _WORD.finditer(text):
        between = text[at : found.start()]
        content = _content(found[2], found[3])
        if content is None:
            continue
        if between and (pending is None or not _BETWEEN.fullmatch(between)):
            pieces += [_flushed(pending), between]
            pending = None
        charset = found[1].lower()
        if pending is not None and pending[0] == charset:
            pending[1].extend(content)
        else:
            pieces.append(_flushed(pending))
            pending = charset, bytearray(content)
        at = found.end()
    return "".join((*pieces, _flushed(pending), text[at:], rest))


def _flushed(pending: tuple[str, bytearray] | None) -> str:
    return text_in(bytes(pending[1]), pending[0]) if pending else ""


def _content(kind: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(raw.replace(b"_", b" ").replace(b"\r", b"").replace(b"\n", b""))
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
