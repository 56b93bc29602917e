# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Salle du Torrent: the hall of the demo, 399 seats in three blocks before a stage."""

import math

from mazot.products.tickets.rules.drawing import Category, Drawing, Row, Seat, Section, Stage
from mazot.products.tickets.rules.geometry import row_of

ROWS = "ABCDEFGHIJKLMNOP"
MIDDLE = (12, 13, *(14,) * 14)
SIDES = (4, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 6, 5, 5, 4)
CENTRE, FIRST, DEPTH, SPACING = 630, 150, 30, 28
AISLE = 256  # from the centre to the nearest seat of a side block
TURNED = 14  # degrees, towards the stage
RISE = 30  # how much nearer to the stage a side block begins
SIZE = (1260, 690)


def torrent() -> Drawing:
    blocks = (("G", "Gauche", SIDES, -1), ("M", "Milieu", MIDDLE, 0), ("D", "Droite", SIDES, 1))
    sections = tuple(_block(*block) for block in blocks)
    stage = Stage(CENTRE - 220, 14, 440, 76, "Scène", "trapezoid")
    return Drawing(SIZE, sections, stage, categories=_categories(sections))


def kept_back() -> dict[str, str]:
    """Seats that not everybody may sell, by their id: "o" organizers, "r" resellers too."""
    organizers = [f"M-A-{seat}" for seat in range(5, 9)] + [f"M-P-{seat}" for seat in range(12, 15)]
    resellers = [f"D-{row}-{seat}" for row in "NOP" for seat in range(1, 1 + SIDES[ROWS.index(row)])]
    return dict.fromkeys(organizers, "o") | dict.fromkeys(resellers, "r")


def _block(own: str, name: str, counts: tuple[int, ...], side: int) -> Section:
    rows = []
    for number, (row, n_seats) in enumerate(zip(ROWS, counts, strict=True)):
        depth = FIRST + number * DEPTH
        half = (n_seats - 1) / 2 * SPACING
        turned = -side * TURNED
        middle = (
            CENTRE + side * (AISLE + half * math.cos(math.radians(TURNED))),
            depth - (RISE + half * math.sin(math.radians(TURNED)) if side else 0),
        )
        curve = 0 if side else 900 + number * DEPTH
        places = row_of(n_seats, middle, spacing=SPACING, curve=curve, turned=turned)
        seats = tuple(Seat(f"{own}-{row}-{seat}", str(seat), *at) for seat, at in enumerate(places, 1))
        rows.append(Row(f"{own}-{row}", row, seats, curve))
    return Section(own, name, CENTRE + side * 340, FIRST + len(ROWS) * DEPTH + 20, tuple(rows))


def _categories(sections: tuple[Section, ...]) -> tuple[Category, ...]:
    """The zones it is usually sold in: the front rows, the middle, and the sides with the back."""
    found: dict[str, list[str]] = {"Parterre avant": [], "Parterre": [], "Côtés et fond": []}
    for section in sections:
        for number, row in enumerate(section.rows):
            is_middle = section.id == "M"
            name = "Côtés et fond"
            if is_middle and number < 5:
                name = "Parterre avant"
            elif number < (13 if is_middle else 4):
                name = "Parterre"
            found[name] += [seat.id for seat in row.seats]
    tints = {"Parterre avant": "#c8a8f4", "Parterre": "#9db8ff", "Côtés et fond": "#7fd0b0"}
    return tuple(Category(name, tints[name], tuple(seats)) for name, seats in found.items())
