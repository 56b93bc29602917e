# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters written to cost time, memory or a row that no database takes."""

import encodings
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.wire.mime import Parts, addresses_of, decode_words, header_fields, normal_subject, read_message, text_of
from mazot.wire.mime.content import undone
from mazot.wire.mime.tests.test_reading import LETTER
from mazot.wire.mime.words import text_in

SIZE = 2_000_000


def multipart(boundary: bytes, body: bytes) -> bytes:
    return b'Content-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n\r\n%s' % (boundary, boundary, body)


@pytest.mark.parametrize(
    "attack",
    [  # each took its length squared, or one step of Python for each byte, when it was found
        pytest.param(lambda: addresses_of(b"[" + b"\\[" * SIZE), id="a literal that never ends"),
        pytest.param(lambda: addresses_of(b"<" + b"@a," * SIZE), id="a route that never ends"),
        pytest.param(lambda: addresses_of(b"x " * 25_000 + b"@" + b":" * SIZE), id="colons behind many words"),
        pytest.param(lambda: addresses_of(b"ab " * SIZE + b"<a@b>"), id="a name that never ends"),
        pytest.param(lambda: addresses_of(b"(a " * SIZE), id="comments in comments"),
        pytest.param(lambda: normal_subject("[a]" * SIZE), id="tags of lists"),
        pytest.param(lambda: normal_subject("(fwd)" * SIZE + "x"), id="passed on for ever"),
        pytest.param(lambda: normal_subject("re:" * SIZE), id="answered for ever"),
        pytest.param(lambda: undone(b"Q=" * SIZE, "base64"), id="padding everywhere"),
        pytest.param(lambda: read_message(multipart(b"-", b"-" * SIZE)), id="a boundary of one dash"),
        pytest.param(lambda: read_message(multipart(b"a", b"\r\n--ab" * SIZE)), id="almost the boundary"),
        pytest.param(lambda: read_message(b"Content-Type: text/plain; a=" + b"\\" * SIZE), id="a long parameter"),
        pytest.param(
            lambda: read_message(
                multipart(b"a", (b"Content-Type: message/rfc822\r\n\r\nTo: %s\r\n--a\r\n" % (b"<" * 9_000)) * 300)
            ),
            id="many envelopes with long lists",
        ),
    ],
)
def test_no_letter_takes_seconds(attack) -> None:
    began = time.process_time()
    attack()
    assert time.process_time() - began < 4


def test_a_charset_that_lets_halves_of_letters_through_gives_text_that_can_be_kept() -> None:
    for name in ("utf-7", "unicode-1-1-utf-7", "utf-16", "utf-32", "unicode-escape", "raw_unicode_escape"):
        text_in(b"+2AA-\\ud800\xd8\x00", name).encode()
    assert decode_words("=?utf-7?q?+2AA-?=") == "?"


def test_unknown_charsets_are_not_remembered() -> None:
    before = len(encodings._cache)  # type: ignore[attr-defined]
    for number in range(500):
        assert text_in(b"a", f"made-up-{number}") == "a"
    assert len(encodings._cache) == before  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("ISO-8859-1", b"\x93a\x94", "“a”"),  # Windows' letters under another name
        ("latin1", b"\xe9", "é"),
        ("KS_C_5601-1987", "한".encode("cp949"), "한"),
        ("Shift_JIS", "①".encode("cp932"), "①"),
        ("GB2312", "鎔".encode("gbk"), "鎔"),
        ("koi8-r", "да".encode("koi8-r"), "да"),
        ("windows-1251", "да".encode("cp1251"), "да"),
        ('"utf-8"', "é".encode(), "é"),
        ("base64", b"aGk=", "aGk="),
        ("idna", b"xn--a", "xn--a"),
        ("\0\xff", b"a", "a"),
    ],
)
def test_charsets_are_read_under_all_their_names(charset: str, content: bytes, text: str) -> None:
    assert text_in(content, charset) == text


def test_nothing_that_is_kept_of_a_letter_holds_a_nul() -> None:
    fields = b"From: a\0b <a@b>\r\nTo: a\0b <a@b>\r\nSubject: =?utf-8?q?a=00b?=\r\nMessage-ID: <a\0b@c>\r\n"
    read = read_message(fields + b"References: <d\0e@f>\r\nList-ID: a\0b\r\n\r\nbo\0dy\r\n")
    kept = (read.sender, read.recipients, read.subject, read.message_id, *read.references, read.list_id, read.preview)
    assert all(text and "\0" not in text for text in kept)
    assert b"\0" not in read.envelope + read.body + read.bodystructure


def test_the_fields_of_a_header_end_with_it() -> None:
    assert header_fields(b"A: b\r\n\r\nA: c\r\n", [b"a"]) == b"A: b\r\n\r\n"


def test_base64_is_read_without_padding_and_piece_by_piece() -> None:
    assert undone(b"QUJ\r\nDRA", "base64") == b"ABCD"
    assert undone(b"QQ==\r\nQkM=\r\nRA", "base64") == b"ABCD"
    assert undone(b"!Q", "base64") == b""


@pytest.mark.parametrize(
    ("told", "encoding"),
    [(b"BASE64 (as ever)", b'"base64"'), (b"8 bit", b'"7bit"'), (b"quoted-printable;", b'"quoted-printable"')],
)
def test_an_encoding_is_one_word(told: bytes, encoding: bytes) -> None:
    content = b"Content-Transfer-Encoding: " + told + b"\r\n\r\nx"
    assert encoding in read_message(content).body


def test_a_boundary_may_come_in_pieces_and_lines_may_lack_their_returns() -> None:
    content = (
        b"Content-Type: multipart/mixed; boundary*0=ab; boundary*1=cd\n\n--abcd\n\nA\n--abcd\nX: y\n\nB\n--abcd--\n"
    )
    parts = Parts.unpack(read_message(content).parts)
    assert [content[slice(*parts.section(path))] for path in (b"1", b"2")] == [b"A", b"B"]
    assert list(text_of(content, parts)) == ["A", "B"]


def test_a_letter_that_is_one_file_lists_it() -> None:
    read = read_message(b"Content-Type: application/pdf; name=plan.pdf\r\n\r\nx")
    assert [(one.name, one.path) for one in read.attachments] == [("plan.pdf", "1")]


MARKS = [
    b"--b\r\n",
    b"--b--\r\n",
    b"\r\n\r\n",
    b"\0",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"=?utf-7?b?",
    b"\r",
    b"\n",
]
MARKS += [b"Content-Type: multipart/digest; boundary=b\r\n\r\n", b"\xff\xfe", b'"', b"(", b"<", b": ", b";"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(LETTER)), st.integers(0, 40), st.sampled_from(MARKS)), min_size=1, max_size=12
    )
)
def test_whatever_is_planted_the_structure_holds_together(planted) -> None:
    content = LETTER
    for at, cut, mark in planted:
        content = content[:at] + mark + content[at + cut :]
    read = read_message(content)
    assert read.reading == 1
    parts = Parts.unpack(read.parts)
    paths = parts.paths()
    assert {one.path.encode() for one in read.attachments} <= set(paths)
    for path in [b"", *paths]:
        start, end = parts.section(path)
        assert 0 <= start <= end <= len(content)
        assert parts.section(path, "MIME" if path else "HEADER")[1] == (
            start if path else parts.section(path, "TEXT")[0]
        )
    for text in (read.subject, read.sender, read.preview, *text_of(content, parts)):
        text.encode()
