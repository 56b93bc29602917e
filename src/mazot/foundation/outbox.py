# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts on their way to their listeners: every fact reaches each of them at least once.

A worker takes a few facts by a lease (a moment before which nobody else takes them), calls the listeners, marks them
heard. A worker that dies leaves the lease to run out: nothing takes it back before, since a row does not say whose it
is, and the facts of a living worker would be heard a second time at the same moment. A fact whose listeners keep
failing is parked after some tries, so that it holds up no other, and `mazot check` names it.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from mazot.foundation import clock, facts
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow

logger = logging.getLogger(__name__)

AT_A_TIME = 50
LEASE = timedelta(seconds=60)  # listeners write a few rows or start a job: far below a second
AGAIN_AFTER = (2, 10, 60, 600, 3600, 3600, 3600)  # seconds after each failed try; then the fact is parked


def hear_all() -> int:
    """Bring every fact that is due to its listeners; answer how many were heard."""
    heard = 0
    while rows := _take():
        heard += sum(_bring(row) for row in rows)
    return heard


def seconds_to_next() -> float | None:
    """How long until a fact waits no longer for its next try; none when none waits."""
    soonest = _waiting().aggregate(soonest=Min("due_at")).get("soonest")
    return None if soonest is None else max(0.0, (soonest - clock.now()).total_seconds())


def parked() -> list[FactRow]:
    """Facts whose listeners failed at every try."""
    return list(FactRow.objects.filter(heard_at__isnull=True, parked_at__isnull=False).order_by("at")[:100])


def unpark() -> int:
    """Try parked facts again from the beginning, after their reason has gone."""
    waiting = FactRow.objects.filter(heard_at__isnull=True, parked_at__isnull=False)
    return waiting.update(parked_at=None, tries=0, due_at=None)


def _waiting() -> QuerySet[FactRow]:
    return FactRow.objects.filter(heard_at__isnull=True, parked_at__isnull=True)


def _take() -> list[FactRow]:
    """Lease a few facts that are due; the try is counted before it is made, so that a fact that kills us counts too."""
    moment = clock.now()
    with transaction.atomic():
        due = _waiting().filter(Q(due_at__isnull=True) | Q(due_at__lte=moment))
        # A fact that takes the whole process with it never reaches the count of failures below.
        due.filter(tries__gt=len(AGAIN_AFTER)).update(parked_at=moment)
        # PostgreSQL steps over rows another worker is taking; on SQLite the transaction alone keeps others out.
        rows = list(due.order_by("at").select_for_update(skip_locked=True)[:AT_A_TIME])
        FactRow.objects.filter(id__in=[row.id for row in rows]).update(due_at=moment + LEASE, tries=F("tries") + 1)
    for row in rows:
        row.tries += 1
    return rows


def _bring(row: FactRow) -> bool:
    heard = Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details)
    mine = FactRow.objects.filter(id=row.id)
    try:
        for listener in facts.listeners_of(row.kind):
            listener(heard)
    except Exception:
        if row.tries > len(AGAIN_AFTER):
            logger.exception("%s %s is parked: a listener failed %s times", row.kind, row.id, row.tries)
            mine.update(parked_at=clock.now())
        else:
            wait = AGAIN_AFTER[row.tries - 1]
            logger.warning("%s %s: a listener failed; again in %s s", row.kind, row.id, wait, exc_info=True)
            mine.update(due_at=clock.now() + timedelta(seconds=wait))
        return False
    mine.update(heard_at=clock.now(), due_at=None)
    return True
