# SPDX-License-Identifier: AGPL-3.0-or-later
"""The small pictures of rooms."""

from hypothesis import given

from mazot.products.tickets.rules.drawing import Drawing, seats_of
from mazot.products.tickets.rules.outline import outline_of
from mazot.products.tickets.tests.rooms import drawings, hall, opera


def test_a_small_room_has_a_dot_for_each_seat_and_a_large_one_a_line_for_each_row():
    small, large = outline_of(hall(4, 5)), outline_of(opera())

    assert (small.seats.count("h0"), small.rows) == (20, "")
    assert (large.seats, large.rows.count("M")) == ("", sum(len(one.rows) for one in opera().sections))
    assert len(large.free) == 1


def test_an_empty_room_has_a_box_as_large_as_its_sheet():
    assert outline_of(Drawing((300, 200), ())).box == "-20 -20 340 240"


@given(drawings())
def test_any_drawing_has_a_picture_of_numbers_alone(drawing):
    found = outline_of(drawing)

    assert found.seats.count("h0") == len(seats_of(drawing))
    assert set(found.box + found.seats + found.rows + found.stage) <= set("0123456789 -MLhz")
