# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans as tables: a line for each seat, in and out."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from mazot.products.tickets.rules.drawing import Drawing, Stage, labels, read_drawing, seat_ids, seats_of, write_drawing
from mazot.products.tickets.rules.plan_csv import LETTERS, read_table, write_table
from mazot.products.tickets.rules.readings import Unreadable
from mazot.products.tickets.tests.rooms import drawings, opera


def test_a_table_without_places_is_drawn_in_straight_rows_side_by_side():
    drawing = read_table("section,row,seat\nLeft,A,1\nLeft,A,2\nLeft,B,1\nRight,A,1\n")

    assert [label[:3] for label in labels(drawing)] == [
        ("Left", "A", "1"),
        ("Left", "A", "2"),
        ("Left", "B", "1"),
        ("Right", "A", "1"),
    ]
    assert [(seat.x, seat.y) for seat in seats_of(drawing)] == [(60, 90), (84, 90), (72, 120), (144, 90)]
    assert seat_ids(drawing) == ["Left-A-1", "Left-A-2", "Left-B-1", "Right-A-1"]
    assert read_drawing(write_drawing(drawing)) == drawing


def test_a_table_with_places_and_zones_is_drawn_as_it_says():
    drawing = read_table(
        "\ufeffSection;Row;Seat;X;Y;Zone\r\n;1;1;10,5;20;Gold\r\n;1;2;-34,5;20;Gold\r\n\r\n;2;1;0;5;\r\n"
    )

    assert [(seat.x, seat.y) for seat in seats_of(drawing)] == [(10.5, 20), (-34.5, 20), (0, 5)]
    assert [(one.name, len(one.seats)) for one in drawing.categories] == [("Gold", 2)]
    assert read_drawing(write_drawing(drawing)) == drawing


def test_the_same_table_gives_the_same_ids_and_no_two_seats_share_one():
    table = "section,row,seat\nA-1,2,3\nA,1-2,3\nA,1,2-3\nLoge gauche,É,1\n" + f"{'x' * 80},{'y' * 80},1\n"
    ids = seat_ids(read_table(table))

    assert ids == seat_ids(read_table(table))
    assert len(set(ids)) == 5
    assert read_drawing(write_drawing(read_table(table)))


def lines(drawing: Drawing) -> set[tuple]:
    category = {seat: one.name for one in drawing.categories for seat in one.seats}
    seats = zip(labels(drawing), seats_of(drawing), strict=True)
    return {(*label[:3], seat.x, seat.y, seat.id, category.get(seat.id)) for label, seat in seats}


def named_apart(drawing: Drawing) -> bool:
    """Whether each section, and each row within, has a name of its own: a table knows them by name."""
    names = [[section.name, *(row.name for row in section.rows)] for section in drawing.sections]
    return len({one[0] for one in names}) == len(names) and all(len(set(one[1:])) == len(one) - 1 for one in names)


@settings(max_examples=50)
@given(drawings().filter(named_apart).filter(seat_ids))
def test_what_is_exported_comes_in_with_its_ids_places_and_categories(drawing):
    assert lines(read_table(write_table(drawing))) == lines(drawing)


def test_an_opera_goes_out_and_comes_in_seat_for_seat():
    drawing = opera()
    again = read_table(write_table(drawing))

    assert seat_ids(again) == seat_ids(drawing)
    assert lines(again) == lines(drawing)
    assert again.categories == tuple(replace(one, color="") for one in drawing.categories)
    assert again.stage == Stage()


def test_a_name_that_a_spreadsheet_would_run_goes_out_as_text_and_comes_in_as_it_was():
    drawing = read_table("section,row,seat,id\n=1+1,@A,'-2,-A1\n")

    assert write_table(drawing).splitlines()[1] == "'=1+1,'@A,'-2,60,90,,'-A1"
    assert seat_ids(read_table(write_table(drawing))) == ["-A1"]
    assert labels(read_table(write_table(drawing))) == labels(drawing)


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ("", [(1, "", "empty")]),
        ("section,row\nA,1\n", [(1, "seat", "missing_column")]),
        ("section,row,seat,price\n", [(1, "price", "unknown_column")]),
        ("section,row,seat,seat\n", [(1, "seat", "column_twice"), (1, "seat", "column_twice")]),
        ("section,row,seat,x\nA,1,1,5\n", [(1, "y", "missing_column")]),
        ("section,row,seat\nA,1,1\nA,1,1\n", [(3, "seat", "twice")]),
        ("section,row,seat\nA,1,\nA,1,2,3\n", [(2, "seat", "empty"), (3, "", "too_many_cells")]),
        ("section,row,seat,x,y\nA,1,1,nan,\nA,1,2,5,x\n", [(2, "x", "not_finite"), (2, "y", "not_a_number"), (3, "y", "not_a_number")]),
        ("section,row,seat,x,y\nA,1,1,1e9,0\n", [(2, "x", "out_of_range")]),
        ("section,row,seat,id\nA,1,1,a b\nA,1,2,x\nA,1,3,x\n", [(2, "id", "not_an_identifier"), (4, "id", "twice")]),
        (f"section,row,seat\n{'x' * 81},1,1\nA,\u202e1,1\n", [(2, "section", "too_long"), (3, "row", "hidden_letter")]),
        ('section,row,seat\n"A\nB",1,1\nA,1,1\nA,1,1\n', [(2, "section", "hidden_letter"), (5, "seat", "twice")]),
        ('section,row,seat\nA,1,"1\n', [(2, "", "not_a_table"), (2, "", "empty")]),
        ("section,row,seat\n" + "".join(f"A,1,{n}\n" for n in range(20_001)), [(20_002, "", "too_many_seats")]),
        ("section,row,seat\n" + "".join(f"{n},1,1\n" for n in range(201)), [(0, "", "too_many_sections")]),
        ("section,row,seat\n" + "".join(f"A,1,{n}\n" for n in range(5_000)), [(0, "", "too_wide")]),
        ("x" * (LETTERS + 1), [(0, "", "too_large")]),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_used_are_told_with_their_numbers(table, faults):
    with pytest.raises(Unreadable) as refusal:
        read_table(table)
    assert [(fault.line, fault.path, fault.reason) for fault in refusal.value.faults] == faults
