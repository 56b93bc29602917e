# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seating plans as pretix stores them (JSON), of both generations: 2018, and 2020 with shapes, ids and decimals.

What they call a zone is our section, and their category is what suggests our zone. Their places are relative and add
up: zone, row, seat. Their files have no capacity, price or blocked seat.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from mazot.products.tickets.rules import pretix_marks, pretix_shapes
from mazot.products.tickets.rules.drawing import (
    AREAS,
    CATEGORIES,
    ROWS,
    SEATS,
    SECTIONS,
    Area,
    Category,
    Drawing,
    Free,
    Point,
    Row,
    Seat,
    Section,
    Stage,
)
from mazot.products.tickets.rules.geometry import bounds
from mazot.products.tickets.rules.pretix_shapes import place_of, summed
from mazot.products.tickets.rules.readings import FAR, IDENTIFIER, Reading, Record, below, identifier_of, tidy

RADIUS = 10  # of their seats where a file says nothing else
MARGIN = 40  # around what is drawn, for files that say no size

_PLAN = frozenset({"name", "categories", "zones", "size"})
_ZONE = frozenset({"name", "zone_id", "uuid", "position", "rows", "areas", "displayed"})
_ROW = frozenset(
    {"row_number", "row_label", "seat_label", "uuid", "seats", "row_number_position", "position"}
    | {"number_of_seats", "seats_spacing"}
)
_SEAT = frozenset({"seat_guid", "seat_number", "uuid", "start_direction", "radius", "position", "category"})
_SEAT_NEEDS = frozenset({"seat_guid", "seat_number", "position", "category"})
_CATEGORY = frozenset({"name", "color"})
# What they have and we draw otherwise: told to whoever imports, because a second export lacks it.
LEFT_OUT = ("row_label", "seat_label", "start_direction", "radius", "border_color")


@dataclass(frozen=True, slots=True)
class Imported:
    """A plan of theirs as a drawing of ours; `left_out` names the keys with content that a drawing has no place for."""

    name: str
    drawing: Drawing
    left_out: tuple[str, ...] = ()


def read_pretix(value: object) -> Imported:
    """The plan that a value of JSON says, or `Unreadable` with all that is wrong with it."""
    reader = _Reader()
    imported = reader.plan(value)
    reader.reading.refuse_faults()
    return imported


@dataclass(slots=True)
class _Reader:
    reading: Reading = field(default_factory=Reading)
    guids: dict[str, str] = field(default_factory=dict)  # with their paths
    groups: dict[str, int] = field(default_factory=dict)  # ids of sections and rows, with how often they were wanted
    in_category: dict[str, list[str]] = field(default_factory=dict)
    areas: list[Area] = field(default_factory=list)
    free: list[Free] = field(default_factory=list)
    stage: Stage = field(default_factory=Stage)
    left_out: set[str] = field(default_factory=set)
    n_rows: int = 0
    n_seats: int = 0

    def plan(self, value: object) -> Imported:
        record = self.reading.record(value, "", _PLAN - {"size"}, _PLAN) or {}
        colors = self._categories(record)
        zones = enumerate(self.reading.each(record, "zones", "", SECTIONS + 1), 1)
        read = [self._section(path, zone, place) for place, (path, zone) in zones]
        sections = tuple(section for section in read if section is not None)
        self.reading.counted("zones", "too_many", 0, len(sections), SECTIONS)
        if len(self.areas) > AREAS:
            self.reading.note("zones", "too_many_areas", len(self.areas), AREAS)
        self.reading.counted("zones", "too_many", 0, len(self.free), SECTIONS)
        categories = tuple(
            Category(name, color, tuple(self.in_category[name])) for name, color in colors.items() if name.strip()
        )
        drawing = Drawing(self._size(record), sections, self.stage, tuple(self.areas), tuple(self.free), categories)
        if "size" not in record and not self.reading.n_faults:
            drawing = _sized(drawing)
        return Imported(self.reading.text(record, "name", ""), drawing, tuple(sorted(self.left_out)))

    def _size(self, record: Record) -> Point:
        known = frozenset({"width", "height"})
        size = self.reading.record(record["size"], "size", known, known) if "size" in record else None
        if size is None:
            return (1, 1)
        width, height = (self.reading.number(size, key, "size", least=1) for key in ("width", "height"))
        return (ceil(width), ceil(height))

    def _categories(self, record: Record) -> dict[str, str]:
        paths: dict[str, str] = {}
        colors = {}
        for path, value in self.reading.each(record, "categories", "", CATEGORIES):
            one = self.reading.record(value, path, frozenset({"name"}), _CATEGORY) or {}
            name = self.reading.text(one, "name", path)
            self.reading.unique(name, paths, below(path, "name"))
            colors[name] = pretix_shapes.color_of(one.get("color"))
        self.in_category = {name: [] for name in colors}
        return colors

    def _section(self, path: str, value: object, number: int) -> Section | None:
        zone = self.reading.record(value, path, frozenset({"position", "rows"}), _ZONE) or {}
        corner = place_of(self.reading, zone, "position", path)
        said = self.reading.text(zone, "zone_id", path) or self.reading.text(zone, "uuid", path)
        name = self.reading.text(zone, "name", path) if "name" in zone else said or f"Zone {number}"
        is_decoration = zone.get("uuid") == pretix_marks.DECORATION and not zone.get("rows")
        own = "" if is_decoration else self._own(identifier_of(said) if said else f"zone-{number}")
        for where, area in self.reading.each(zone, "areas", path, AREAS + SECTIONS + 1):
            self._area(where, area, corner)
        if is_decoration:
            return None
        rows = self.reading.each(zone, "rows", path, ROWS)
        self.n_rows = self.reading.counted(below(path, "rows"), "too_many_rows", self.n_rows, len(rows), ROWS)
        read = [] if self.n_rows > ROWS else [self._row(*row, corner, own) for row in rows]
        return Section(own, name, tidy(corner[0]), tidy(corner[1]), tuple(read))

    def _own(self, wanted: str) -> str:
        """An identifier for a section or a row that no other has: theirs need none, and may say one twice."""
        own = wanted
        while own in self.groups:
            self.groups[wanted] += 1
            own = identifier_of(wanted, str(self.groups[wanted]))
        self.groups[own] = 1
        return own

    def _area(self, path: str, value: object, corner: Point) -> None:
        self._leave_out(value)
        area, uuid = pretix_shapes.read_area(self.reading, value, path, corner)
        stage = pretix_shapes.stage_of(area, uuid) if self.stage.shape == "none" else None
        free = pretix_shapes.free_of(area, uuid)
        if stage:
            self.stage = stage
        elif free:
            self.free.append(replace(free, id=self._own(free.id)))
        else:
            self.areas.append(area)

    def _row(self, path: str, value: object, corner: Point, section: str) -> Row:
        record = self.reading.record(value, path, frozenset({"row_number", "seats"}), _ROW) or {}
        self._leave_out(record)
        name = self.reading.text(record, "row_number", path)
        offset = (corner, place_of(self.reading, record, "position", path))
        seats = self.reading.each(record, "seats", path, SEATS)
        self.n_seats = self.reading.counted(below(path, "seats"), "too_many_seats", self.n_seats, len(seats), SEATS)
        names: dict[str, str] = {}
        read = [] if self.n_seats > SEATS else [self._seat(*seat, offset, names) for seat in seats]
        uuid = record.get("uuid")
        if marked := pretix_marks.marked_row(uuid):
            return Row(self._own(marked[0]), name, tuple(read), *marked[1:])
        said = uuid if isinstance(uuid, str) and IDENTIFIER.fullmatch(uuid) else identifier_of(section, name)
        return Row(self._own(said), name, tuple(read))

    def _seat(self, path: str, value: object, offset: tuple[Point, Point], names: dict[str, str]) -> Seat:
        record = self.reading.record(value, path, _SEAT_NEEDS, _SEAT) or {}
        self._leave_out(record)
        guid = self.reading.text(record, "seat_guid", path, needed=True, longest=255)
        own = identifier_of(pretix_marks.marked_seat(guid)) if guid else ""
        self.reading.unique(own, self.guids, f"{path}.seat_guid")
        name = self.reading.text(record, "seat_number", path, needed=True)
        self.reading.unique(name, names, f"{path}.seat_number")
        category = self.reading.text(record, "category", path)
        if category in self.in_category:
            self.in_category[category].append(own)
        elif category:
            self.reading.note(f"{path}.category", "unknown_category", category)
        place = place_of(self.reading, record, "position", path)
        return Seat(own, name, *summed(self.reading, f"{path}.position", *offset, place))

    def _leave_out(self, record: object) -> None:
        if isinstance(record, dict):
            self.left_out.update(key for key in LEFT_OUT if record.get(key) not in (None, "", RADIUS))


def _sized(drawing: Drawing) -> Drawing:
    """As large as what is drawn: the first generation says no size."""
    x, y, w, h = bounds(drawing) or (0, 0, 0, 0)
    size = (min(ceil(max(x + w, 0)) + MARGIN, FAR), min(ceil(max(y + h, 0)) + MARGIN, FAR))
    return replace(drawing, size=size)


def write_pretix(drawing: Drawing, name: str) -> Record:
    """The plan in their newest form, valid by their schema; what that has no field for stands in ids (pretix_marks)."""
    category = {seat: one.name for one in drawing.categories for seat in one.seats}
    zones = [_write_zone(section, category) for section in drawing.sections]
    if decoration := list(_write_decoration(drawing)):
        zones.append(
            {"uuid": pretix_marks.DECORATION, "name": "", "position": {"x": 0, "y": 0}, "rows": [], "areas": decoration}
        )
    categories = [_write_category(one) for one in drawing.categories]
    if any(seat.id not in category for one in drawing.sections for row in one.rows for seat in row.seats):
        categories.append({"name": ""})  # each seat of theirs has a category
    width, height = (ceil(side) for side in drawing.size)
    return {"name": name, "size": {"width": width, "height": height}, "categories": categories, "zones": zones}


def _write_category(category: Category) -> Record:
    return {"name": category.name} | ({"color": category.color} if category.color else {})


def _write_decoration(drawing: Drawing) -> Iterator[Record]:
    if drawing.stage.shape != "none":
        yield pretix_shapes.write_stage(drawing.stage)
    for number, area in enumerate(drawing.areas):
        yield pretix_shapes.write_area(area) | {"uuid": pretix_marks.mark_area(number)}
    yield from map(pretix_shapes.write_free, drawing.free)


def _write_zone(section: Section, category: dict[str, str]) -> Record:
    rows = [_write_row(row, section, category) for row in section.rows]
    position = {"x": section.x, "y": section.y}
    return {"name": section.name, "zone_id": section.id, "position": position, "rows": rows, "areas": []}


def _write_row(row: Row, section: Section, category: dict[str, str]) -> Record:
    x, y = (row.seats[0].x, row.seats[0].y) if row.seats else (section.x, section.y)
    seats: list[dict[str, Any]] = [
        {
            "seat_guid": pretix_marks.mark_seat(seat.id),
            "seat_number": seat.name,
            "position": {"x": tidy(seat.x - x), "y": tidy(seat.y - y)},
            "category": category.get(seat.id, ""),
        }
        for seat in row.seats
    ]
    return {
        "row_number": row.name,
        "row_number_position": "both",
        "uuid": pretix_marks.mark_row(row),
        "position": {"x": tidy(x - section.x), "y": tidy(y - section.y)},
        "seats": seats,
    }
