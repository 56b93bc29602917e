# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small picture of a drawing: a dot for each seat, and of a large room a line for each row."""

from dataclasses import dataclass
from itertools import chain

from mazot.products.tickets.rules.drawing import Drawing, Row, seats_of
from mazot.products.tickets.rules.geometry import bounds

DOTS = 1_500  # seats that are drawn one by one
BENDS = 8  # of a row that is a line
MARGIN = 20


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of an SVG; what is in them comes from numbers alone."""

    box: str
    seats: str
    rows: str
    stage: str
    free: tuple[tuple[float, float, float, float], ...]


def outline_of(drawing: Drawing) -> Outline:
    x, y, w, h = bounds(drawing) or (0, 0, *drawing.size)
    box = " ".join(f"{side:.0f}" for side in (x - MARGIN, y - MARGIN, w + 2 * MARGIN, h + 2 * MARGIN))
    rows = list(chain.from_iterable(section.rows for section in drawing.sections))
    has_dots = len(seats_of(drawing)) <= DOTS
    return Outline(
        box,
        seats="".join(f"M{seat.x:.0f} {seat.y:.0f}h0" for row in rows for seat in row.seats) if has_dots else "",
        rows="" if has_dots else "".join(map(_line, rows)),
        stage=_stage(drawing),
        free=tuple((one.x, one.y, one.w, one.h) for one in drawing.free),
    )


def _line(row: Row) -> str:
    step = max(1, len(row.seats) // BENDS)
    shown = [*row.seats[::step], *row.seats[-1:]]
    return "M" + "L".join(f"{seat.x:.0f} {seat.y:.0f}" for seat in shown) if shown else ""


def _stage(drawing: Drawing) -> str:
    stage = drawing.stage
    if stage.shape == "none":
        return ""
    inset = stage.w / 8 if stage.shape == "trapezoid" else 0
    left, right, low = stage.x + inset, stage.x + stage.w - inset, stage.y + stage.h
    return f"M{stage.x:.0f} {stage.y:.0f}h{stage.w:.0f}L{right:.0f} {low:.0f}L{left:.0f} {low:.0f}z"
