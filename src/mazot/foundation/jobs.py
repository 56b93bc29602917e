# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work that is done later: a job takes ids, builds its own actor, calls an action, and may run twice.

    @job(retries=(10, 60, 600))
    def purge_trash(space_id: str) -> None: ...

    purge_trash.later(space.id)

`later` enqueues when the transaction commits. django-tasks keeps the queue, on either database, and its worker takes
jobs by priority; what it lacks is ours: retries (data beside the job), and jobs whose worker died under them.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Generic, ParamSpec
from uuid import UUID

from django.db import transaction
from django_tasks import task

from mazot.foundation import clock
from mazot.foundation.bus import bus
from mazot.foundation.errors import Busy

logger = logging.getLogger(__name__)

P = ParamSpec("P")

RETRIES = (10, 60, 600, 3600)  # seconds before each further try
WAKE_UP = "jobs"  # the topic that ends a worker's rest


class Job(Generic[P]):
    """A function that can be done later; called like a function it runs at once."""

    def __init__(self, function: Callable[P, Any], retries: Sequence[int], priority: int) -> None:
        self.function = function
        self.retries = tuple(retries)
        self.priority = priority
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__doc__ = function.__doc__

    def __call__(self, *args: P.args, **named: P.kwargs) -> Any:
        return self.function(*args, **named)

    def later(self, *args: P.args, **named: P.kwargs) -> None:
        """Enqueue for when this transaction commits (at once without one)."""
        told = ([_plain(value) for value in args], {name: _plain(value) for name, value in named.items()})
        transaction.on_commit(lambda: self.enqueue(told, attempt=0))

    def enqueue(self, told: tuple[list[Any], dict[str, Any]], *, attempt: int) -> None:
        """Put one attempt in the queue now, inside the transaction that may be open."""
        wait = timedelta(seconds=self.retries[attempt - 1]) if attempt else None
        run_after = clock.now() + wait if wait else None
        run_job.using(priority=self.priority, run_after=run_after).enqueue(self.name, told[0], told[1], attempt)
        if wait is None:
            transaction.on_commit(lambda: bus().publish(WAKE_UP, {}))


JOBS: dict[str, Job[Any]] = {}


def job(*, retries: Sequence[int] = RETRIES, priority: int = 0) -> Callable[[Callable[P, Any]], Job[P]]:
    """Make a module's function a job. Priority goes from -100 to 100, and the highest goes first."""

    def decorate(function: Callable[P, Any]) -> Job[P]:
        made = Job(function, retries, priority)
        JOBS[made.name] = made
        return made

    return decorate


class UnknownJob(Exception):
    """The queue names a job that this version does not have."""


@task()
def run_job(name: str, args: list[Any], named: dict[str, Any], attempt: int) -> None:
    """Run one attempt; a failure is kept with its traceback, and the next attempt enqueued if there is one.

    Busy says that it is not the moment: the next attempt waits, and nothing has failed.
    """
    found = JOBS.get(name)
    if found is None:
        raise UnknownJob(name)
    try:
        found.function(*args, **named)
    except Exception as error:
        if attempt < len(found.retries):
            found.enqueue((args, named), attempt=attempt + 1)
            if isinstance(error, Busy):  # somebody else is at it: no fault, and nothing to look for
                logger.info("%s waits %s s for its turn: %s", name, found.retries[attempt], error)
                return
            logger.warning("%s failed and runs again in %s s", name, found.retries[attempt], exc_info=True)
        else:
            logger.exception("%s failed for the last time", name)
        raise


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
