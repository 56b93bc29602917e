# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may sell which seat, and what becomes of that when the plan has another version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.products.tickets.rules.drawing import seat_ids
from mazot.products.tickets.rules.pretix import read_pretix
from mazot.products.tickets.rules.seatings import carried, may_sell, missing, painted, suggested
from mazot.products.tickets.tests.rooms import hall, opera, second_generation


@pytest.mark.parametrize(
    ("access", "channel", "sold"),
    [
        (".", "online", True),
        (".", "reseller", True),
        (".", "admin", True),
        ("r", "online", False),
        ("r", "reseller", True),
        ("r", "admin", True),
        ("o", "online", False),
        ("o", "reseller", False),
        ("o", "admin", True),
    ],
)
def test_the_access_of_a_seat_says_which_channels_sell_it(access, channel, sold):
    assert may_sell("A", access, channel) is sold


@pytest.mark.parametrize("channel", ["online", "reseller", "admin"])
def test_a_seat_without_a_zone_is_never_sold(channel):
    assert not may_sell(".", ".", channel)


def test_seats_take_another_letter_and_the_others_keep_theirs():
    assert painted("AAAA", {1, 3}, "B") == "ABAB"
    for index in (-1, 4):
        with pytest.raises(IndexError):
            painted("AAAA", {index}, "B")


def test_zones_are_suggested_by_the_categories_of_the_drawing():
    assert suggested(hall(1, 3), {}) == "..."
    zones = suggested(opera(), {"Gold": "G", "Silver": "S"})
    assert (zones.count("G"), zones.count("S"), zones.count(".")) == (1_040, 600, 360)
    assert suggested(read_pretix(second_generation()).drawing, {"Gold": "1", "Lead": "2"}) == "1."


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True), st.data())
def test_another_version_keeps_the_letter_of_each_seat_it_has(before, after, data):
    letters = data.draw(st.text("AB.", min_size=len(before), max_size=len(before)))
    said = dict(zip(before, letters, strict=True))
    again = carried([f"s{n}" for n in before], [f"s{n}" for n in after], letters)

    assert [*again] == [said.get(n, ".") for n in after]


def test_taken_seats_that_a_version_lacks_are_named():
    ids = seat_ids(hall(1, 3))
    assert missing(ids, {"A-2"}) == []
    assert missing(ids, {"A-9", "A-2", "A-10"}) == ["A-10", "A-9"]
