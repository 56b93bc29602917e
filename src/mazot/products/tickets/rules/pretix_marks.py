# SPDX-License-Identifier: AGPL-3.0-or-later
"""What our drawings know and pretix's form has no field for: written into the `uuid` of its objects.

Their schema refuses every key it does not know, at every level, so a key of our own would make a file that they cannot
take. A `uuid` of theirs is any text, asked to be unique in the file and used for nothing else.
"""

import re

from mazot.products.tickets.rules.drawing import PLACES, Free, Row
from mazot.products.tickets.rules.readings import FAR, Number, tidy

OURS = "mazot:"
# The stage among our areas, so that it comes back as the stage.
STAGE = "5f2d1f5e-6f0b-4c7a-9a53-0d6b1f0c57a9"
# A zone of no rows carries the shapes, so that they stay when there is no section, and are nobody's.
DECORATION = "mazot:decoration"

_ID = r"([A-Za-z0-9_.:-]{1,40})"
_ROW = re.compile(rf"mazot:(row|table):(-?\d{{1,6}}(?:\.\d)?):{_ID}")
_FREE = re.compile(rf"mazot:free:(\d{{1,6}}):{_ID}")
_SEAT = "mazot:seat:"


def mark_row(row: Row) -> str:
    if row.curve or row.table or row.id.startswith(OURS):
        return f"mazot:{'table' if row.table else 'row'}:{row.curve}:{row.id}"
    return row.id


def marked_row(uuid: object) -> tuple[str, Number, bool] | None:
    """The id, the curve and whether it is a table."""
    match = _ROW.fullmatch(uuid) if isinstance(uuid, str) else None
    if match is None or abs(float(match[2])) > FAR:
        return None
    return match[3], tidy(float(match[2])), match[1] == "table"


def mark_free(free: Free) -> str:
    return f"mazot:free:{free.capacity}:{free.id}"


def marked_free(uuid: object) -> tuple[str, int] | None:
    """The id and the capacity."""
    match = _FREE.fullmatch(uuid) if isinstance(uuid, str) else None
    return (match[2], int(match[1])) if match and int(match[1]) <= PLACES else None


def mark_area(number: int) -> str:
    return f"mazot:area:{number}"


def is_ours(uuid: object) -> bool:
    return isinstance(uuid, str) and (uuid.startswith(OURS) or uuid == STAGE)


def mark_seat(own: str) -> str:
    """Their guids have two letters at least."""
    return f"{_SEAT}{own}" if len(own) < 2 or own.startswith(_SEAT) else own


def marked_seat(guid: str) -> str:
    return guid.removeprefix(_SEAT) or guid
