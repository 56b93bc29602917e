# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where seats stand and what they are called: rows on lines and arcs, tables, numbers and letters."""

import math
import string
from collections.abc import Iterator

from mazot.products.tickets.rules.drawing import Area, Drawing, Point, seats_of
from mazot.products.tickets.rules.readings import Number, tidy

SCHEMES = ("up", "down", "odd", "even", "middle", "letters")
SPACING = 24  # of seats in a row, for plans that come without places
ROW_GAP = 30

Box = tuple[Number, Number, Number, Number]


def row_of(n: int, middle: Point, *, spacing: Number = SPACING, curve: Number = 0, turned: Number = 0) -> list[Point]:
    """The places of a row's seats, from left to right: `spacing` apart, on a line or on an arc of radius `curve`.

    The arc's ends come up, towards a stage above; a negative curve lets them hang. `turned` is in degrees, clockwise.
    """
    if spacing <= 0:
        raise ValueError("spacing")
    if curve and (abs(curve) * 2 <= spacing or n * _step(spacing, curve) > math.tau):
        raise ValueError("curve")  # the arc would close upon itself
    places = [_on_row(place - (n - 1) / 2, spacing, curve) for place in range(n)]
    return [_moved(place, middle, turned) for place in places]


def round_table(n: int, middle: Point, radius: Number) -> list[Point]:
    """Seats around a round table, clockwise from the top."""
    angles = (math.tau * place / n for place in range(n))
    return [_moved((radius * math.sin(angle), -radius * math.cos(angle)), middle, 0) for angle in angles]


def long_table(n: int, middle: Point, *, spacing: Number = SPACING, depth: Number = 60) -> list[Point]:
    """Seats along both long sides of a table, clockwise from the top left; with an odd number the top has one more."""
    above, below = (n + 1) // 2, n // 2
    top = [((place - (above - 1) / 2) * spacing, -depth / 2) for place in range(above)]
    bottom = [((place - (below - 1) / 2) * spacing, depth / 2) for place in reversed(range(below))]
    return [_moved(place, middle, 0) for place in top + bottom]


def seat_names(n: int, scheme: str = "up", *, first: int = 1, skipped: str = "") -> list[str]:
    """The names of a row's seats, from left to right.

    `middle` is how many theaters of France count: odd to the left and even to the right of the middle.
    """
    if scheme == "letters":
        return letters(n, first=first, skipped=skipped)
    step = 2 if scheme in ("odd", "even") else 1
    start = first + (first % 2 == (scheme == "even")) if step == 2 else first
    numbers = [start + step * place for place in range(n)]
    if scheme == "down":
        numbers.reverse()
    elif scheme == "middle":
        numbers = numbers[0::2][::-1] + numbers[1::2]
    elif scheme not in SCHEMES:
        raise ValueError("scheme")
    return [str(number) for number in numbers]


def row_names(n: int, scheme: str = "letters", *, first: int = 1, skipped: str = "") -> list[str]:
    """The names of rows from the front: A … Z, AA, AB …, or numbers. Often I and O are skipped, as too like 1 and 0."""
    if scheme == "letters":
        return letters(n, first=first, skipped=skipped)
    return [str(number) for number in range(first, first + n)]


def letters(n: int, *, first: int = 1, skipped: str = "") -> list[str]:
    alphabet = [letter for letter in string.ascii_uppercase if letter not in skipped.upper()]
    if not alphabet:
        raise ValueError("skipped")
    return [_lettered(number, alphabet) for number in range(first, first + n)]


def bounds(drawing: Drawing) -> Box | None:
    """The smallest box (x, y, w, h) around all that is drawn, or nothing when nothing is."""
    corners = list(_corners(drawing))
    if not corners:
        return None
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top = min(xs), min(ys)
    return tidy(left), tidy(top), tidy(max(xs) - left), tidy(max(ys) - top)


def turned_about(place: tuple[float, float], degrees: Number) -> tuple[float, float]:
    """A place after a turn about the origin, clockwise because y grows downwards."""
    if not degrees:
        return place
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return place[0] * cosine - place[1] * sine, place[0] * sine + place[1] * cosine


def _step(spacing: Number, curve: Number) -> float:
    # Seats are as far from each other as on a straight row: the chord is the spacing, not the arc.
    return 2 * math.asin(spacing / (2 * abs(curve)))


def _on_row(steps: float, spacing: Number, curve: Number) -> tuple[float, float]:
    if not curve:
        return (steps * spacing, 0.0)
    angle = steps * _step(spacing, curve)
    return (abs(curve) * math.sin(angle), curve * (math.cos(angle) - 1))


def _moved(place: tuple[float, float], middle: Point, turned: Number) -> Point:
    x, y = turned_about(place, turned)
    return (tidy(middle[0] + x), tidy(middle[1] + y))


def _lettered(number: int, alphabet: list[str]) -> str:
    name = ""
    while number > 0:
        number, place = divmod(number - 1, len(alphabet))
        name = alphabet[place] + name
    return name


def _corners(drawing: Drawing) -> Iterator[tuple[float, float]]:
    yield from ((seat.x, seat.y) for seat in seats_of(drawing))
    stage = drawing.stage
    boxes = [] if stage.shape == "none" else [(stage.x, stage.y, stage.w, stage.h)]
    for x, y, w, h in [*boxes, *((free.x, free.y, free.w, free.h) for free in drawing.free)]:
        yield from ((x, y), (x + w, y + h))
    for area in drawing.areas:
        yield from _corners_of_area(area)


def _corners_of_area(area: Area) -> Iterator[tuple[float, float]]:
    w, h = area.w, area.h
    outline = [(0, 0), (w, 0), (w, h), (0, h)]
    if area.shape == "polygon":
        outline = [(x - area.x, y - area.y) for x, y in area.points]
    elif area.shape == "ellipse":
        outline = [(-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2)]
    for place in outline:
        x, y = turned_about(place, area.rotation)
        yield area.x + x, area.y + y
