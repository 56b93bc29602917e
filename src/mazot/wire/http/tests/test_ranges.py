# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.wire.http.disposition import disposition
from mazot.wire.http.ranges import Unsatisfiable, names_etag, range_of


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"bytes=0-0", (0, 0)),
        (b"bytes=0-99", (0, 9)),
        (b"bytes=9-", (9, 9)),
        (b"bytes=-3", (7, 9)),
        (b"bytes=-100", (0, 9)),
        (b"Bytes = 2 - 4", (2, 4)),
        (b"bytes=4-2", None),
        (b"bytes=0-1,4-5", None),
        (b"bytes=-", None),
        (b"bytes=a-b", None),
        (b"lines=0-1", None),
        (b"bytes=" + b"9" * 5000 + b"-", None),
        (b"", None),
    ],
)
def test_a_range_of_ten_bytes(header: bytes, expected: tuple[int, int] | None) -> None:
    assert range_of(header, 10) == expected


@pytest.mark.parametrize(
    ("header", "size"), [(b"bytes=10-", 10), (b"bytes=-0", 10), (b"bytes=0-", 0), (b"bytes=-1", 0)]
)
def test_a_range_outside_the_content_is_unsatisfiable(header: bytes, size: int) -> None:
    with pytest.raises(Unsatisfiable):
        range_of(header, size)


def test_an_etag_is_named_whole_and_weakly() -> None:
    assert names_etag(b'"a", W/"b"', b'"b"')
    assert names_etag(b"*", b'"b"')
    assert not names_etag(b'"bb"', b'"b"')
    assert not names_etag(b"", b'"b"')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notes.txt", 'attachment; filename="notes.txt"'),
        (
            "Été à Genève.pdf",
            "attachment; filename=\"Ete a Geneve.pdf\"; filename*=UTF-8''%C3%89t%C3%A9%20%C3%A0%20Gen%C3%A8ve.pdf",
        ),
        ('a"b.txt', "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("../../etc/passwd", 'attachment; filename=".._.._etc_passwd"'),
        ("日本.txt", "attachment; filename=\".txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"),
        ("日本", "attachment; filename=\"download\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
        ("a\r\nSet-Cookie: x=1", 'attachment; filename="aSet-Cookie: x=1"'),
        ("", 'attachment; filename="download"'),
    ],
)
def test_a_name_survives_and_cannot_break_the_header(name: str, expected: str) -> None:
    assert disposition(name) == expected


def test_a_lone_surrogate_in_a_name_is_dropped() -> None:
    assert disposition("a\udc80b.txt", inline=True) == 'inline; filename="ab.txt"'
