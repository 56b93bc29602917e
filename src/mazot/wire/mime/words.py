# SPDX-License-Identifier: AGPL-3.0-or-later
"""Encoded words of headers (RFC 2047), read as people meant them; what cannot be read stays as it came."""

import binascii
import encodings
import encodings.aliases
import pkgutil
import re

_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,60})(?:\*[A-Za-z0-9-]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"\s*")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
MOST_PIECES = 1_000  # of one base64 text, each with its padding
MOST_LETTERS = 20_000  # of one header that are looked at for encoded words
_SAME = {  # names Python does not know, and names that are used for more letters than they have
    "big5": "cp950",
    "cp1252": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859_1": "cp1252",
    "iso_8859_6_i": "iso8859_6",
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_8_i": "iso8859_8",
    "ks_c_5601_1987": "cp949",
    "latin_1": "cp1252",
    "shift_jis": "cp932",
    "unicode_1_1_utf_7": "utf_7",
    "windows_874": "cp874",
    "windows_949": "cp949",
    "x_euc_jp": "euc_jp",
    "x_gbk": "gb18030",
    "x_mac_roman": "mac_roman",
    "x_sjis": "cp932",
}
_NO_TEXT = frozenset(
    {"aliases", "ascii", "charmap", "idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "rot_13", "undefined"}
    | {"unicode_escape", "utf_8", "utf_8_sig"}
    | {f"{name}_codec" for name in ("base64", "bz2", "hex", "quopri", "uu", "zlib")}
)
_CODECS = frozenset(module.name for module in pkgutil.iter_modules(encodings.__path__)) - _NO_TEXT


def text_in(content: bytes, charset: str) -> str:
    """Bytes as text in a charset that may be unknown, or wrong. The text can be written as UTF-8."""
    codec = _codec_of(charset)
    if codec is None:
        return plain(content)
    # UTF-7 lets halves of letters through, which no database takes.
    return content.decode(codec, "replace").encode("utf-8", "replace").decode()


def _codec_of(charset: str) -> str | None:
    """The codec of a charset, asked of a fixed list: Python remembers each unknown name it was asked for, for ever."""
    name = encodings.normalize_encoding(charset.strip("\"' \t")[:60].lower()).replace(".", "_")
    name = _SAME.get(name, name)
    name = encodings.aliases.aliases.get(name, name)
    name = _SAME.get(name, name)
    return name if name in _CODECS else None


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
    return bytes_of_base64(raw)


def bytes_of_base64(raw: bytes) -> bytes:
    """What base64 says, without padding too, and of pieces that were put one behind the other."""
    letters = _NOT_BASE64.sub(b"", raw)
    pieces = letters.rstrip(b"=").split(b"=", MOST_PIECES)
    pieces[-1] = pieces[-1].replace(b"=", b"")
    return b"".join(_whole(piece) for piece in pieces if piece)


def _whole(letters: bytes) -> bytes:
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
