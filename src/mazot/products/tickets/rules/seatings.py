# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may sell which seat: the two strings of a seating, with one letter for each seat in the order of its drawing."""

from collections.abc import Collection, Mapping, Sequence

from mazot.products.tickets.rules.drawing import Drawing, seat_ids

NOBODY = "."  # in `zones`: a seat without a zone is never sold
EVERYBODY = "."  # in `access`
# Which letters of `access` each channel sells: none, resellers, organizers.
SELLS = {"online": EVERYBODY, "reseller": EVERYBODY + "r", "admin": EVERYBODY + "ro"}
ACCESS = SELLS["admin"]


def may_sell(zone: str, access: str, channel: str) -> bool:
    """Whether a free seat with these letters is sold on the channel; asked when it is held and when it is ordered."""
    return zone != NOBODY and access in SELLS[channel]


def painted(letters: str, indexes: Collection[int], letter: str) -> str:
    """The string with another letter for these seats. An index that no seat has is the caller's fault."""
    changed = list(letters)
    for index in indexes:
        if not 0 <= index < len(changed):
            raise IndexError(index)
        changed[index] = letter
    return "".join(changed)


def suggested(drawing: Drawing, codes: Mapping[str, str]) -> str:
    """The zones as the drawing's categories suggest them, by the code that each category's name was given."""
    code = {seat: codes[one.name] for one in drawing.categories if one.name in codes for seat in one.seats}
    return "".join(code.get(seat, NOBODY) for seat in seat_ids(drawing))


def carried(before: Sequence[str], after: Sequence[str], letters: str) -> str:
    """The letters for another version of a drawing, by seat id: a new seat is in no zone, and sold by everybody."""
    known = dict(zip(before, letters, strict=True))
    return "".join(known.get(seat, NOBODY) for seat in after)


def missing(after: Collection[str], taken: Collection[str]) -> list[str]:
    """The taken seats that a drawing lacks: it must not be attached while there are any."""
    return sorted(set(taken).difference(after))
