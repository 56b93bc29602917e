# SPDX-License-Identifier: AGPL-3.0-or-later
"""GETMETADATA and SETMETADATA as bytes and as values."""

import pytest

from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.metadata import INFINITY, GetMetadata, SetMetadata, written
from mazot.wire.imap.tests.talk import read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'GETMETADATA "" /shared/comment', GetMetadata("", ("/shared/comment",))),
        (b"GETMETADATA INBOX (/PRIVATE/a /shared/b)", GetMetadata("INBOX", ("/private/a", "/shared/b"))),
        (b"GETMETADATA (DEPTH infinity) INBOX /private", GetMetadata("INBOX", ("/private",), INFINITY)),
        (b'GETMETADATA "INBOX" (MAXSIZE 9) (/shared/a)', GetMetadata("INBOX", ("/shared/a",), 0, 9)),
        (b"GETMETADATA (MAXSIZE 9 DEPTH 1) x (/shared/a)", GetMetadata("x", ("/shared/a",), 1, 9)),
        (b'SETMETADATA x (/private/a "b" /shared/c NIL)', SetMetadata("x", {"/private/a": b"b", "/shared/c": None})),
        (b'SETMETADATA "" (/private/a ~{3}\r\na\0b)', SetMetadata("", {"/private/a": b"a\0b"})),
        (
            b"SETMETADATA x (/private/a {3}\r\na)b /shared/b NIL)",
            SetMetadata("x", {"/private/a": b"a)b", "/shared/b": None}),
        ),
    ],
)
def test_a_command_is_read_to_its_value(text: bytes, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        b"GETMETADATA INBOX",
        b"GETMETADATA INBOX ()",
        b"GETMETADATA INBOX /comment",
        b"GETMETADATA INBOX /private/",
        b"GETMETADATA INBOX /privateer/x",
        b"GETMETADATA (DEPTH 2) INBOX /private/a",
        b"GETMETADATA (WIDTH 1) INBOX /private/a",
        b'SETMETADATA INBOX (/private "x")',
        b"SETMETADATA INBOX (/private/a)",
        b"SETMETADATA INBOX (/private/a//b NIL)",
        b'SETMETADATA INBOX ("/private/a*" NIL)',
        b'SETMETADATA INBOX ("/private/a%" NIL)',
        b'SETMETADATA INBOX ("/private/a b" NIL)',
        b'SETMETADATA INBOX ("/private/\xc3\xa9" NIL)',
        b"SETMETADATA INBOX (/private/" + b"a" * 300 + b" NIL)",
        b"SETMETADATA INBOX ()",
        b"SETMETADATA INBOX (" + b" ".join(b"/private/%d NIL" % n for n in range(101)) + b")",
    ],
)
def test_what_is_no_command_is_not_read(text: bytes) -> None:
    with pytest.raises(Malformed):
        read(text)


def test_values_are_written_as_they_are() -> None:
    values = {"/shared/a": b"plain", "/shared/b": None, "/shared/c": b"a\0b", "/shared/d": b"l\r\n"}
    assert written(values) == b'(/shared/a "plain" /shared/b NIL /shared/c ~{3}\r\na\0b /shared/d {3}\r\nl\r\n)'
