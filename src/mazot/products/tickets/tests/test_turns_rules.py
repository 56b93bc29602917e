# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.products.tickets.rules.turns import (
    LOOKS,
    STEP,
    TURN_LASTS,
    Crowd,
    is_past,
    let_in,
    minutes_until,
    place_by_lot,
    with_mark,
)

NOBODY = Crowd(held=0, opened=0)


@given(among=st.integers(1, 400), seed=st.binary(min_size=1, max_size=32))
def test_a_draw_gives_everybody_one_place_and_no_place_twice(among: int, seed: bytes) -> None:
    places = [place_by_lot(number, among, seed) for number in range(1, among + 1)]
    assert sorted(places) == list(range(1, among + 1))


def test_a_draw_prefers_nobody() -> None:
    """Over 4,000 draws of 10 people each place falls to each number about 400 times (six standard deviations)."""
    won = Counter((n, place_by_lot(n, 10, draw.to_bytes(4, "big"))) for draw in range(4000) for n in range(1, 11))
    assert len(won) == 100
    assert max(abs(times - 400) for times in won.values()) < 6 * (4000 * 0.1 * 0.9) ** 0.5


def test_neighbours_do_not_stay_neighbours() -> None:
    places = [place_by_lot(number, 1000, b"seed") for number in range(1, 1001)]
    assert sum(abs(a - b) == 1 for a, b in pairwise(places)) < 20


@pytest.mark.parametrize("number", [0, 11, -1])
def test_who_is_not_in_the_draw_has_no_lot(number: int) -> None:
    with pytest.raises(ValueError, match="not among 10"):
        place_by_lot(number, 10, b"seed")


def test_so_many_come_in_at_once_and_then_as_many_as_leave() -> None:
    def moved(allowed: int, crowd: Crowd, at: int) -> int:
        return let_in(100, 2000, allowed, marks=marks, crowd=crowd, at=at)

    marks: list[tuple[int, int]] = []
    assert moved(0, NOBODY, 1000) == 100
    marks = with_mark([], 100, 1000)
    assert moved(100, NOBODY, 1001) == 100
    assert moved(100, Crowd(held=30, opened=30), 1002) == 100
    assert moved(100, Crowd(held=10, opened=30), 1003) == 120  # twenty have ordered
    assert moved(100, Crowd(held=10, opened=0), 1000 + LOOKS) == 190  # the others only looked


def test_they_come_in_over_ten_seconds() -> None:
    assert let_in(100, 2000, 0, marks=[], crowd=NOBODY, at=1000, since=1) == 10
    assert let_in(100, 2000, 10, marks=[], crowd=NOBODY, at=1003, since=3) == 40
    assert let_in(3, 2000, 0, marks=[], crowd=NOBODY, at=1000, since=0) == 3


@given(
    size=st.integers(1, 500),
    given_=st.integers(0, 5000),
    allowed=st.integers(0, 6000),
    held=st.integers(0, 600),
    opened=st.integers(0, 600),
)
def test_nobody_inside_is_put_out_and_nobody_comes_in_who_has_no_room(
    size: int, given_: int, allowed: int, held: int, opened: int
) -> None:
    inside = min(given_, allowed)
    after = let_in(size, given_, allowed, marks=[], crowd=Crowd(held, opened), at=10)
    assert after >= inside
    assert after - inside <= max(0, size - held)


def test_marks_stay_few_and_remember_when_a_turn_came() -> None:
    marks: list[tuple[int, int]] = []
    for second in range(3000):
        marks = with_mark(marks, second, second)
    assert len(marks) <= TURN_LASTS // STEP + 2
    assert is_past(3000 - TURN_LASTS - 2 * STEP, marks, 3000)
    assert not is_past(3000 - TURN_LASTS + STEP, marks, 3000)


def test_the_time_to_wait_is_told_once_the_pace_is_known() -> None:
    marks = [(1000, 100), (1030, 130), (1060, 160), (1090, 190)]
    assert minutes_until(300, marks[:2], 1035) is None
    assert minutes_until(300, marks, 1090) == 5
    assert minutes_until(10, marks, 1090) == 1
