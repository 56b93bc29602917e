# SPDX-License-Identifier: AGPL-3.0-or-later
"""What carries removals out. Each job may run twice, and beside another one of the same removal."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from django.utils import translation

from mazot.foundation import clock
from mazot.foundation.errors import DomainError
from mazot.foundation.jobs import Job, job
from mazot.tenancy.actions.leaving_steps import note_wait, purge_step, settle_leaving, take_step, undo_step
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Leaving, LeavingStep
from mazot.tenancy.models.leaving import LeavingState

log = structlog.get_logger(__name__)


@job()
def carry_on(leaving_id: str) -> None:
    """Bring a removal, or its undoing, as far as it goes now."""
    leaving = Leaving.objects.select_related("by").filter(id=UUID(str(leaving_id))).first()
    if leaving is None:
        return
    if leaving.state == LeavingState.GOING:
        _each(leaving, leaving.steps.filter(done_at__isnull=True).order_by("order"), take_step)
    elif leaving.state == LeavingState.COMING_BACK:
        undoable = leaving.steps.filter(done_at__isnull=False, undone_at__isnull=True)
        _each(leaving, undoable.order_by("-order"), undo_step)
    else:
        return
    settle_leaving(_system(leaving), leaving)


@job()
def finish(leaving_id: str) -> None:
    """Make a removal final when the time to undo it is over."""
    leaving = Leaving.objects.select_related("by").filter(id=UUID(str(leaving_id))).first()
    if leaving is None:
        return
    _each(leaving, leaving.steps.order_by("order"), purge_step)
    settle_leaving(_system(leaving), leaving)


def carry_on_leavings() -> int:
    """Try again what waits, and what lost its worker."""
    waiting = Leaving.objects.filter(state__in=(LeavingState.GOING, LeavingState.COMING_BACK)).order_by("id")
    return _enqueue(carry_on, list(waiting.values_list("id", flat=True)))


def finish_leavings() -> int:
    """Make removals final once their thirty days are over."""
    over = Leaving.objects.filter(state=LeavingState.GONE, undo_until__lt=clock.now()).order_by("id")
    return _enqueue(finish, list(over.values_list("id", flat=True)))


def _enqueue(deed: Job[[str]], leaving_ids: list[UUID]) -> int:
    for leaving_id in leaving_ids:
        deed.later(str(leaving_id))
    return len(leaving_ids)


def _each(leaving: Leaving, steps: Iterable[LeavingStep], deed: Callable[..., bool]) -> None:
    system = _system(leaving)
    for step in list(steps):
        # What a step says while it waits is read by whoever began the removal.
        with translation.override(leaving.by.language if leaving.by else None):
            try:
                deed(system, leaving, step_id=step.id)
            except DomainError as error:
                log.warning("a removal waits", leaving=str(leaving.id), step=step.key, reason=error.reason)
                sentence = " ".join(str(part) for part in (error.sentence, error.way_out) if part)
                note_wait(system, leaving, step_id=step.id, sentence=sentence)


def _system(leaving: Leaving) -> Actor:
    return Actor.system(leaving.organization_id, because=f"membership {leaving.membership_id} ends")
