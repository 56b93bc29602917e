# SPDX-License-Identifier: AGPL-3.0-or-later
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.wire.imap.patterns import Pattern


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*", "A/B", True),
        ("%", "A", True),
        ("%", "A/B", False),
        ("%/%", "A/B", True),
        ("inbox", "INBOX", True),
        ("inbox/%", "INBOX/a", True),
        ("inboxes", "INBOX", False),
        ("A*", "A", True),
        ("", "", True),
        ("", "A", False),
        ("A.B", "AxB", False),
        ("%b", "A/b", False),
        ("*b", "A/b", True),
        ("%*%", "A/b", True),
    ],
)
def test_a_pattern_fits_what_it_stands_for(pattern: str, name: str, fits: bool) -> None:
    assert Pattern(pattern).fits(name) is fits


@settings(max_examples=1000)
@given(st.text("ab/*%", max_size=8), st.text("ab/", max_size=8))
def test_a_pattern_fits_what_the_plain_way_fits(pattern: str, name: str) -> None:
    plain = "".join({"*": ".*", "%": "[^/]*"}.get(letter, re.escape(letter)) for letter in pattern)
    assert Pattern(pattern).fits(name) is bool(re.fullmatch(plain, name))


def test_many_stars_take_no_longer_than_one() -> None:
    began = time.process_time()
    assert not Pattern("*a" * 400 + "*b").fits("a" * 1000)
    assert time.process_time() - began < 1
