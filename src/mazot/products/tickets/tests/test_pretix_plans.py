# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans in pretix's form: both generations come in, ours go out, and what went out comes in the same."""

import json
from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.products.tickets.rules.drawing import (
    Area,
    Category,
    Drawing,
    Stage,
    labels,
    read_drawing,
    seat_ids,
    seats_of,
    write_drawing,
)
from mazot.products.tickets.rules.pretix import read_pretix, write_pretix
from mazot.products.tickets.rules.readings import Unreadable, parse
from mazot.products.tickets.tests.rooms import drawings, first_generation, hall, opera, second_generation


def test_places_of_the_first_generation_add_up():
    imported = read_pretix(first_generation())
    drawing = imported.drawing

    assert imported.name == "Chapel"
    assert [(seat.id, seat.x, seat.y) for seat in seats_of(drawing)] == [
        ("0-0", 100, 50),
        ("0-1", 130, 50),
        ("1-0", 100, 85),
    ]
    assert drawing.stage == Stage(100, 5, 200, 40, "Stage", "rectangle")
    assert drawing.areas == (Area("rectangle", 105, 350, 10, 10, rotation=45, label="Door"),)
    assert drawing.categories == (Category("Nave", "#ff0000", ("0-0", "0-1")), Category("Aisle", "", ("1-0",)))
    assert drawing.size == (340, 405), "of what is drawn: the file says none"


def test_the_newest_form_is_read_with_its_shapes():
    imported = read_pretix(second_generation())
    drawing = imported.drawing
    polygon, ellipse, circle, text = drawing.areas

    assert polygon.points == ((110.2, 220), (119.2, 220), (110.2, 229))
    assert (ellipse.w, ellipse.h, ellipse.color) == (60, 41, ""), "a color we do not draw with is none"
    assert (circle.shape, circle.w, circle.rotation) == ("ellipse", 30, 40)
    assert (text.x, text.y, text.label) == (14.2, 26, "<script>")
    assert drawing.stage.label == "Bühne"
    assert [section.name for section in drawing.sections] == ["Loge links", "Zone 2"]
    assert drawing.categories == (Category("Gold", "#ffc800", (seat_ids(drawing)[0],)),)
    assert imported.left_out == ("border_color", "radius", "row_label", "start_direction")


def test_a_guid_that_fits_is_kept_and_another_gives_the_same_id_each_time():
    ids = seat_ids(read_pretix(second_generation()).drawing)

    assert ids[1] == "8f3c7fb0-7ae9-4a0c-9a48-5c3d2e1a0003"
    assert ids == seat_ids(read_pretix(second_generation()).drawing)
    assert ids[0].startswith("Loge-links-A-1-")


def compared(drawing: Drawing) -> Drawing:
    """The drawing without what means nothing: the order of a category's seats, the place of a stage that is none."""
    order = {seat: index for index, seat in enumerate(seat_ids(drawing))}
    categories = tuple(
        replace(one, seats=tuple(sorted(one.seats, key=order.__getitem__))) for one in drawing.categories
    )
    stage = drawing.stage if drawing.stage.shape != "none" else Stage()
    return replace(drawing, stage=stage, categories=categories)


@settings(max_examples=50)
@given(drawings())
def test_what_is_exported_comes_in_the_same(drawing):
    written = json.dumps(write_pretix(drawing, "Any room"))
    imported = read_pretix(parse(written))

    assert imported.drawing == compared(drawing)
    assert (imported.name, imported.left_out) == ("Any room", ())


@pytest.mark.parametrize("drawing", [hall(3, 5, aisle_after=2), opera()])
def test_a_drawn_room_goes_out_and_comes_in(drawing):
    imported = read_pretix(parse(json.dumps(write_pretix(drawing, "Room"))))

    assert imported.drawing == compared(drawing)
    assert labels(imported.drawing) == labels(drawing)


@pytest.mark.parametrize("file", [first_generation(), second_generation()])
def test_an_imported_plan_is_a_drawing_and_its_export_comes_in_the_same(file):
    drawing = read_pretix(file).drawing

    assert read_drawing(write_drawing(drawing)) == drawing
    assert read_pretix(write_pretix(drawing, "x")).drawing == drawing


def faults_of(file: object) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as refusal:
        read_pretix(file)
    return [(fault.path, fault.reason) for fault in refusal.value.faults]


def test_all_that_is_wrong_is_told_at_once_with_its_path():
    file = first_generation()
    zone = file["zones"][0]
    zone["price"] = 5
    zone["areas"][0]["width"] = -1
    first, second = zone["rows"]
    first["seats"][1]["seat_number"] = "1"
    second["seats"][0] |= {"seat_guid": "0-0", "category": "Balcony", "position": {"x": float("nan"), "y": 0}}
    second["position"] = {"x": 0}
    file["categories"].append({"name": "Nave"})
    del file["name"]

    assert faults_of(parse(json.dumps(file))) == [
        ("name", "missing"),
        ("categories[2].name", "twice"),
        ("zones[0].price", "unknown_key"),
        ("zones[0].areas[0].width", "out_of_range"),
        ("zones[0].rows[0].seats[1].seat_number", "twice"),
        ("zones[0].rows[1].position.y", "missing"),
        ("zones[0].rows[1].seats[0].seat_guid", "twice"),
        ("zones[0].rows[1].seats[0].category", "unknown_category"),
        ("zones[0].rows[1].seats[0].position.x", "not_finite"),
    ]


def test_two_guids_that_would_become_one_id_are_told():
    file = first_generation()
    seats = file["zones"][0]["rows"][0]["seats"]
    seats[0]["seat_guid"] = "A 1"
    seats[1]["seat_guid"] = seat_ids(read_pretix(file).drawing)[0]

    assert faults_of(file) == [("zones[0].rows[0].seats[1].seat_guid", "twice")]


@pytest.mark.parametrize(
    ("shape", "path", "reason"),
    [
        ({"shape": "star"}, "shape", "not_a_choice"),
        ({"shape": "polygon"}, "polygon", "not_an_object"),
        ({"shape": "polygon", "polygon": {"points": [{"x": 0, "y": 0}]}}, "polygon.points", "too_few_points"),
        ({"shape": "circle", "circle": {"radius": "9"}}, "circle.radius", "not_a_number"),
        ({"shape": "rectangle", "rectangle": {"width": 4}}, "rectangle.height", "missing"),
        ({"shape": "text", "text": {"text": "x", "position": {"x": 1e999, "y": 0}}}, "text.position.x", "not_finite"),
        ({"shape": "text", "text": {"text": "a" * 81, "position": {"x": 0, "y": 0}}}, "text.text", "too_long"),
        ({"shape": "text", "onclick": "alert(1)"}, "onclick", "unknown_key"),
    ],
)
def test_a_shape_that_cannot_be_used_is_named_with_its_path(shape, path, reason):
    file = first_generation()
    file["zones"][0]["areas"] = [shape]

    assert (f"zones[0].areas[0].{path}", reason) in faults_of(file)


def test_places_that_add_up_to_too_far_are_refused():
    file = first_generation()
    file["zones"][0]["position"] = {"x": 90_000, "y": 0}
    file["zones"][0]["rows"][1]["position"] = {"x": 90_000, "y": 0}

    assert faults_of(file) == [("zones[0].rows[1].seats[0].position", "out_of_range")]


def places_in(value: object) -> list[tuple]:
    """Each list and object in a value with each of its keys."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [place for key in keys for place in [(value, key), *places_in(value[key])]]


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.builds(list), st.builds(dict)
)


@given(
    st.sampled_from((first_generation, second_generation)), st.lists(st.tuples(st.integers(0, 999), JUNK), max_size=4)
)
def test_whatever_stands_in_a_file_it_is_refused_or_becomes_a_drawing(file, changes):
    value = file()
    for number, junk in changes:
        places = places_in(value)
        holder, key = places[number % len(places)]
        holder[key] = junk
    try:
        drawing = read_pretix(value).drawing
    except Unreadable:
        return
    assert read_drawing(write_drawing(drawing)) == drawing


@pytest.mark.parametrize("file", [None, [], 5, {}, {"zones": [5], "categories": [None], "name": 3}])
def test_a_value_that_is_no_plan_is_refused(file):
    assert faults_of(file)


def test_rows_that_are_called_alike_get_ids_of_their_own_in_little_time():
    row = {"row_number": "1", "seats": []}
    file = first_generation() | {"zones": [{"position": {"x": 0, "y": 0}, "rows": [row] * 2_000}]}
    before = perf_counter()
    drawing = read_pretix(file).drawing

    assert len({row.id for row in drawing.sections[0].rows}) == 2_000
    assert perf_counter() - before < 1


def test_10000_seats_come_in_within_a_second():
    text = json.dumps(write_pretix(hall(100, 100), "Arena"))
    before = perf_counter()
    assert len(seat_ids(read_pretix(parse(text)).drawing)) == 10_000
    assert perf_counter() - before < 1
