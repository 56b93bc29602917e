# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many requests a token has in a minute, and what is left of them."""

from dataclasses import dataclass

READS_A_MINUTE = 600
WRITES_A_MINUTE = 120
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Window:
    """Where a token stands in the present minute, after this request."""

    limit: int
    left: int
    wait: int  # seconds until the next minute
    is_over: bool = False


def window_of(count: int, *, is_read: bool, second: float, is_over: bool = False) -> Window:
    """The window after `count` requests of this sort, at this second of the epoch."""
    limit = READS_A_MINUTE if is_read else WRITES_A_MINUTE
    return Window(limit, max(0, limit - count), MINUTE - int(second) % MINUTE, is_over)
