# SPDX-License-Identifier: AGPL-3.0-or-later
"""Choosing for somebody: together, near the stage, nobody and no seat left alone."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.products.tickets.rules.best import benches_of, best_seats
from mazot.products.tickets.rules.drawing import Drawing, Row, Seat, Section, Stage, seat_ids
from mazot.products.tickets.rules.geometry import seat_names
from mazot.products.tickets.tests.rooms import hall, opera


def chosen(rows: str, n: int) -> str | None:
    """The rows (front first; `.` free, `x` taken) with the chosen seats as letters, group by group."""
    lines = rows.split("/")
    width = len(lines[0])
    marks = list("".join(lines))
    choice = best_seats(benches_of(hall(len(lines), width)), {i for i, mark in enumerate(marks) if mark == "."}, n)
    if choice is None:
        return None
    for letter, group in zip("abcdefghij", choice.groups, strict=False):
        for seat in group:
            marks[seat] = letter
    return "/".join("".join(marks[start : start + width]) for start in range(0, len(marks), width))


@pytest.mark.parametrize(
    ("rows", "n", "expected"),
    [
        ("......./.......", 3, "..aaa../......."),
        ("......./.......", 7, "aaaaaaa/......."),
        (".....", 4, "aaaa."),  # one is left alone wherever they sit
        ("...x/....", 2, "...x/aa.."),  # the front would leave one alone
        ("....x../xxxxxxx", 2, "..aax../xxxxxxx"),
        ("..x...", 3, "..xaaa"),
        ("x.x/...", 1, "xax/..."),
        ("....", 0, None),
        ("x..x", 3, None),
    ],
)
def test_the_nearest_seats_together_that_leave_none_alone(rows, n, expected):
    assert chosen(rows, n) == expected


@pytest.mark.parametrize(
    ("rows", "n", "groups"),
    [
        ("..x../xx.xx", 4, [2, 2]),
        ("...x./.x...", 4, [2, 2]),
        ("...x./.x...", 5, [3, 2]),
        ("...x.", 4, [3, 1]),
        (".x.x.", 3, [1, 1, 1]),
    ],
)
def test_who_cannot_sit_together_sits_in_as_few_groups_as_can_be_and_not_alone(rows, n, groups):
    lines = rows.split("/")
    free = {i for i, mark in enumerate("".join(lines)) if mark == "."}
    choice = best_seats(benches_of(hall(len(lines), len(lines[0]))), free, n)

    assert [len(group) for group in choice.groups] == groups
    assert not choice.is_together
    assert len(set(choice.seats)) == n


def test_an_aisle_parts_a_row():
    benches = benches_of(hall(1, 6, aisle_after=3))

    assert benches.benches == ((0, 1, 2), (3, 4, 5))
    assert best_seats(benches, set(range(6)), 4).is_together is False


def test_neighbors_are_those_who_sit_beside_each_other_whatever_the_order_of_their_numbers():
    named = sorted(zip(seat_names(6, "middle"), range(6), strict=True))
    row = Row("r", "A", tuple(Seat(f"s{name}", name, place * 24, 0) for name, place in named))
    drawing = Drawing((200, 100), (Section("s", "", 0, 0, (row,)),), Stage(0, -50, 120, 20, "", "rectangle"))
    choice = best_seats(benches_of(drawing), set(range(6)), 2)

    assert {seat_ids(drawing)[seat] for seat in choice.seats} == {"s1", "s2"}
    assert [seat_ids(drawing)[seat] for seat in benches_of(drawing).benches[0]] == ["s5", "s3", "s1", "s2", "s4", "s6"]


def test_the_stage_says_where_the_front_is():
    rows = tuple(
        Row(f"r{y}", str(y), tuple(Seat(f"{y}-{x}", str(x), x * 24, y * 30) for x in range(4))) for y in range(3)
    )
    sections = (Section("s", "", 0, 0, rows),)
    behind = Drawing((100, 200), sections, Stage(0, -60, 72, 40, "", "rectangle"))
    below = Drawing((100, 200), sections, Stage(0, 110, 72, 0, "", "rectangle"))

    assert set(best_seats(benches_of(behind), set(range(12)), 4).seats) == {0, 1, 2, 3}
    assert set(best_seats(benches_of(below), set(range(12)), 4).seats) == {8, 9, 10, 11}
    assert set(best_seats(benches_of(Drawing((1, 1), sections)), set(range(12)), 4).seats) == {0, 1, 2, 3}


def test_a_box_is_chosen_whole_in_the_opera():
    drawing = opera()
    ids = seat_ids(drawing)
    left = {index for index, own in enumerate(ids) if own.startswith("left-")}
    choice = best_seats(benches_of(drawing), left, 5)

    assert {ids[seat] for seat in choice.seats} == {f"left-1-{n}" for n in range(1, 6)}


HALL = benches_of(hall(6, 9, aisle_after=4))
FREE = st.sets(st.integers(0, 53))


def runs_of(free: set[int]) -> list[list[int]]:
    runs = []
    for bench in HALL.benches:
        run: list[int] = []
        for seat in [*bench, None]:
            if seat in free:
                run.append(seat)
            else:
                runs += [run] if run else []
                run = []
    return runs


def n_alone(runs: list[list[int]]) -> int:
    return sum(len(run) == 1 for run in runs)


@given(FREE, st.integers(1, 9))
def test_a_choice_is_of_free_seats_together_if_possible_and_leaves_none_alone_if_avoidable(free, n):
    choice = best_seats(HALL, free, n)
    runs = runs_of(free)
    if len(free) < n:
        assert choice is None
        return
    seats = set(choice.seats)

    assert len(choice.seats) == len(seats) == n
    assert seats <= free
    places = [set(run[start : start + n]) for run in runs for start in range(len(run) - n + 1)]
    assert choice.is_together == bool(places)
    # No other place would leave fewer alone: those alone before, and not chosen now, are nobody's doing.
    before = {run[0] for run in runs if len(run) == 1}
    after = {run[0] for run in runs_of(free - seats) if len(run) == 1}
    assert choice.n_alone == len(after - before)
    if places:
        assert choice.n_alone == min(
            len({run[0] for run in runs_of(free - place) if len(run) == 1} - before) for place in places
        )


@given(FREE, st.integers(1, 12))
def test_groups_are_as_few_as_can_be(free, n):
    choice = best_seats(HALL, free, n)
    if choice is None:
        return
    lengths = sorted((len(run) for run in runs_of(free)), reverse=True)
    fewest = next(count for count in range(1, len(lengths) + 1) if sum(lengths[:count]) >= n)

    assert len(choice.groups) <= fewest
    assert all(
        group in [tuple(run[i : i + len(group)]) for run in runs_of(free) for i in range(len(run))]
        for group in choice.groups
    )


@pytest.mark.parametrize(
    ("free", "n"),
    [("all", 2), ("all", 20), ("every second", 20), ("pairs", 20), ("three of four", 8)],
)
def test_a_choice_among_5000_seats_takes_milliseconds(free, n):
    benches = benches_of(hall(100, 50))
    wanted = {
        "all": lambda i: True,
        "every second": lambda i: i % 2,
        "pairs": lambda i: i % 3,
        "three of four": lambda i: i % 4,
    }
    seats = {index for index in range(5_000) if wanted[free](index)}
    spent = []
    for _ in range(5):
        before = perf_counter()
        best_seats(benches, seats, n)
        spent.append(perf_counter() - before)
    assert min(spent) < 0.03, "10 ms on a quiet machine"
