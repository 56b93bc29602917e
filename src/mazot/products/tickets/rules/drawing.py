# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drawing of a room: sections with rows of seats, free areas, a stage and decoration.

Coordinates are absolute, x to the right and y down, whole or in tenths. A section's x and y is where its name stands.
An area's x and y is the corner of a rectangle, the middle of an ellipse, the anchor of a text and the pivot of a
polygon, whose points are absolute too; it turns clockwise about that point, in degrees. A row's curve is the radius of
its arc, 0 when it is straight. Seat ids stay the same from version to version: tickets name them. The place of a seat
in the order of the drawing is its index, which a seating has one letter for.
"""

from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from mazot.products.tickets.rules.readings import COLOR, FAR, Number, Reading, Record, below, tidy

SEATS = 20_000
ROWS = 2_000
SECTIONS = 200
AREAS = 500
POINTS = 500
CATEGORIES = 100
PLACES = 100_000  # of a free area

STAGES = ("none", "rectangle", "trapezoid")
SHAPES = ("rectangle", "polygon", "ellipse", "text")

Point = tuple[Number, Number]


@dataclass(frozen=True, slots=True)
class Seat:
    id: str
    name: str
    x: Number
    y: Number


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    seats: tuple[Seat, ...]
    curve: Number = 0
    table: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    name: str
    x: Number
    y: Number
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    x: Number = 0
    y: Number = 0
    w: Number = 0
    h: Number = 0
    label: str = ""
    shape: str = "none"


@dataclass(frozen=True, slots=True)
class Area:
    """Decoration: nothing is sold by it."""

    shape: str
    x: Number
    y: Number
    w: Number = 0
    h: Number = 0
    points: tuple[Point, ...] = ()
    rotation: Number = 0
    color: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Free:
    """A place without numbered seats, for as many people as its capacity says."""

    id: str
    name: str
    capacity: int
    x: Number
    y: Number
    w: Number
    h: Number


@dataclass(frozen=True, slots=True)
class Category:
    """Seats that whoever drew the plan would sell alike: a zone to suggest."""

    name: str
    color: str
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    size: Point
    sections: tuple[Section, ...]
    stage: Stage = Stage()
    areas: tuple[Area, ...] = ()
    free: tuple[Free, ...] = ()
    categories: tuple[Category, ...] = ()


class Label(NamedTuple):
    """How people are told where a seat is; what has no name is left out of the sentence."""

    section: str
    row: str
    seat: str
    at_table: bool


def seats_of(drawing: Drawing) -> list[Seat]:
    return list(chain.from_iterable(row.seats for section in drawing.sections for row in section.rows))


def seat_ids(drawing: Drawing) -> list[str]:
    return [seat.id for seat in seats_of(drawing)]


def labels(drawing: Drawing) -> list[Label]:
    return [
        Label(section.name, row.name, seat.name, row.table)
        for section in drawing.sections
        for row in section.rows
        for seat in row.seats
    ]


def write_drawing(drawing: Drawing) -> Record:
    """The drawing as a value of JSON, which `read_drawing` reads as the same drawing."""
    stage = drawing.stage
    return {
        "size": list(drawing.size),
        "stage": {name: getattr(stage, name) for name in ("x", "y", "w", "h", "label", "shape")},
        "sections": [
            {"id": one.id, "name": one.name, "x": one.x, "y": one.y, "rows": [_write_row(row) for row in one.rows]}
            for one in drawing.sections
        ],
        "areas": [_write_area(area) for area in drawing.areas],
        "free": [
            {name: getattr(free, name) for name in ("id", "name", "capacity", "x", "y", "w", "h")}
            for free in drawing.free
        ],
        "categories": [{"name": one.name, "color": one.color, "seats": list(one.seats)} for one in drawing.categories],
    }


def _write_row(row: Row) -> Record:
    seats = [{"id": seat.id, "name": seat.name, "x": seat.x, "y": seat.y} for seat in row.seats]
    return {"id": row.id, "name": row.name, "curve": row.curve, "table": row.table, "seats": seats}


def _write_area(area: Area) -> Record:
    written = {name: getattr(area, name) for name in ("shape", "x", "y", "w", "h", "rotation", "color", "label")}
    return {**written, "points": [list(point) for point in area.points]}


def read_drawing(value: object) -> Drawing:
    """The drawing that a value of JSON says, or `Unreadable` with all that is wrong with it."""
    reader = _Reader(Reading(), {}, {})
    drawing = reader.drawing(value)
    reader.reading.refuse_faults()
    return drawing


_PLAN = frozenset({"size", "stage", "sections", "areas", "free", "categories"})
_STAGE = frozenset({"x", "y", "w", "h", "label", "shape"})
_SECTION = frozenset({"id", "name", "x", "y", "rows"})
_ROW = frozenset({"id", "name", "curve", "table", "seats"})
_SEAT = frozenset({"id", "name", "x", "y"})
_AREA = frozenset({"shape", "x", "y", "w", "h", "points", "rotation", "color", "label"})
_FREE = frozenset({"id", "name", "capacity", "x", "y", "w", "h"})
_CATEGORY = frozenset({"name", "color", "seats"})


@dataclass(slots=True)
class _Reader:
    reading: Reading
    seats: dict[str, str]  # the ids there were, with their paths
    groups: dict[str, str]  # of sections, rows and free areas
    n_rows: int = 0
    n_seats: int = 0

    def drawing(self, value: object) -> Drawing:
        record = self.reading.record(value, "", frozenset({"size", "sections"}), _PLAN) or {}
        return Drawing(
            size=self._point("size", record["size"], least=1) if "size" in record else (0, 0),
            stage=self._stage(record),
            sections=tuple(self._section(*one) for one in self.reading.each(record, "sections", "", SECTIONS)),
            areas=tuple(self._area(*one) for one in self.reading.each(record, "areas", "", AREAS)),
            free=tuple(self._free(*one) for one in self.reading.each(record, "free", "", SECTIONS)),
            categories=self._categories(record),
        )

    def _point(self, path: str, value: object, least: Number = -FAR) -> Point:
        if not isinstance(value, list) or len(value) != 2:
            self.reading.note(path, "not_a_pair", value)
            return (0, 0)
        pair = {"0": value[0], "1": value[1]}
        x, y = (self.reading.number(pair, key, path, least=least) for key in pair)
        return (tidy(x), tidy(y))

    def _stage(self, record: Record) -> Stage:
        if record.get("stage") is None:
            return Stage()
        stage = self.reading.record(record["stage"], "stage", frozenset(), _STAGE) or {}
        shape = self.reading.choice(stage, "shape", "stage", STAGES)
        return Stage(*self._box(stage, "stage"), self.reading.text(stage, "label", "stage"), shape)

    def _place(self, record: Record, path: str) -> Point:
        x, y = self.reading.number(record, "x", path), self.reading.number(record, "y", path)
        return (tidy(x), tidy(y))

    def _box(self, record: Record, path: str) -> tuple[Number, Number, Number, Number]:
        w, h = (self.reading.number(record, key, path, least=0) for key in ("w", "h"))
        return (*self._place(record, path), tidy(w), tidy(h))

    def _group(self, record: Record, path: str) -> tuple[str, str]:
        own = self.reading.identifier(record, "id", path)
        self.reading.unique(own, self.groups, below(path, "id"))
        return own, self.reading.text(record, "name", path)

    def _section(self, path: str, value: object) -> Section:
        record = self.reading.record(value, path, _SECTION - {"x", "y"}, _SECTION) or {}
        own, name = self._group(record, path)
        rows = self.reading.each(record, "rows", path, ROWS)
        self.n_rows = self.reading.counted(below(path, "rows"), "too_many_rows", self.n_rows, len(rows), ROWS)
        read = () if self.n_rows > ROWS else tuple(self._row(*one) for one in rows)
        return Section(own, name, *self._place(record, path), read)

    def _row(self, path: str, value: object) -> Row:
        record = self.reading.record(value, path, _ROW - {"curve", "table"}, _ROW) or {}
        own, name = self._group(record, path)
        seats = self.reading.each(record, "seats", path, SEATS)
        self.n_seats = self.reading.counted(below(path, "seats"), "too_many_seats", self.n_seats, len(seats), SEATS)
        names: dict[str, str] = {}
        read = () if self.n_seats > SEATS else tuple(self._seat(*one, names) for one in seats)
        curve = tidy(self.reading.number(record, "curve", path))
        return Row(own, name, read, curve, self.reading.yes(record, "table", path))

    def _seat(self, path: str, value: object, names: dict[str, str]) -> Seat:
        record = self.reading.record(value, path, _SEAT, _SEAT) or {}
        own = self.reading.identifier(record, "id", path)
        name = self.reading.text(record, "name", path, needed=True)
        self.reading.unique(own, self.seats, f"{path}.id")
        self.reading.unique(name, names, f"{path}.name")
        return Seat(own, name, *self._place(record, path))

    def _area(self, path: str, value: object) -> Area:
        record = self.reading.record(value, path, frozenset({"shape", "x", "y"}), _AREA) or {}
        points = tuple(self._point(*one) for one in self.reading.each(record, "points", path, POINTS))
        shape = self.reading.choice(record, "shape", path, SHAPES)
        if shape == "polygon" and "shape" in record and len(points) < 3:
            self.reading.note(below(path, "points"), "too_few_points", len(points), 3)
        turned = tidy(self.reading.number(record, "rotation", path, least=-360, most=360))
        label = self.reading.text(record, "label", path)
        return Area(shape, *self._box(record, path), points, turned, self._color(record, path), label)

    def _color(self, record: Record, path: str) -> str:
        color = self.reading.text(record, "color", path)
        if color and not COLOR.fullmatch(color):
            self.reading.note(below(path, "color"), "not_a_color", color)
        return color.lower()

    def _free(self, path: str, value: object) -> Free:
        record = self.reading.record(value, path, _FREE, _FREE) or {}
        own, name = self._group(record, path)
        capacity = self.reading.count(record, "capacity", path, most=PLACES)
        return Free(own, name, capacity, *self._box(record, path))

    def _categories(self, record: Record) -> tuple[Category, ...]:
        names: dict[str, str] = {}
        given: dict[str, str] = {}
        read = []
        for path, value in self.reading.each(record, "categories", "", CATEGORIES):
            one = self.reading.record(value, path, _CATEGORY - {"color"}, _CATEGORY) or {}
            name = self.reading.text(one, "name", path, needed=True)
            self.reading.unique(name, names, below(path, "name"))
            seats = tuple(self._given(*seat, given) for seat in self.reading.each(one, "seats", path, SEATS))
            read.append(Category(name, self._color(one, path), seats))
        return tuple(read)

    def _given(self, path: str, seat: object, given: dict[str, str]) -> str:
        if not isinstance(seat, str) or seat not in self.seats:
            self.reading.note(path, "unknown_seat", seat)
            return ""
        self.reading.unique(seat, given, path)
        return seat
