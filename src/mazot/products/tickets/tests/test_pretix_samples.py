# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans as pretix's own editor and other people's programs write them: in, on the map, out by their schema, and in.

Plans of others stay with them. `MAZOT_SAMPLE_PLANS` names a folder of such files to take through the same tests.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from mazot.products.tickets.rules.drawing import Area, read_drawing, seat_ids, seats_of, write_drawing
from mazot.products.tickets.rules.pretix import read_pretix, write_pretix
from mazot.products.tickets.rules.readings import parse
from mazot.products.tickets.rules.seatmap import hall_map
from mazot.products.tickets.tests.rooms import (
    arena,
    benches,
    drawings,
    first_generation,
    opera,
    second_generation,
)

OURS = {"chapel": first_generation, "club": second_generation, "arena": arena, "benches": benches}
FOLDER = os.environ.get("MAZOT_SAMPLE_PLANS", "")
THEIRS = sorted(Path(FOLDER).glob("*.json")) if FOLDER else []


def samples() -> list[Any]:
    ours = [pytest.param(json.dumps(made()), id=name) for name, made in OURS.items()]
    return ours + [pytest.param(path.read_text(), id=path.stem) for path in THEIRS]


@pytest.mark.parametrize("text", samples())
def test_each_seat_of_a_sample_stands_where_its_file_says(text):
    file: Any = parse(text)
    drawing = read_pretix(file).drawing
    said = [
        (seat["seat_number"], *(place(axis, zone, row, seat) for axis in ("x", "y")))
        for zone in file["zones"]
        for row in zone["rows"]
        for seat in row["seats"]
    ]

    drawn = [(seat.name, seat.x, seat.y) for seat in seats_of(drawing)]
    assert [name for name, *_ in drawn] == [name for name, *_ in said]
    assert [at for _, *at in drawn] == [pytest.approx(at, abs=0.11) for _, *at in said]
    in_category = {seat: one.name for one in drawing.categories for seat in one.seats}
    assert [in_category.get(own, "") for own in seat_ids(drawing)] == [
        seat["category"] for zone in file["zones"] for row in zone["rows"] for seat in row["seats"]
    ]
    n_shapes = sum(len(zone.get("areas", ())) for zone in file["zones"])
    assert len(drawing.areas) + (drawing.stage.shape != "none") == n_shapes


@pytest.mark.parametrize("text", samples())
def test_a_sample_is_a_drawing_with_a_map_and_its_export_comes_in_the_same(text):
    imported = read_pretix(parse(text))
    drawing = imported.drawing
    written = write_pretix(drawing, imported.name)

    assert read_drawing(write_drawing(drawing)) == drawing
    assert len(json.loads(hall_map(drawing))["sections"]) == len(drawing.sections)
    assert faults_by_schema(json.loads(json.dumps(written))) == []
    assert read_pretix(written).drawing == drawing


@settings(max_examples=50)
@given(drawings())
def test_what_is_exported_is_valid_by_their_schema(drawing):
    assert faults_by_schema(json.loads(json.dumps(write_pretix(drawing, "Any room")))) == []


def test_an_opera_with_its_boxes_and_standing_room_is_valid_by_their_schema():
    assert faults_by_schema(write_pretix(opera(), "Opera")) == []


def test_a_line_as_thin_as_half_a_dot_keeps_its_width():
    line = read_pretix(arena()).drawing.areas[0]

    assert line == Area("rectangle", 1240, 39.5, 0.5, 380, color="#815719")
    assert read_pretix(write_pretix(read_pretix(arena()).drawing, "x")).drawing.areas[0] == line


def test_rows_of_one_name_stay_two_rows():
    rows = read_pretix(arena()).drawing.sections[0].rows

    assert [row.name for row in rows] == ["A", "A", "AA"]
    assert len({row.id for row in rows}) == 3


def test_a_plan_without_any_category_has_seats_that_wait_for_a_zone():
    drawing = read_pretix(benches()).drawing

    assert (len(seats_of(drawing)), drawing.categories) == (48, ())


def place(axis: str, *records: dict[str, Any]) -> float:
    return sum(record.get("position", {}).get(axis, 0) for record in records)


# What a file of theirs may hold (draft-07, no other key anywhere): for each object its keys with the type of each, those
# that must be there first. `?` is a key that may be missing.
SCHEMA: dict[str, dict[str, str]] = {
    "plan": {"name": "text", "categories": "[category]", "zones": "[zone]", "size": "size"},
    "size": {"width": "whole", "height": "whole"},
    "category": {"name": "text", "color?": "text"},
    "zone": {
        "position": "position",
        "rows": "[row]",
        "name?": "text",
        "zone_id?": "text",
        "uuid?": "text",
        "areas?": "[area]",
    },
    "row": {
        "row_number": "text",
        "seats": "[seat]",
        "position?": "position",
        "uuid?": "text",
        "row_number_position?": "side",
    },
    "seat": {"seat_guid": "guid", "seat_number": "text", "position": "position", "category": "text"},
    "position": {"x": "number", "y": "number"},
    "area": {
        "shape?": "shape",
        "position?": "position",
        "rotation?": "number",
        "color?": "text",
        "uuid?": "text",
        "rectangle?": "sides",
        "polygon?": "points",
        "ellipse?": "radii",
        "text?": "words",
    },
    "sides": {"width": "number", "height": "number"},
    "points": {"points": "[position]"},
    "radii": {"radius": "position"},
    "words": {"text": "text", "position": "position"},
}


def faults_by_schema(value: Any, kind: str = "plan", path: str = "") -> list[str]:
    if kind.startswith("["):
        return [fault for n, one in enumerate(value) for fault in faults_by_schema(one, kind[1:-1], f"{path}[{n}]")]
    if kind not in SCHEMA:
        return [] if SIMPLE[kind](value) else [f"{path}: {value!r} is no {kind}"]
    known = {key.rstrip("?"): said for key, said in SCHEMA[kind].items()}
    missing = [f"{path}: no {key}" for key in SCHEMA[kind] if not key.endswith("?") and key not in value]
    unknown = [f"{path}: {key} is unknown" for key in value if key not in known]
    below = [key for key in value if key in known]
    return (
        missing
        + unknown
        + [fault for key in below for fault in faults_by_schema(value[key], known[key], f"{path}.{key}")]
    )


SIMPLE = {
    "text": lambda value: isinstance(value, str),
    "whole": lambda value: type(value) is int,
    "number": lambda value: type(value) in (int, float),
    "side": lambda value: value in ("start", "end", "both", None),
    "shape": lambda value: value in ("polygon", "rectangle", "ellipse", "circle", "text"),
    "guid": lambda value: isinstance(value, str) and re.search(r"^[^ ].*[^ ]$", value) is not None,
}
