# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that a program will ask for next: many fetch a mailbox one letter at a time, each of them a crossing.

Once two letters that stand side by side were asked for alike, the following ones are read in the same crossing, more
of them each time it served. They are kept for seconds, and for nobody who may no longer read them: any news of the
mailbox or of who may open it forgets them.
"""

import asyncio
import time
from collections.abc import Sequence

from mazot.heads.imap.lines import Found, Plan
from mazot.heads.imap.selected import Selected

FIRST, MOST = 4, 32  # letters
BYTES = 256 * 1024
KEPT = 2.0  # seconds


class Ahead:
    """What one session has read before it was asked for."""

    def __init__(self) -> None:
        self._selected: Selected | None = None
        self._plan: Plan | None = None
        self._place = -2  # the last one asked for
        self._until = 0.0
        self._reach = FIRST
        self._found: dict[int, Found] = {}  # by UID
        self._alarm: asyncio.TimerHandle | None = None

    def take(self, selected: Selected, plan: Plan, place: int) -> Found | None:
        """The values of a letter, when they were read before."""
        if not self._found or self._plan is not plan or self._selected is not selected:
            return None
        if time.monotonic() > self._until:
            self.forget()
            return None
        found = self._found.pop(selected.uids[place], None)
        if found is not None:
            self._place = place
        return found

    def reach(self, selected: Selected, plan: Plan, place: int) -> Sequence[int]:
        """The UIDs to read now: the letter, and those that follow it the way the program goes."""
        step = place - self._place
        goes_on = (
            step in (1, -1) and self._plan is plan and self._selected is selected and time.monotonic() <= self._until
        )
        self._reach = min(2 * self._reach, MOST) if goes_on else FIRST
        self._selected, self._plan, self._place, self._until = selected, plan, place, time.monotonic() + KEPT
        uids = selected.uids
        if not goes_on:
            return uids[place : place + 1]
        if step > 0:
            return uids[place : place + self._reach]
        return uids[max(place + 1 - self._reach, 0) : place + 1][::-1]

    def keep(self, found: Sequence[tuple[int, Found]]) -> None:
        """Remember what was read along."""
        self._found = dict(found)
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(KEPT, self.forget) if self._found else None

    def forget(self) -> None:
        """Give the memory back; the next letter is read when it is asked for."""
        self._found = {}
        self._until = 0.0
