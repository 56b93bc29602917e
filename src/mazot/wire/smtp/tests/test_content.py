# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a letter ends, however its bytes are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.smtp.content import Mended, Unstuffed


def taken(*pieces: bytes) -> tuple[bytes, bytes, bool]:
    unstuffed = Unstuffed()
    content = b""
    for at, piece in enumerate(pieces):
        content += unstuffed.feed(piece)
        if unstuffed.is_over:
            return content, unstuffed.rest + b"".join(pieces[at + 1 :]), True
    return content, b"", False


@pytest.mark.parametrize(
    ("wire", "content", "rest"),
    [
        (b"a\r\n.\r\n", b"a\r\n", b""),
        (b".\r\n", b"", b""),
        (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n"),
        (b"..a\r\n.b\r\n...\r\n.\r\n", b".a\r\nb\r\n..\r\n", b""),
        (b"\r\n\r\n.\r\n", b"\r\n\r\n", b""),
    ],
)
def test_a_letter_ends_at_its_dot(wire: bytes, content: bytes, rest: bytes) -> None:
    assert taken(wire) == (content, rest, True)


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n.\r", b"\r.\r\n", b"\r\r\n.\r\r\n"]
)
def test_nothing_else_ends_it_and_nothing_is_hidden_in_it(end: bytes) -> None:
    hidden = b"MAIL FROM:<evil@rival.example>\r\n"
    content, rest, is_over = taken(b"a" + end + hidden + b"\r\n.\r\n")
    assert is_over
    assert rest == b""
    assert b"MAIL FROM:<evil@rival.example>\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


@given(
    st.lists(st.sampled_from([b"a", b".", b"\r", b"\n", b"\r\n", b"\r\n.", b"..", b"\r\n.\r\n"]), max_size=30),
    st.data(),
)
def test_the_cuts_of_the_network_change_nothing(words: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(words) + b"\r\n.\r\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(wire)), max_size=12)))
    pieces = [wire[start:end] for start, end in zip([0, *cuts], [*cuts, len(wire)], strict=True)]
    assert taken(*pieces) == taken(wire)


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n"]), max_size=30), st.data())
def test_pieces_of_bdat_get_their_ends_of_lines(words: list[bytes], data: st.DataObject) -> None:
    wire = b"".join(words)
    cut = data.draw(st.integers(0, len(wire)))
    whole, halves = Mended(), Mended()
    expected = whole.feed(wire) + whole.end()
    assert halves.feed(wire[:cut]) + halves.feed(wire[cut:]) + halves.end() == expected
    assert b"\n" not in expected.replace(b"\r\n", b"")
