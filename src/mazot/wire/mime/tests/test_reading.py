# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people read of a message, and that no bytes make reading fail."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.mime import (
    Group,
    Mailbox,
    Parts,
    UnknownEncoding,
    addresses_of,
    crlf,
    decode_words,
    decoded,
    header_fields,
    normal_subject,
    read_message,
    text_of,
)
from mazot.wire.mime.content import without_tags
from mazot.wire.mime.parameters import parameter, value_and_parameters
from mazot.wire.mime.tests.test_structure import MIXED


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?B?w4lsb2RpZQ==?=", "Élodie"),
        ("=?iso-8859-1?q?Caf=E9?= =?iso-8859-1?q?_noir?= today", "Café noir today"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        ("=?utf-8?b?w4k?= =?utf-8?b?bG8=?=", "Élo"),  # without its padding
        ("=?utf-8?b?4pw=?= =?utf-8?b?hQ==?=", "✅"),  # one letter, cut in two
        ("=?made-up?q?Caf=C3=A9?=", "Café"),
        ("=?rot13?q?abc?=", "abc"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?x?b?=", "=?utf-8?x?b?="),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
        ("=?us-ascii*en?Q?Keith_Moore?=", "Keith Moore"),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_read(raw: str, shown: str) -> None:
    assert decode_words(raw.replace("\r\n", "")) == shown


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a@b.example", [Mailbox(b"", b"", b"a", b"b.example")]),
        (b"Nina Roy <nina@b.example>", [Mailbox(b"Nina Roy", b"", b"nina", b"b.example")]),
        (
            b'"Roy, Nina" <nina@b.example>, c@d',
            [Mailbox(b"Roy, Nina", b"", b"nina", b"b.example"), Mailbox(b"", b"", b"c", b"d")],
        ),
        (b"nina@b.example (Nina (at home))", [Mailbox(b"Nina (at home)", b"", b"nina", b"b.example")]),
        (b'"a b"@c.example', [Mailbox(b"", b"", b"a b", b"c.example")]),
        (b"<@x,@y:a@b>", [Mailbox(b"", b"@x,@y", b"a", b"b")]),
        (b"undisclosed-recipients:;", [Group(b"undisclosed-recipients", ())]),
        (
            b"Board: a@b, C <c@d>; e@f",
            [
                Group(b"Board", (Mailbox(b"", b"", b"a", b"b"), Mailbox(b"C", b"", b"c", b"d"))),
                Mailbox(b"", b"", b"e", b"f"),
            ],
        ),
        (b"a@b; c@d", [Mailbox(b"", b"", b"a", b"b"), Mailbox(b"", b"", b"c", b"d")]),
        (b"root", [Mailbox(b"", b"", b"root", b"MISSING_DOMAIN")]),
        (b"J. Doe <j@b>", [Mailbox(b"J. Doe", b"", b"j", b"b")]),
        (b"a@[192.0.2.1]", [Mailbox(b"", b"", b"a", b"[192.0.2.1]")]),
        (b"A <a@b", [Mailbox(b"A", b"", b"a", b"b")]),
        (b"", []),
        (b",,;", []),
        (b"<>", []),
    ],
)
def test_addresses_are_read(raw: bytes, expected: list) -> None:
    assert addresses_of(raw) == expected


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b'attachment; filename="plan.pdf"', "plan.pdf"),
        (b"attachment; filename=plan.pdf", "plan.pdf"),
        (b"attachment; filename*=utf-8''Pr%C3%A9sence.pdf", "Présence.pdf"),
        (b"attachment; filename*0*=utf-8''Pr%C3%A9s; filename*1=ence; filename*2=.pdf", "Présence.pdf"),
        (b'attachment; filename="=?utf-8?q?Pr=C3=A9sence.pdf?="', "Présence.pdf"),
        (b'attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        (b"attachment", ""),
        (b"attachment; filename*1=b; filename*3=d", ""),
    ],
)
def test_names_of_files_are_read(value: bytes, name: str) -> None:
    assert parameter(value_and_parameters(value)[1], b"filename") == name


@pytest.mark.parametrize(
    ("subject", "base", "is_reply"),
    [
        ("Re: Season", "Season", True),
        ("RE[2]: AW: Fwd: Season (fwd)", "Season", True),
        ("[list] Re: Season", "Season", True),
        ("[list] Season", "Season", False),
        ("[Fwd: Season]", "Season", True),
        ("Season", "Season", False),
        ("[only]", "[only]", False),
        ("Really: no", "Really: no", False),
    ],
)
def test_what_subjects_of_a_thread_have_in_common(subject: str, base: str, is_reply: bool) -> None:
    assert normal_subject(subject) == (base, is_reply)


LETTER = crlf(
    """\
Date: Tue, 3 Nov 2026 10:15:00 +0100
From: =?utf-8?q?=C3=89lodie?= Rey <elodie@mimosa.example>
To: Malik <malik@mimosa.example>
Cc: board@mimosa.example
Subject: =?utf-8?q?R=C3=A9p=C3=A9tition?=
Message-ID: <2@mimosa.example>
In-Reply-To: <1@mimosa.example>
References: <0@mimosa.example> <1@mimosa.example>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<html><head><title>no</title><style>p{}</style></head><body><p>Bonjour =C3=A0 tous&nbsp;!</p><script>x()</script><p>A demain</p></body></html>
--b
Content-Type: application/pdf; name="plan.pdf"
Content-Transfer-Encoding: base64
Content-Disposition: attachment

QUJDRA==
--b--
""".replace("\r\n", "\n").encode()
)


def test_a_letter_is_read_once_for_its_row() -> None:
    read = read_message(LETTER)
    assert read.subject == "Répétition"
    assert read.sender == "Élodie Rey <elodie@mimosa.example>"
    assert read.recipients == "Malik <malik@mimosa.example>, board@mimosa.example"
    assert read.sent_at == datetime(2026, 11, 3, 9, 15, tzinfo=UTC)
    assert read.message_id == "2@mimosa.example"
    assert read.references == ("0@mimosa.example", "1@mimosa.example")
    assert read.preview == "Bonjour à tous ! A demain"
    assert [(one.name, one.type, one.size, one.path) for one in read.attachments] == [
        ("plan.pdf", "application/pdf", 8, "2")
    ]
    assert not read.is_automatic
    parts = Parts.unpack(read.parts)
    assert decoded(LETTER, parts, b"2") == b"ABCD"
    assert " ".join(" ".join(text_of(LETTER, parts)).split()) == "Bonjour à tous ! A demain plan.pdf"


@pytest.mark.parametrize(
    "field", [b"Auto-Submitted: auto-replied", b"Precedence: bulk", b"List-Id: <a.b>", b"Return-Path: <>"]
)
def test_what_a_program_wrote_is_known(field: bytes) -> None:
    assert read_message(field + b"\r\n\r\n").is_automatic


def test_an_unknown_encoding_is_said_and_not_guessed() -> None:
    content = b"Content-Transfer-Encoding: x-own\r\n\r\nabc"
    with pytest.raises(UnknownEncoding):
        decoded(content, Parts.unpack(read_message(content).parts), b"1")


def test_fields_come_as_they_came() -> None:
    header = b"A: 1\r\nb: 2\r\n folded\r\nC : 3\r\na: 4\r\nnonsense\r\n"
    assert header_fields(header, [b"a", b"B"]) == b"A: 1\r\nb: 2\r\n folded\r\na: 4\r\n\r\n"
    assert header_fields(header, [b"A"], but_not=True) == b"b: 2\r\n folded\r\nC : 3\r\n\r\n"


def test_ends_of_lines_become_crlf() -> None:
    assert crlf(b"a\nb\r\nc\rd\r\n") == b"a\r\nb\r\nc\r\nd\r\n"


@given(st.binary(max_size=400))
def test_any_bytes_are_read(content: bytes) -> None:
    holds(content)


@given(st.data())
def test_any_mutation_of_a_letter_is_read(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([MIXED, LETTER])))
    for _change in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(content) - 1))
        told = data.draw(
            st.sampled_from(
                [b"", b"\r\n", b"--b", b"--bb--", b'"', b"(", b"\0", b"\xff", b"=?", b";", b":", b"\r\n\r\n"]
            )
        )
        content[at : at + data.draw(st.integers(0, 6))] = told
    holds(bytes(content))


def holds(content: bytes) -> None:
    """What is true of every reading: made by the reader itself, sections inside the content, balanced for the wire."""
    read = read_message(content)
    assert read.reading == 1
    parts = Parts.unpack(read.parts)
    for path in (b"", *parts.paths()):
        for what in ("", "HEADER", "TEXT", "MIME"):
            found = parts.section(path, what)
            assert found is None or 0 <= found[0] <= found[1] <= len(content)
    for written in (read.envelope, read.body, read.bodystructure):
        assert b"\0" not in written
        assert balanced(written)
    list(text_of(content, parts))


def balanced(written: bytes) -> bool:
    """Whether parentheses close outside of quoted strings and literals."""
    depth = at = 0
    while at < len(written):
        letter = written[at : at + 1]
        if letter == b'"':
            at += 1
            while written[at : at + 1] != b'"':
                at += 2 if written[at : at + 1] == b"\\" else 1
        elif letter == b"{":
            end = written.index(b"}\r\n", at)
            at = end + 2 + int(written[at + 1 : end])
        elif letter in (b"(", b")"):
            depth += 1 if letter == b"(" else -1
            if depth < 0:
                return False
        at += 1
    return depth == 0


def test_pictures_of_a_page_are_no_attached_files_but_other_things_with_an_id_are() -> None:
    content = crlf(
        b"Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src=cid:a>\n"
        b"--r\nContent-Type: image/png; name=a.png\nContent-ID: <a>\n\nx\n"
        b"--r\nContent-Type: application/pdf; name=b.pdf\nContent-ID: <b>\n\nx\n"
        b"--r\nContent-Type: image/png; name=c.png\nContent-ID: <c>\nContent-Disposition: attachment\n\nx\n--r--\n"
    )
    assert [one.name for one in read_message(content).attachments] == ["b.pdf", "c.png"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [(b"<a@b>", "a@b"), (b"a@b", "a@b"), (b"see <a@b> and <c@d>", "a@b"), (b"nothing here", ""), (b"", "")],
)
def test_a_message_id_is_kept_without_its_brackets(value: bytes, kept: str) -> None:
    assert read_message(b"Message-ID: " + value + b"\r\n\r\n").message_id == kept


def test_a_page_may_name_its_charset_itself() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><p>Репетиция</p>'.encode("koi8-r")
    assert read_message(b"Content-Type: text/html\r\n\r\n" + page).preview == "Репетиция"


def test_a_long_encoded_word_is_read() -> None:
    assert decode_words("=?utf-8?q?" + "=C3=A9" * 500 + "?=") == "é" * 500


@pytest.mark.parametrize("depth", [10, 300, 2_000, 100_000])
def test_no_depth_hides_what_a_page_says(depth: int) -> None:
    page = "<p>before</p>" + "<div>" * depth + "deep" + "</div>" * depth + "<p>after</p>"
    assert without_tags(page).split() == ["before", "deep", "after"]
