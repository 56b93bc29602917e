# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periodic jobs that belong to no product: contents nobody names, sessions and traces that are over."""

from collections.abc import Iterator
from datetime import timedelta

from django.core.management import call_command

from mazot.exchange.registry import products
from mazot.foundation import job_queue, schedule
from mazot.foundation.blobs import blobs
from mazot.foundation.jobs import job
from mazot.tenancy.actions.bearers import forget_old_answers
from mazot.tenancy.actions.logins import forget_old_logins
from mazot.tenancy.actions.paces import forget_old_paces

LOGINS_KEPT_FOR = timedelta(days=365)


@job(priority=-50)
def sweep_blobs() -> None:
    """Remove contents that no product names, and uploads that broke off, once they are a day old."""
    blobs().sweep(_digests_in_use())


@job(priority=-50)
def forget_ended() -> None:
    """Remove sessions that are over, the traces of old jobs, of throttles and of sign-ins."""
    call_command("clearsessions")
    job_queue.forget_old()
    forget_old_paces()
    forget_old_answers()
    forget_old_logins(keep=LOGINS_KEPT_FOR)


def _digests_in_use() -> Iterator[str]:
    for product in products():
        for storage in product.storage:
            yield from storage.digests_in_use()


schedule.every(6 * 60, sweep_blobs)
schedule.every(60, forget_ended)
