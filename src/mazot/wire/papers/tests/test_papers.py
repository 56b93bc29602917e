# SPDX-License-Identifier: AGPL-3.0-or-later
"""text_of_file: what is read of files, and what keeps it from ever being too much."""

import io
import time
import zipfile

import pytest

from mazot.wire.papers import MOST_LETTERS, kind_of, office, text_of_file
from mazot.wire.papers.pdf import text_of_pdf

MOST_UNPACKED = 4 << 20
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(**members: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


def a_pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    return made + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (
            "docx",
            zipped(word__document_xml=f'<d xmlns="{WORD}"><p><r><t>Re</t></r><r><t>hearsal</t></r></p><p/></d>'),
            "Rehearsal\n\n",
        ),
        ("xlsx", zipped(xl__sharedStrings_xml="<s><si><t>Choir</t></si></s>"), "Choir\n"),
        ("xlsx", zipped(xl__worksheets__a_xml='<s><c t="s"><v>0</v></c><c><v>1234</v></c></s>'), "\n1234\n"),
        ("pptx", zipped(ppt__slides__slide1_xml="<s><p><t>Stage</t></p></s>"), "Stage\n"),
        ("odt", zipped(content_xml="<o><h>Title</h><p>one <span>two</span></p></o>"), "Title\none two\n"),
        ("html", b"<p>Seven<script>no</script></p>", "\nSeven\n"),
        ("csv", "é;1".encode(), "é;1"),
        ("pdf", a_pdf("Rehearsal hall"), "Rehearsal hall\n"),
    ],
)
def test_the_text_of_a_file_is_read(kind: str, content: bytes, expected: str) -> None:
    assert text_of_file(content, kind) == expected


def test_a_kind_is_known_by_type_or_by_name() -> None:
    assert kind_of("", b"application/pdf") == "pdf"
    assert kind_of("Plan.ODS", b"application/octet-stream") == "ods"
    assert kind_of("run.exe", b"application/octet-stream") == ""


def test_a_zip_that_unpacks_to_gigabytes_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "MOST_UNPACKED", MOST_UNPACKED)
    bomb = zipped(word__document_xml=b"<d><p>" + b"<t>ab</t>" * (MOST_UNPACKED // 4))
    assert len(bomb) < MOST_UNPACKED // 100
    assert len(text_of_file(bomb, "docx")) <= MOST_LETTERS
    blank = zipped(content_xml=b"<d>" + b" " * (2 * MOST_UNPACKED))
    begun = time.process_time()
    assert text_of_file(blank, "odt") == ""
    assert time.process_time() - begun < 10


def test_entities_are_neither_expanded_nor_fetched() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    page = f'<!DOCTYPE d [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{laughs}]><d><p>&a9;&f;x</p></d>'
    assert len(text_of_file(zipped(content_xml=page), "odt")) < 1000
    assert "root" not in text_of_file(zipped(content_xml=page), "odt")


@pytest.mark.parametrize("kind", ["docx", "odt", "pdf", "html"])
def test_what_is_broken_has_no_text_and_raises_nothing(kind: str) -> None:
    for content in (
        b"",
        b"PK\x03\x04" + b"\xff" * 200,
        b"%PDF-1.7\n" + b"\0" * 300,
        zipped(content_xml="<o><p>cut")[:-40],
    ):
        assert "cut" not in text_of_file(content, kind) or kind == "html"


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    slow = a_pdf("x").replace(b"/Kids [3 0 R]", b"/Kids [" + b"3 0 R " * 20_000 + b"]")
    begun = time.monotonic()
    assert len(text_of_pdf(slow, most=10**9, seconds=1)) < 20_000 * 3
    assert time.monotonic() - begun < 7
