# SPDX-License-Identifier: AGPL-3.0-or-later
"""The decoration of pretix's seating plans: shapes relative to their zone, and the stage among them."""

import re
from statistics import mean

from mazot.products.tickets.rules import pretix_marks
from mazot.products.tickets.rules.drawing import POINTS, Area, Free, Point, Stage
from mazot.products.tickets.rules.geometry import turned_about
from mazot.products.tickets.rules.readings import COLOR, FAR, Number, Reading, Record, below, tidy

STAGE_WORDS = frozenset({"stage", "scène", "scene", "bühne", "buehne", "palco", "palcoscenico", "escenario", "podium"})

_NAMED_COLORS = {
    "black": "#000000", "silver": "#c0c0c0", "gray": "#808080", "grey": "#808080", "white": "#ffffff",
    "maroon": "#800000", "red": "#ff0000", "purple": "#800080", "fuchsia": "#ff00ff", "green": "#008000",
    "lime": "#00ff00", "olive": "#808000", "yellow": "#ffff00", "navy": "#000080", "blue": "#0000ff",
    "teal": "#008080", "aqua": "#00ffff", "orange": "#ffa500", "pink": "#ffc0cb", "brown": "#a52a2a",
}  # fmt: skip
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,[\d.\s]+)?\)")

_POSITION = frozenset({"x", "y"})
_SHAPES = ("rectangle", "polygon", "ellipse", "circle", "text")
_AREA = frozenset(
    {"color", "border_color", "rotation", "position", "uuid", "shape", "width", "height"}
    | {"polygon", "rectangle", "ellipse", "circle", "text"}
)
_SIDES = frozenset({"width", "height"})
_TEXT = frozenset({"text", "color", "size", "position"})


def place_of(reading: Reading, record: Record, key: str, path: str) -> Point:
    """A position of theirs; one that is missing is the origin."""
    if key not in record:
        return (0, 0)
    path = below(path, key)
    position = reading.record(record[key], path, _POSITION, _POSITION) or {}
    return reading.number(position, "x", path), reading.number(position, "y", path)


def summed(reading: Reading, path: str, *places: tuple[Number, Number]) -> Point:
    """The absolute place: their places are relative to what they lie in."""
    x, y = (tidy(sum(place[axis] for place in places)) for axis in (0, 1))
    if max(abs(x), abs(y)) > FAR:
        reading.note(path, "out_of_range", f"{x}, {y}", f"{-FAR}…{FAR}")
        return (0, 0)
    return (x, y)


def color_of(value: object) -> str:
    """A color we draw with, or none: theirs is any text, and nothing but the look hangs on it."""
    said = value.strip().lower() if isinstance(value, str) else ""
    if match := _RGB.fullmatch(said):
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups())
    if re.fullmatch(r"#[0-9a-f]{8}", said):
        return said[:7]
    return said if COLOR.fullmatch(said) else _NAMED_COLORS.get(said, "")


def read_area(reading: Reading, value: object, path: str, corner: Point) -> tuple[Area, object]:
    """The shape, and the id it carries."""
    record = reading.record(value, path, frozenset(), _AREA) or {}
    places = [corner, place_of(reading, record, "position", path)]
    rotation = tidy(reading.number(record, "rotation", path, least=-36_000, most=36_000))
    turned = rotation if abs(rotation) <= 360 else tidy(rotation % 360)
    label, aside = _label(reading, record, path)
    shape = reading.choice(record, "shape", path, _SHAPES)
    if shape == "text":
        places.append(turned_about(aside, turned))
    x, y = summed(reading, below(path, "position"), *places)
    points = _points(reading, record, path, places) if shape == "polygon" else ()
    w, h = _sides(reading, record, path, shape)
    drawn = "ellipse" if shape == "circle" else shape
    color = color_of(record.get("color"))
    area = Area(drawn, x, y, w, h, points, turned, color, label)
    return area, record.get("uuid")


def _label(reading: Reading, record: Record, path: str) -> tuple[str, Point]:
    text = record.get("text")
    if text is None:
        return "", (0, 0)
    if isinstance(text, str):  # the first generation
        return reading.text({"text": " ".join(text.split())}, "text", path), (0, 0)
    path = below(path, "text")
    said = reading.record(text, path, frozenset({"text"}), _TEXT) or {}
    words = said.get("text")
    if isinstance(words, str) and not pretix_marks.is_ours(record.get("uuid")):
        said = said | {"text": " ".join(words.split())}  # theirs have lines
    label = reading.text(said, "text", path)
    return label, place_of(reading, said, "position", path)


def _points(reading: Reading, record: Record, path: str, places: list[Point]) -> tuple[Point, ...]:
    known = frozenset({"points"})
    path = below(path, "polygon")
    polygon = reading.record(record.get("polygon"), path, known, known) or {}
    each = reading.each(polygon, "points", path, POINTS)
    if polygon and len(each) < 3:
        reading.note(below(path, "points"), "too_few_points", len(each), 3)
    # The path of a point is its own, not that of a key in it.
    known = frozenset({"x", "y"})
    points = ((where, reading.record(point, where, known, known) or {}) for where, point in each)
    return tuple(
        summed(reading, where, *places, (reading.number(point, "x", where), reading.number(point, "y", where)))
        for where, point in points
    )


def _sides(reading: Reading, record: Record, path: str, shape: str) -> tuple[Number, Number]:
    if "shape" not in record:  # the first generation knows rectangles only, with their sides in the area itself
        w, h = (reading.number(record, side, path, least=0) for side in ("width", "height"))
    elif shape == "rectangle":
        rectangle = reading.record(record.get(shape), below(path, shape), _SIDES, _SIDES) or {}
        w, h = (reading.number(rectangle, side, below(path, shape), least=0) for side in ("width", "height"))
    elif shape == "ellipse":
        known = frozenset({"radius"})
        ellipse = reading.record(record.get(shape), below(path, shape), known, known) or {}
        x, y = place_of(reading, ellipse, "radius", below(path, shape))
        w, h = 2 * abs(x), 2 * abs(y)
    elif shape == "circle":
        known = frozenset({"radius"})
        circle = reading.record(record.get(shape), below(path, shape), known, known) or {}
        w = h = 2 * reading.number(circle, "radius", below(path, shape), least=0)
    else:
        w = h = 0
    for side in (w, h):
        if side > FAR:
            reading.note(path, "out_of_range", side, FAR)
    return tidy(w), tidy(h)


def stage_of(area: Area, uuid: object) -> Stage | None:
    """The stage, when the shape is one: their shapes do not say which, so its name does. Ours are marked."""
    is_marked = uuid == pretix_marks.STAGE
    if is_marked and area.shape == "polygon" and len(area.points) == 4:
        xs, ys = [x for x, _ in area.points], [y for _, y in area.points]
        return Stage(min(xs), min(ys), tidy(max(xs) - min(xs)), tidy(max(ys) - min(ys)), area.label, "trapezoid")
    is_named = area.label.casefold() in STAGE_WORDS and not area.rotation and not pretix_marks.is_ours(uuid)
    if area.shape == "rectangle" and (is_marked or is_named):
        return Stage(area.x, area.y, area.w, area.h, area.label, "rectangle")
    return None


def write_stage(stage: Stage) -> Record:
    """The stage as an area. A trapezoid is an eighth narrower at each end of its front."""
    x, y, w, h = stage.x, stage.y, stage.w, stage.h
    if stage.shape == "trapezoid":
        points = ((x, y), (tidy(x + w), y), (tidy(x + w * 7 / 8), tidy(y + h)), (tidy(x + w / 8), tidy(y + h)))
        return write_area(Area("polygon", x, y, points=points, label=stage.label)) | {"uuid": pretix_marks.STAGE}
    return write_area(Area("rectangle", x, y, w, h, label=stage.label)) | {"uuid": pretix_marks.STAGE}


def free_of(area: Area, uuid: object) -> Free | None:
    marked = pretix_marks.marked_free(uuid) if area.shape == "rectangle" else None
    return Free(marked[0], area.label, marked[1], area.x, area.y, area.w, area.h) if marked else None


def write_free(free: Free) -> Record:
    """A free area as a shape with its name: their plans sell numbered seats only."""
    shape = write_area(Area("rectangle", free.x, free.y, free.w, free.h, label=free.name))
    return shape | {"uuid": pretix_marks.mark_free(free)}


def write_area(area: Area) -> Record:
    """An area in their newest form, with its place still absolute."""
    written: Record = {"shape": area.shape, "position": {"x": area.x, "y": area.y}, "rotation": area.rotation}
    if area.color:
        written["color"] = area.color
    middle: tuple[float, float] = (0, 0)
    if area.shape == "rectangle":
        written["rectangle"] = {"width": area.w, "height": area.h}
        middle = (area.w / 2, area.h / 2)
    elif area.shape == "ellipse":
        written["ellipse"] = {"radius": {"x": area.w / 2, "y": area.h / 2}}
    elif area.shape == "polygon":
        points = [(x - area.x, y - area.y) for x, y in area.points]
        written["polygon"] = {"points": [{"x": tidy(x), "y": tidy(y)} for x, y in points]}
        middle = (mean(x for x, _ in points), mean(y for _, y in points))
    if area.label or area.shape == "text":
        position = {"x": tidy(middle[0]), "y": tidy(middle[1])}
        written["text"] = {"text": area.label, "position": position}
    return written
