# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser draws a hall from, small and quick at 5,000 seats."""

import gzip
import json
from time import perf_counter
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.products.tickets.rules.drawing import Drawing, Row, Seat, Section, seat_ids, seats_of
from mazot.products.tickets.rules.geometry import row_of, seat_names
from mazot.products.tickets.rules.seatmap import availability, hall_map
from mazot.products.tickets.tests.rooms import drawings, hall, opera


def drawn(wire: dict) -> list[tuple]:
    """The seats (section, row, at a table, name, x, y) as a browser reads them from the map."""
    x = y = 0
    seats, rows, places = [], iter(wire["rows"]), iter(wire["places"])
    for name, _, _, n_rows, _ in wire["sections"]:
        for _ in range(n_rows):
            row, n_seats, at_table, said = next(rows)
            if len(said) == 2 and isinstance(said[0], int):
                said = [str(said[0] + said[1] * place) for place in range(n_seats)]
            for seat in said:
                x, y = x + next(places), y + next(places)
                seats.append((name, row, bool(at_table), seat, x / 10, y / 10))
    assert next(rows, None) is next(places, None) is None
    return seats


@settings(max_examples=50)
@given(drawings())
def test_a_browser_finds_each_seat_where_it_was_drawn(drawing):
    wire = json.loads(hall_map(drawing))

    assert drawn(wire) == [
        (section.name, row.name, row.table, seat.name, seat.x, seat.y)
        for section in drawing.sections
        for row in section.rows
        for seat in row.seats
    ]
    assert wire["size"] == list(drawing.size)
    assert len(wire["areas"]) == len(drawing.areas)
    assert [free["capacity"] for free in wire["free"]] == [free.capacity for free in drawing.free]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("1 2 3 4", [1, 1]),
        ("8 6 4 2", [8, -2]),
        ("3 2 1", [3, -1]),
        ("7", [7, 1]),
        ("5 3 1 2 4", ["5", "3", "1", "2", "4"]),
        ("01 02", ["01", "02"]),
        ("٣ ٤", ["٣", "٤"]),
        ("A B", ["A", "B"]),
        ("1 2 2b", ["1", "2", "2b"]),
    ],
)
def test_names_that_count_are_told_by_their_first_and_their_step(names, expected):
    row = Row("r", "A", tuple(Seat(f"s{n}", name, n, 0) for n, name in enumerate(names.split())))
    wire = json.loads(hall_map(Drawing((1, 1), (Section("s", "", 0, 0, (row,)),))))

    assert wire["rows"][0][3] == expected


def arena() -> Drawing:
    """5,000 seats in turned arcs, with the ids pretix gives."""
    sections = []
    for block in range(4):
        rows = []
        for row in range(25):
            places = row_of(50, (1000 + block * 1500, 300 + row * 30), curve=700 + row * 30, turned=block * 7)
            named = zip(seat_names(50, "middle"), places, strict=True)
            seats = tuple(
                Seat(str(UUID(int=(block << 64) + (row << 32) + n)), name, *at) for n, (name, at) in enumerate(named)
            )
            rows.append(Row(f"{block}-{row}", str(row + 1), seats))
        sections.append(Section(f"s{block}", f"Block {block}", 0, 0, tuple(rows)))
    return Drawing((6_000, 3_000), tuple(sections))


def quickest(make) -> tuple[object, float]:
    spent = []
    for _ in range(7):
        before = perf_counter()
        made = make()
        spent.append(perf_counter() - before)
    return made, min(spent) * 1000


@pytest.mark.parametrize("drawing", [hall(100, 50), arena()])
def test_5000_seats_are_small_on_the_wire_and_quickly_made(drawing):
    wire, spent = quickest(lambda: hall_map(drawing))
    zones, access, taken = "ABCDE" * 1_000, "..r.o" * 1_000, range(0, 5_000, 3)
    letters, spent_asking = quickest(
        lambda: availability(zones, access, taken, channel="online", shown={"A", "B", "D"})
    )

    assert len(seat_ids(drawing)) == len(letters) == 5_000
    assert len(gzip.compress(wire)) + len(gzip.compress(letters.encode())) < 60_000
    assert spent < 15, "5 ms on a quiet machine"
    assert spent_asking < 5


def test_the_map_names_no_seat_by_its_id():
    drawing = opera()
    assert seats_of(drawing)[0].id.encode() not in hall_map(drawing)


def test_a_buyer_reads_the_zone_of_a_free_seat_and_nothing_about_the_others():
    #           0123456789
    zones = "AAAAABBBC."
    access = "..ro......"
    taken = {0}

    assert availability(zones, access, taken, channel="online", shown={"A", "B"}) == ".A..ABBB.."
    assert availability(zones, access, taken, channel="reseller", shown={"A", "B"}) == ".AA.ABBB.."
    assert availability(zones, access, taken, channel="admin", shown={"A", "B"}) == ".AAAABBB.."
    assert availability(zones, access, taken, channel="online", shown={"B"}, own={0}) == "*....BBB.."


@given(st.data())
def test_a_seat_shown_as_free_may_be_sold_and_one_that_is_not_may_not(data):
    n = data.draw(st.integers(0, 40))
    zones = data.draw(st.text("AB.", min_size=n, max_size=n))
    access = data.draw(st.text(".ro", min_size=n, max_size=n))
    taken = data.draw(st.sets(st.integers(0, n - 1))) if n else set()
    channel, sold = data.draw(st.sampled_from((("online", "."), ("reseller", ".r"), ("admin", ".ro"))))
    letters = availability(zones, access, taken, channel=channel, shown={"A"})

    assert [letter == "A" for letter in letters] == [
        zones[seat] == "A" and access[seat] in sold and seat not in taken for seat in range(n)
    ]
    assert set(letters) <= {"A", "."}
