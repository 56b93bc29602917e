# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads that cost little and come often: so many at once from one side, then so many in a second.

Counted in this process and written nowhere, because a row for each read would cost more than the read. Guesses and
writes are counted by the paces, for every process and every node.
"""

from collections import OrderedDict
from threading import Lock

MOST_SIDES = 10_000  # remembered at once; the one that asked longest ago is forgotten, which gives it its whole burst


class Bucket:
    """Tokens of each side: a read takes one, time brings them back."""

    def __init__(self, *, burst: int, per_second: float, most: int = MOST_SIDES) -> None:
        self._burst, self._per_second, self._most = burst, per_second, most
        self._sides: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when that was
        self._lock = Lock()

    def take(self, side: str, now: float) -> float:
        """Take a token: 0, or when there is none the seconds until there is one."""
        with self._lock:
            left, then = self._sides.pop(side, (float(self._burst), now))
            left = min(self._burst, left + max(0.0, now - then) * self._per_second)
            wait = 0.0 if left >= 1 else (1 - left) / self._per_second
            self._sides[side] = (left if wait else left - 1, now)
            if len(self._sides) > self._most:
                self._sides.popitem(last=False)
            return wait
