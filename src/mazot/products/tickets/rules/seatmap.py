# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser draws a hall from: once where everything stands, and as often as it asks one letter for each seat.

The map carries no seat ids (5,000 UUIDs alone would be 80 kB however they are packed): a browser names seats by index,
together with the version of the plan. It is JSON:

    size, stage, areas, free   as the drawing has them
    sections                   [name, x, y, how many rows, id] each
    rows                       [name, how many seats, 1 at a table, names] each, in the order of the sections
    places                     dx, dy, dx, dy … in tenths, each seat from the one before it, the first from 0, 0

The names of a row's seats are a pair [first, step] where they count up or down, else the list of them.
"""

import json
from collections.abc import Collection, Iterator

from mazot.products.tickets.rules.drawing import Drawing, Row, Seat, seats_of, write_drawing
from mazot.products.tickets.rules.seatings import SELLS

# What one letter of the availability says beside the code of a zone, whose seats are free.
TAKEN = "."  # sold, held, not for this channel or in no zone: a buyer is never told why
OWN = "*"


def hall_map(drawing: Drawing) -> bytes:
    """The part that stays: the same bytes for all buyers of a version, whose digest may name them."""
    written = write_drawing(Drawing(drawing.size, (), drawing.stage, drawing.areas, drawing.free))
    rows = [row for section in drawing.sections for row in section.rows]
    described = {
        "size": written["size"],
        "stage": written["stage"],
        "areas": written["areas"],
        "free": written["free"],
        "sections": [[one.name, one.x, one.y, len(one.rows), one.id] for one in drawing.sections],
        "rows": [[row.name, len(row.seats), int(row.table), _names(row)] for row in rows],
        "places": list(_steps(seats_of(drawing))),
    }
    return json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()


def availability(
    zones: str, access: str, taken: Collection[int], *, channel: str, shown: Collection[str], own: Collection[int] = ()
) -> str:
    """What a buyer may choose: the code of its zone for a free seat of a zone that is shown, else `TAKEN`, or `OWN`."""
    sold = SELLS[channel]
    codes = [code if who in sold and code in shown else TAKEN for code, who in zip(zones, access, strict=True)]
    for index in taken:
        codes[index] = TAKEN
    for index in own:
        codes[index] = OWN
    return "".join(codes)


def _names(row: Row) -> list[int] | list[str]:
    names = [seat.name for seat in row.seats]
    if not names or not names[0].isdecimal():
        return names
    first = int(names[0])
    for step in (1, -1, 2, -2):
        if names == [str(number) for number in range(first, first + step * len(names), step)]:
            return [first, step]
    return names


def _steps(seats: list[Seat]) -> Iterator[int]:
    x = y = 0
    for seat in seats:
        right, down = round(seat.x * 10), round(seat.y * 10)
        yield right - x
        yield down - y
        x, y = right, down
