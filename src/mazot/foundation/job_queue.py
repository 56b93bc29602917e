# SPDX-License-Identifier: AGPL-3.0-or-later
"""The queue of jobs as its workers and its operator see it."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult, get_date_max

from mazot.foundation import clock
from mazot.foundation.jobs import JOBS, run_job

logger = logging.getLogger(__name__)

# A job above this has no worker any more, wherever it ran: ours take minutes, and heavy ones work in slices.
LOST_AFTER = timedelta(hours=2)
KEPT_FOR = timedelta(days=14)


def worker(worker_id: str) -> Worker:
    """django-tasks' own worker, which does what is ready and then returns."""
    logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
    return Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )


def seconds_to_next() -> float | None:
    """How long until a job that waits for its moment is due; none when none waits."""
    soonest = (
        DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lt=get_date_max())
        .aggregate(soonest=Min("run_after"))
        .get("soonest")
    )
    return None if soonest is None else max(0.0, (soonest - clock.now()).total_seconds())


def take_back(node: str) -> int:
    """Make ready again what workers of this node held when they died, and what has run impossibly long."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    lost = [
        row.id
        for row in running
        if (row.worker_ids and row.worker_ids[-1].startswith(f"{node}:"))
        or (row.started_at is not None and row.started_at < clock.now() - LOST_AFTER)
    ]
    return running.filter(id__in=lost).update(status=TaskResultStatus.READY, started_at=None)


def forget_old() -> None:
    """Drop the traces of jobs that ended long ago."""
    ended = DBTaskResult.objects.finished()
    ended.filter(finished_at__lt=clock.now() - KEPT_FOR).delete()
    # What went well tells nobody anything after a day.
    ended.successful().filter(finished_at__lt=clock.now() - timedelta(days=1)).delete()


def retry_given_up() -> int:
    """Enqueue again, from their first attempt, the jobs that were given up; answer how many."""
    n_tried = 0
    for row_id, name in given_up():
        row = DBTaskResult.objects.get(id=row_id)
        if name in JOBS:
            _, args, named, _ = row.args_kwargs["args"]
            with transaction.atomic():
                JOBS[name].enqueue((args, named), attempt=0)
                row.delete()
            n_tried += 1
    return n_tried


def given_up() -> list[tuple[UUID, str]]:
    """Jobs whose last attempt failed, newest first: (id, name)."""
    failed = DBTaskResult.objects.failed().filter(task_path=run_job.module_path).order_by(F("finished_at").desc())
    found = []
    for row in failed[:1000]:
        name, _, _, attempt = row.args_kwargs["args"]
        known = JOBS.get(name)
        if known is None or attempt >= len(known.retries):
            found.append((row.id, name))
    return found
