# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periodic jobs: a row per job says when it is due, and whoever moves it forward has the turn."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from mazot.foundation import clock
from mazot.foundation.jobs import Job
from mazot.foundation.jobs import job as make_job
from mazot.foundation.models import Turn

# Another worker that read its clock a moment later has put the turn further on than we would: that is no set-back.
CLOCKS_DIFFER = timedelta(minutes=5)

_periods: dict[str, tuple[Job[[]], timedelta]] = {}


def every(minutes: int, job: Job[[]] | Callable[[], object]) -> None:
    """Have a job (or a module's function, made one here) enqueued every so many minutes, by one worker of many."""
    if not isinstance(job, Job):
        if "<" in job.__qualname__:
            raise TypeError(f"{job.__qualname__} cannot be scheduled: another process would not find it by its name")
        job = make_job()(job)
    _periods[job.name] = (job, timedelta(minutes=minutes))


def take_turns() -> list[str]:
    """Enqueue every job that is due and whose turn nobody else took; answer their names."""
    moment = clock.now()
    known = dict(Turn.objects.filter(job__in=_periods).values_list("job", "due_at"))
    taken = []
    for name, (job, period) in _periods.items():
        if name not in known:
            # its first turn is due at once: what piled up before the job existed is the reason it was written
            Turn.objects.bulk_create([Turn(job=name, due_at=moment)], ignore_conflicts=True)
        elif known[name] > moment + period + CLOCKS_DIFFER:
            # the clock was set back: without this the job would rest until the clock is there again
            Turn.objects.filter(job=name, due_at=known[name]).update(due_at=moment)
        elif known[name] > moment:
            continue
        with transaction.atomic():
            if Turn.objects.filter(job=name, due_at__lte=moment).update(due_at=moment + period, last_run_at=moment):
                job.enqueue(([], {}), attempt=0)
                taken.append(name)
    return taken
