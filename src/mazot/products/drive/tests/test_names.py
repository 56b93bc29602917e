# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names: free ones, their order, their content types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.foundation.text import composed
from mazot.products.drive.rules.content_types import content_type_of
from mazot.products.drive.rules.names import MAX_BYTES, fault_of, free_name, sort_key, split_extension


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("a.pdf", [], "a.pdf"),
        ("a.pdf", ["a.pdf"], "a (2).pdf"),
        ("a.pdf", ["A.PDF"], "a (2).pdf"),
        ("a.pdf", ["a.pdf", "a (2).pdf"], "a (3).pdf"),
        ("a (2).pdf", ["a (2).pdf"], "a (3).pdf"),
        ("a.tar.gz", ["a.tar.gz"], "a (2).tar.gz"),
        (".profile", [".profile"], ".profile (2)"),
        ("folder", ["folder"], "folder (2)"),
        ("v1.2 final", ["v1.2 final"], "v1.2 final (2)"),
        ("x" * 255, ["x" * 255], "x" * 251 + " (2)"),
        ("漢" * 85, ["漢" * 85], "漢" * 83 + " (2)"),
    ],
)
def test_a_free_name_counts_up_and_stays_within_the_limit(name, taken, expected):
    assert free_name(name, taken) == expected


@given(st.text(max_size=300))
def test_a_name_without_fault_stays_usable_when_it_is_counted_up(text):
    name = composed(text)
    if fault_of(name) is None:
        other = free_name(name, [name])
        assert other != name
        assert fault_of(composed(other)) is None
        assert len(other.encode()) <= MAX_BYTES


@given(st.lists(st.text(max_size=12), max_size=12))
def test_any_names_can_be_put_in_order(names):
    ordered = sorted(names, key=sort_key)
    ordered.reverse()
    assert sorted(ordered, key=sort_key) == ordered[::-1]


def test_the_order_is_the_one_people_expect():
    names = ["10", "9", "été", "Eta", "etb", "a²", "a10", "a9"]
    assert sorted(names, key=sort_key) == ["9", "10", "a²", "a9", "a10", "Eta", "etb", "été"]


@pytest.mark.parametrize(
    ("name", "announced", "expected"),
    [
        ("a.MD", "", "text/markdown"),
        ("a.html", "application/octet-stream", "text/html"),
        ("a.docx", "application/zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.unknown", "Image/PNG; q=1", "image/png"),
        ("a", "no type", "application/octet-stream"),
        ("a", "text/html\r\nX: y", "application/octet-stream"),
        ("noextension", "", "application/octet-stream"),
    ],
)
def test_a_type_comes_from_the_extension_first(name, announced, expected):
    assert content_type_of(name, announced) == expected


def test_extensions_are_the_last_part_that_looks_like_one():
    assert split_extension("a.b.pdf") == ("a.b", ".pdf")
    assert split_extension("Dr. Müller") == ("Dr. Müller", "")
