# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows, tables and names, as the server draws them."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.products.tickets.rules.drawing import Area, Drawing, Free, Stage
from mazot.products.tickets.rules.geometry import (
    bounds,
    letters,
    long_table,
    round_table,
    row_names,
    row_of,
    seat_names,
    turned_about,
)
from mazot.products.tickets.tests.rooms import drawings, hall


@pytest.mark.parametrize(
    ("n", "wanted", "expected"),
    [
        (0, {}, []),
        (1, {}, [(100, 50)]),
        (3, {}, [(76, 50), (100, 50), (124, 50)]),
        (2, {"spacing": 30}, [(85, 50), (115, 50)]),
        (2, {"spacing": 30, "turned": 90}, [(100, 35), (100, 65)]),
        (3, {"spacing": 30, "curve": 60}, [(71, 42.5), (100, 50), (129, 42.5)]),
        (3, {"spacing": 30, "curve": -60}, [(71, 57.5), (100, 50), (129, 57.5)]),
    ],
)
def test_a_row_stands_on_a_line_or_an_arc_about_its_middle(n, wanted, expected):
    assert row_of(n, (100, 50), **wanted) == expected


@given(st.integers(2, 60), st.integers(10, 60), st.sampled_from((1, -1)), st.integers(0, 359), st.data())
def test_neighbors_of_a_row_are_as_far_apart_as_was_said(n, spacing, side, turned, data):
    curve = side * data.draw(st.integers(n * spacing // 3, 5_000))
    places = row_of(n, (0, 0), spacing=spacing, curve=curve, turned=turned)

    assert all(math.isclose(math.dist(*pair), spacing, abs_tol=0.15) for pair in pairwise(places))


@pytest.mark.parametrize("wanted", [{"spacing": 0}, {"curve": 12}, {"curve": 30}])
def test_an_arc_that_would_close_upon_itself_is_refused(wanted):
    with pytest.raises(ValueError, match=r"spacing|curve"):
        row_of(12, (0, 0), **wanted)


def test_a_round_table_starts_at_the_top_and_goes_clockwise():
    assert round_table(4, (10, 10), 20) == [(10, -10), (30, 10), (10, 30), (-10, 10)]


def test_a_long_table_has_seats_at_both_sides():
    assert long_table(5, (0, 0), spacing=20, depth=40) == [(-20, -20), (0, -20), (20, -20), (10, 20), (-10, 20)]


@pytest.mark.parametrize(
    ("n", "scheme", "first", "expected"),
    [
        (4, "up", 1, "1 2 3 4"),
        (4, "up", 101, "101 102 103 104"),
        (4, "down", 1, "4 3 2 1"),
        (4, "odd", 1, "1 3 5 7"),
        (3, "odd", 4, "5 7 9"),
        (4, "even", 1, "2 4 6 8"),
        (3, "even", 10, "10 12 14"),
        (6, "middle", 1, "5 3 1 2 4 6"),
        (5, "middle", 1, "5 3 1 2 4"),
        (3, "letters", 1, "A B C"),
    ],
)
def test_seats_are_counted_by_the_scheme(n, scheme, first, expected):
    assert seat_names(n, scheme, first=first) == expected.split()


def test_an_unknown_scheme_is_refused():
    with pytest.raises(ValueError, match="scheme"):
        seat_names(3, "spiral")


def test_rows_are_lettered_without_those_to_skip_or_numbered():
    assert row_names(28)[24:] == ["Y", "Z", "AA", "AB"]
    assert row_names(10, skipped="io") == list("ABCDEFGHJK")
    assert row_names(26, skipped="IO")[22:] == ["Y", "Z", "AA", "AB"]
    assert row_names(3, "numbers", first=7) == ["7", "8", "9"]


@given(st.integers(1, 1_000), st.sets(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), max_size=25).map("".join))
def test_no_two_letters_are_the_same_and_none_is_skipped(n, skipped):
    named = letters(n, skipped=skipped)

    assert len(set(named)) == n
    assert not set("".join(named)) & set(skipped)


def test_an_alphabet_without_letters_is_refused():
    with pytest.raises(ValueError, match="skipped"):
        letters(1, skipped="ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize(
    ("drawn", "box"),
    [
        ({}, None),
        ({"stage": Stage(5, 5, 0, 0, "", "none")}, None),
        ({"stage": Stage(5, 5, 10, 20, "", "rectangle")}, (5, 5, 10, 20)),
        ({"free": (Free("f", "", 1, -5, 0, 10, 4),)}, (-5, 0, 10, 4)),
        ({"areas": (Area("ellipse", 0, 0, 10, 20),)}, (-5, -10, 10, 20)),
        ({"areas": (Area("rectangle", 0, 0, 10, 20, rotation=90),)}, (-20, 0, 20, 10)),
        ({"areas": (Area("polygon", 50, 0, points=((1, 2), (5, 2), (1, 9))),)}, (1, 2, 4, 7)),
    ],
)
def test_the_bounds_hold_all_that_is_drawn(drawn, box):
    assert bounds(Drawing((1, 1), (), **drawn)) == box


@settings(max_examples=50)
@given(drawings())
def test_no_seat_lies_outside_the_bounds(drawing):
    box = bounds(drawing)
    seats = [seat for section in drawing.sections for row in section.rows for seat in row.seats]
    for seat in seats:
        assert box[0] <= seat.x <= box[0] + box[2] + 0.1
        assert box[1] <= seat.y <= box[1] + box[3] + 0.1


def test_a_turn_is_clockwise_on_a_plan_whose_y_grows_downwards():
    x, y = turned_about((10, 0), 90)
    assert (round(x), round(y)) == (0, 10)
    assert bounds(hall(1, 2)) == (0, -100, 24, 100)
