# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many places limits leave, and when that is few."""

from collections.abc import Iterable

FEW_OF = 10  # a tenth of all places is few


def least(limits: Iterable[tuple[int | None, int]], free: int | None = None) -> int | None:
    """What the tightest of some sizes leaves beside what is used of it, never below nothing; none without a limit."""
    rooms = [size - used for size, used in limits if size is not None]
    if free is not None:
        rooms.append(free)
    return max(0, min(rooms)) if rooms else None


def is_few(left: int, taken: int) -> bool:
    """Whether buyers hurry: at most a tenth of the places is left, or the last two."""
    return 0 < left <= max(2, (left + taken) // FEW_OF)
