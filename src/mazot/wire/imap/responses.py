# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing answers. A text with bytes that a quoted string cannot hold becomes a literal."""

import re
from collections.abc import Iterable, Mapping

from mazot.wire.imap.names import encode_name

SAFE_QUOTED = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]{0,1000}")
SAFE_ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\\]\[&+]+")
TO_ESCAPE = re.compile(rb"([\"\\])")
NOT_IN_TEXT = re.compile(rb"[\x00-\x1f\x7f]+")


def string(value: bytes) -> bytes:
    """Quoted when it can be, a literal when it cannot."""
    if SAFE_QUOTED.fullmatch(value):
        return b'"' + TO_ESCAPE.sub(rb"\\\1", value) + b'"'
    return literal(value)


def literal(value: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(value), value)


def nstring(value: bytes | None) -> bytes:
    """NIL is no text, "" is an empty one."""
    return b"NIL" if value is None else string(value)


def mailbox(name: str, *, utf8: bool) -> bytes:
    """A mailbox name; INBOX as it is, others quoted unless they are plain atoms."""
    if utf8:
        raw = name.encode("utf-8", "replace")
        if not raw.isascii() and not re.search(rb"[\x00-\x1f]", raw):
            return b'"' + TO_ESCAPE.sub(rb"\\\1", raw) + b'"'
    else:
        raw = encode_name(name)
    return raw if SAFE_ATOM.fullmatch(raw) and raw.upper() != b"NIL" else string(raw)


def text(value: str) -> bytes:
    """The human part of a response: one line of ASCII, never empty."""
    raw = NOT_IN_TEXT.sub(b" ", value.encode("ascii", "replace")).strip()
    return (b"." if not raw else b"_" + raw if raw.startswith(b"[") else raw)[:900]


def flag_list(names: Iterable[str]) -> bytes:
    return b"(" + " ".join(names).encode() + b")"


def fields(pairs: Mapping[str, str]) -> bytes:
    """The list of ID."""
    inner = b" ".join(string(name.encode()) + b" " + string(value.encode()) for name, value in pairs.items())
    return b"(" + inner + b")"


def condition(tag: bytes, state: bytes, sentence: str, code: bytes = b"") -> bytes:
    """`a1 NO [NONEXISTENT] There is no such mailbox`, with its end."""
    inner = b"[" + code + b"] " if code else b""
    return tag + b" " + state + b" " + inner + text(sentence) + b"\r\n"


def untagged(*words: bytes) -> bytes:
    return b"* " + b" ".join(words) + b"\r\n"
