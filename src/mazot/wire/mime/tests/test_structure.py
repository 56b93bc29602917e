# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where parts lie, and BODY and BODYSTRUCTURE for the wire."""

import time

import pytest

from mazot.wire.mime import Parts, crlf, read_message
from mazot.wire.mime.structure import MOST_DEPTH, MOST_PARTS


def wire(text: str) -> bytes:
    return crlf(text.encode())


MIXED = wire("""\
From: Nina <nina@away.example>
Subject: Two
Content-Type: multipart/mixed; boundary="b"

before
--b

Hello.
Bye.

--b \t
Content-Type: message/rfc822
Content-Description: A letter

Subject: Inner
From: omar@away.example
Content-Type: multipart/alternative; boundary=bb

--bb
Content-Type: text/plain; charset=utf-8

Plain
--bb
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<b>=48</b>
--bb--
--b
Content-Type: application/pdf; name="a.pdf"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="a.pdf"; size=3

QUJD
--b--
after
""")


def section(content: bytes, path: str, what: str = "") -> bytes | None:
    found = Parts.unpack(read_message(content).parts).section(path.encode(), what)
    return content[slice(*found)] if found else None


def test_each_section_is_cut_out_by_its_path() -> None:
    assert section(MIXED, "1") == b"Hello.\r\nBye.\r\n"
    assert section(MIXED, "1", "MIME") == b"\r\n"
    assert section(MIXED, "2.1") == b"Plain"
    assert section(MIXED, "2.2") == b"<b>=48</b>"
    assert section(MIXED, "2", "HEADER").startswith(b"Subject: Inner\r\n")
    assert section(MIXED, "2", "TEXT").startswith(b"--bb\r\n")
    assert section(MIXED, "2").startswith(b"Subject: Inner")
    assert section(MIXED, "3") == b"QUJD"
    assert section(MIXED, "", "TEXT").startswith(b"before\r\n--b")
    assert section(MIXED, "") == MIXED
    for path, what in (("4", ""), ("1.1", ""), ("3", "TEXT"), ("2.3", ""), ("0", ""), ("01", "")):
        assert section(MIXED, path, what) is None


def test_the_structure_is_written_for_the_wire() -> None:
    read = read_message(MIXED)
    assert read.body == (
        b'(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 14 2)'
        b'("message" "rfc822" NIL NIL "A letter" "7bit" 245 (NIL "Inner" ((NIL NIL "omar" "away.example"))'
        b' ((NIL NIL "omar" "away.example")) ((NIL NIL "omar" "away.example")) NIL NIL NIL NIL NIL)'
        b' (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 0)'
        b'("text" "html" ("charset" "us-ascii") NIL NIL "quoted-printable" 10 0) "alternative") 13)'
        b'("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 4) "mixed")'
    )
    assert b'"base64" 4 NIL ("attachment" ("filename" "a.pdf" "size" "3")) NIL NIL) "mixed" ("boundary" "b") NIL' in (
        read.bodystructure
    )


def test_a_message_without_parts_is_its_own_first_part() -> None:
    content = wire("Subject: One\nContent-Type: text/plain; charset=utf-8\n\nAll of it.\n")
    assert section(content, "1") == b"All of it.\r\n"
    assert section(content, "", "HEADER") + section(content, "", "TEXT") == content
    assert read_message(content).body == b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 12 1)'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'),
        (b"\r\n", b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'),
        (b"Subject: no blank line", b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'),
        (b"Content-Type: nonsense\r\n\r\nx", b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0)'),
        (b"Content-Type: multipart/mixed\r\n\r\nx", b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0)'),
        (  # what nobody divided is shown, not hidden
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\nnobody",
            b'(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 6 0) "mixed")',
        ),
        (
            b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: a\r\n\r\nx\r\n--b--",
            b'(("message" "rfc822" NIL NIL NIL "7bit" 15 (NIL "a" NIL NIL NIL NIL NIL NIL NIL NIL)'
            b' ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0) 2) "digest")',
        ),
        (  # a boundary that begins like another, none at the end, a part without a body
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--ab\r\n--a\r\nX: y\r\n--a\r\n\r\nz",
            b'(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'
            b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 1 0) "mixed")',
        ),
    ],
)
def test_what_is_broken_has_a_structure_all_the_same(content: bytes, expected: bytes) -> None:
    assert read_message(content).body == expected
    assert read_message(content).reading == 1


def test_what_a_quoted_string_cannot_hold_is_a_literal() -> None:
    read = read_message(b'Subject: "\xc3\xa9"\r\nFrom: "A \\"B\\" \\\\" <a@b>\r\n\r\n')
    assert read.envelope.startswith(b'(NIL {4}\r\n"\xc3\xa9" (("A \\"B\\" \\\\" NIL "a" "b"))')
    assert b"\0" not in read_message(b"Subject: a\0\xffb\r\n\r\n").envelope


def test_an_outer_boundary_ends_an_inner_part() -> None:
    content = wire(
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nA\n--o\n\nB\n--o--\n"
    )
    assert section(content, "1.1") == b"A"
    assert section(content, "2") == b"B"


def nested(depth: int) -> bytes:
    begin = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return f"{begin}\r\nat the bottom\r\n".encode()


def test_three_thousand_levels_are_followed_only_so_far() -> None:
    read = read_message(nested(3000))
    assert read.reading == 1
    assert read.bodystructure.count(b'"mixed"') == MOST_DEPTH


def test_ten_thousand_parts_are_listed_only_so_far() -> None:
    content = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000
    read = read_message(content)
    assert read.reading == 1
    assert read.body.count(b'"text" "plain"') == MOST_PARTS - 1


@pytest.mark.parametrize(
    "made",
    [
        lambda n: b"X: " + b"y" * n + b"\r\n\r\n",
        lambda n: b"X: y\r\n" * (n // 6) + b"\r\n",
        lambda n: b"Subject: " + b"=?a?q?" * (n // 6) + b"\r\n\r\n",
        lambda n: b"From: " + b"(" * n + b"\r\n\r\n",
        lambda n: b"From: " + b'"' + b"\\" * n + b"\r\n\r\n",
        lambda n: b"From: " + b"<" * n + b"\r\n\r\n",
        lambda n: b"Content-Type: text/plain" + b"; a=(" * (n // 5) + b"\r\n\r\n",
        lambda n: b'Content-Type: text/plain; a="' + b"\\" * n + b"\r\n\r\n",
        lambda n: b"Content-Type: text/html\r\n\r\n" + b"<" * n,
        lambda n: b"Content-Type: text/html\r\n\r\n" + b"<!--" * (n // 4),
        lambda n: b"Content-Type: text/html\r\n\r\n" + b"<div>" * (n // 5),
        lambda n: b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * (n // 5),
        lambda n: b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bx" * (n // 4),
        lambda n: b"References: " + b"<a@b> " * (n // 6) + b"\r\n\r\n",
        lambda n: b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * n,
        lambda n: nested(40) + b"-" * n,
    ],
)
def test_reading_takes_time_in_proportion_to_the_length(made) -> None:
    def spent(size: int) -> float:
        content = made(size)
        began = time.process_time()
        assert read_message(content).reading == 1
        return time.process_time() - began

    assert min(spent(1_600_000) for _ in range(2)) < 8 * min(spent(200_000) for _ in range(2)) * 3 + 0.1


def test_a_header_of_fifty_megabytes_is_kept_and_not_looked_at_beyond_the_first() -> None:
    content = b"Subject: first\r\n" + b"X: " + b"y" * 50_000_000 + b"\r\nFrom: late@away.example\r\n\r\nbody"
    read = read_message(content)
    assert (read.subject, read.sender, read.reading) == ("first", "", 1)
    assert section(content, "1") == b"body"
