# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sections made from a few numbers: rows behind each other, straight or in arcs, numbered by a scheme."""

from dataclasses import dataclass, replace

from mazot.products.tickets.rules.drawing import Drawing, Row, Seat, Section, Stage
from mazot.products.tickets.rules.geometry import bounds, row_names, row_of, seat_names

SPACING = 28
DEPTH = 30  # from row to row
EDGE = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """A section as somebody asks for it. `curve` is the radius of the first row's arc, 0 when rows are straight."""

    name: str
    n_rows: int
    n_seats: int
    more_per_row: int = 0
    curve: int = 0
    row_scheme: str = "letters"
    seat_scheme: str = "up"
    first: int = 1
    aisle_after: int = 0


def with_section(drawing: Drawing, wish: Wish, own: str, *, beside: bool = False) -> Drawing:
    """The drawing with one more section, behind what is drawn or to the right of it."""
    box = bounds(drawing)
    middle: float
    top: float
    width = (wish.n_seats + wish.more_per_row * (wish.n_rows - 1) + (2 if wish.aisle_after else 0)) * SPACING
    if box is None:
        middle, top = width / 2 + EDGE, EDGE + 140
    elif beside:
        middle, top = box[0] + box[2] + EDGE + width / 2, box[1] + 140
    else:
        middle, top = box[0] + box[2] / 2, box[1] + box[3] + EDGE
    section = _section(wish, own, middle, top)
    stage = drawing.stage if box else Stage(middle - 160, EDGE / 2, 320, 60, "Stage", "trapezoid")
    grown = replace(drawing, sections=(*drawing.sections, section), stage=stage)
    after = bounds(grown) or (0, 0, 1, 1)
    size = (max(grown.size[0], after[0] + after[2] + EDGE), max(grown.size[1], after[1] + after[3] + EDGE))
    return replace(grown, size=(round(size[0]), round(size[1])))


def _section(wish: Wish, own: str, middle: float, top: float) -> Section:
    rows = []
    for number, name in enumerate(row_names(wish.n_rows, wish.row_scheme, first=wish.first)):
        n_seats = wish.n_seats + number * wish.more_per_row
        curve = wish.curve + number * DEPTH if wish.curve else 0
        n_places = n_seats + (1 if wish.aisle_after else 0)
        places = row_of(n_places, (middle, top + number * DEPTH), spacing=SPACING, curve=curve)
        if wish.aisle_after:
            places = places[: wish.aisle_after] + places[wish.aisle_after + 1 :]
        names = seat_names(n_seats, wish.seat_scheme)
        seats = tuple(Seat(f"{own}-{name}-{seat}", seat, *at) for seat, at in zip(names, places, strict=True))
        rows.append(Row(f"{own}-{name}", name, seats, curve))
    return Section(own, wish.name, round(middle), round(top + wish.n_rows * DEPTH + 14), tuple(rows))
