# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several deeds in the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

Deed = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a deed ended: with an answer, or with what it raised."""

    answer: object = None
    error: BaseException | None = None


def at_once(*deeds: Deed, starts_within: float, ends_within: float) -> list[Ended]:
    """Do all of it in threads that start together (bounds in seconds); how each ended, in the order of the deeds."""
    ended = [Ended()] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(number: int, deed: Deed) -> None:
        try:
            start.wait(starts_within)
            ended[number] = Ended(answer=deed())
        except BaseException as error:
            ended[number] = Ended(error=error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ends_within)
    assert not any(thread.is_alive() for thread in threads), "a deadlock"
    return ended
