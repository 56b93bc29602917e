# SPDX-License-Identifier: AGPL-3.0-or-later
"""Our drawing format: what it holds, and how a value that is not one is refused."""

import json
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.products.tickets.rules.drawing import labels, read_drawing, seat_ids, write_drawing
from mazot.products.tickets.rules.readings import LETTERS, LISTED, Unreadable, parse
from mazot.products.tickets.tests.rooms import drawings, hall, opera


@settings(max_examples=50)
@given(drawings())
def test_what_is_written_reads_as_the_same_drawing(drawing):
    assert read_drawing(parse(json.dumps(write_drawing(drawing)))) == drawing


def test_an_opera_of_2000_seats_is_read_as_it_was_drawn():
    drawing = opera()

    assert len(seat_ids(drawing)) == 2_000
    assert read_drawing(parse(json.dumps(write_drawing(drawing)))) == drawing


def test_the_order_of_the_drawing_gives_each_seat_its_index_and_its_words():
    drawing = hall(3, 4)

    assert seat_ids(drawing)[5] == "B-2"
    assert labels(drawing)[5] == ("Hall", "B", "2", False)


def small() -> dict:
    return write_drawing(hall(2, 3))


def faults_of(value: object) -> list[tuple[str, str]]:
    with pytest.raises(Unreadable) as refusal:
        read_drawing(value)
    return [(fault.path, fault.reason) for fault in refusal.value.faults]


SEAT = "sections[0].rows[1].seats[2]"


@pytest.mark.parametrize(
    ("key", "value", "path", "reason"),
    [
        ("x", float("nan"), f"{SEAT}.x", "not_finite"),
        ("x", float("-inf"), f"{SEAT}.x", "not_finite"),
        ("y", 100_001, f"{SEAT}.y", "out_of_range"),
        ("y", 10**400, f"{SEAT}.y", "out_of_range"),
        ("y", "12", f"{SEAT}.y", "not_a_number"),
        ("y", True, f"{SEAT}.y", "not_a_number"),
        ("y", None, f"{SEAT}.y", "not_a_number"),
        ("id", "A-1", f"{SEAT}.id", "twice"),
        ("id", "x" * 41, f"{SEAT}.id", "not_an_identifier"),
        ("id", "a b", f"{SEAT}.id", "not_an_identifier"),
        ("id", 7, f"{SEAT}.id", "not_an_identifier"),
        ("name", "1", f"{SEAT}.name", "twice"),
        ("name", " ", f"{SEAT}.name", "empty"),
        ("name", "x" * 81, f"{SEAT}.name", "too_long"),
        ("name", "a\u202eb", f"{SEAT}.name", "hidden_letter"),
        ("name", "a\x00", f"{SEAT}.name", "hidden_letter"),
        ("name", "\ud800", f"{SEAT}.name", "hidden_letter"),
        ("name", ["1"], f"{SEAT}.name", "not_text"),
        ("price", 5, f"{SEAT}.price", "unknown_key"),
    ],
)
def test_a_seat_that_cannot_be_used_is_named_with_its_path(key, value, path, reason):
    drawing = small()
    drawing["sections"][0]["rows"][1]["seats"][2][key] = value

    assert faults_of(drawing) == [(path, reason)]


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"size": None}, "size", "not_a_pair"),
        ({"size": [0, 10]}, "size.0", "out_of_range"),
        ({"size": [1, 2, 3]}, "size", "not_a_pair"),
        ({"stage": []}, "stage", "not_an_object"),
        ({"stage": {"shape": "moon"}}, "stage.shape", "not_a_choice"),
        ({"sections": {}}, "sections", "not_a_list"),
        (
            {"areas": [{"shape": "polygon", "x": 0, "y": 0, "points": [[0, 0], [1, 1]]}]},
            "areas[0].points",
            "too_few_points",
        ),
        ({"areas": [{"shape": "text", "x": 0, "y": 0, "color": "red;}"}]}, "areas[0].color", "not_a_color"),
        ({"areas": [{"shape": "text", "x": 0, "y": 0, "rotation": 361}]}, "areas[0].rotation", "out_of_range"),
        ({"areas": [{"shape": "text", "x": 0}]}, "areas[0].y", "missing"),
        ({"areas": [5]}, "areas[0]", "not_an_object"),
        ({"free": [{"id": "hall", "name": "", "capacity": 1, "x": 0, "y": 0, "w": 0, "h": 0}]}, "free[0].id", "twice"),
        (
            {"free": [{"id": "f", "name": "", "capacity": 1.5, "x": 0, "y": 0, "w": 0, "h": 0}]},
            "free[0].capacity",
            "not_whole",
        ),
        ({"categories": [{"name": "A", "seats": ["Z-9"]}]}, "categories[0].seats[0]", "unknown_seat"),
        ({"categories": [{"name": "A", "seats": [["A-1"]]}]}, "categories[0].seats[0]", "unknown_seat"),
        ({"categories": [{"name": "A", "seats": ["A-1", "A-1"]}]}, "categories[0].seats[1]", "twice"),
        ({"categories": [{"name": "A", "seats": []}, {"name": "A", "seats": []}]}, "categories[1].name", "twice"),
        ({"more": 1}, "more", "unknown_key"),
    ],
)
def test_what_is_wrong_beside_the_seats_is_named_with_its_path(change, path, reason):
    assert (path, reason) in faults_of(small() | change)


def test_all_faults_are_told_at_once():
    drawing = small()
    first, second = drawing["sections"][0]["rows"]
    first["seats"][0]["x"] = float("nan")
    second["seats"][1]["id"] = "A-2"
    del drawing["size"]
    drawing["categories"] = [{"name": "", "color": "#12345", "seats": []}]

    assert faults_of(drawing) == [
        ("size", "missing"),
        ("sections[0].rows[0].seats[0].x", "not_finite"),
        ("sections[0].rows[1].seats[1].id", "twice"),
        ("categories[0].name", "empty"),
        ("categories[0].color", "not_a_color"),
    ]


@pytest.mark.parametrize("value", [None, [], "plan", 5, {}, {"size": [1, 1]}])
def test_a_value_that_is_no_drawing_is_refused(value):
    assert faults_of(value)


@pytest.mark.parametrize(
    ("rows", "seats", "reason"),
    [
        ((2_001,), 0, "too_many"),
        ((1_000, 1_001), 0, "too_many_rows"),
        ((1,), 20_001, "too_many"),
        ((2,), 10_001, "too_many_seats"),
    ],
)
def test_a_plan_beyond_the_limits_is_refused_once_and_not_read(rows, seats, reason):
    one = [{"id": f"s{n}", "name": str(n), "x": 0, "y": 0} for n in range(seats)]
    sections = [
        {
            "id": f"z{z}",
            "name": "",
            "rows": [
                {"id": f"z{z}-{n}", "name": "", "seats": [dict(seat, id=f"{n}-{seat['id']}") for seat in one]}
                for n in range(count)
            ],
        }
        for z, count in enumerate(rows)
    ]

    assert [fault for _, fault in faults_of({"size": [1, 1], "sections": sections})] == [reason]


def test_of_very_many_faults_the_first_are_listed_and_all_are_counted():
    drawing = small()
    drawing["sections"][0]["rows"][0]["seats"] = [
        {"id": f"x{n}", "name": str(n), "x": "?", "y": 0} for n in range(3_000)
    ]

    with pytest.raises(Unreadable) as refusal:
        read_drawing(drawing)
    assert (len(refusal.value.faults), refusal.value.n_faults) == (LISTED, 3_000)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not_json"),
        ("[" * 100_000, "not_json"),
        (b"\xff{}", "not_json"),
        ("9" * 5_000, "not_json"),
        (" " * (LETTERS + 1), "too_large"),
    ],
)
def test_a_text_that_is_no_json_is_refused(text, reason):
    with pytest.raises(Unreadable) as refusal:
        parse(text)
    assert refusal.value.faults[0].reason == reason


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "x", "seats", "rows", "name"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["size", "stage", "sections", "areas", "free", "categories"]), JUNK)
def test_whatever_stands_in_a_plan_is_read_or_refused(key, junk):
    try:
        read = read_drawing(small() | {key: junk})
    except Unreadable:
        return
    assert read_drawing(write_drawing(read)) == read


def test_a_plan_of_10000_seats_is_read_within_a_second():
    value = write_drawing(hall(100, 100))
    before = perf_counter()
    read_drawing(value)
    assert perf_counter() - before < 1
