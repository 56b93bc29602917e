# SPDX-License-Identifier: AGPL-3.0-or-later
"""The steps of a removal, of its undoing and of its end: each one a transaction that finds out whether it is due."""

from uuid import UUID

from mazot.foundation import clock
from mazot.tenancy.actions.leaving import lock_leaving
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import removal_of
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Grant, Leaving, LeavingStep, TeamMember
from mazot.tenancy.models.leaving import LeavingState
from mazot.tenancy.rights import action


@action(needs=MANAGE_PEOPLE)
def take_step(actor: Actor, leaving: Leaving, *, step_id: UUID) -> bool:
    """Do one step that is not done yet, and keep what its undoing needs; answer whether there was something to do."""
    found, step = _hold(actor, leaving, step_id)
    if found.state != LeavingState.GOING or found.membership.removed_at is None or step.done_at is not None:
        return False
    removal, choice = removal_of(step.key), found.choices.get(step.key, {})
    record = removal.act(actor, found.membership, key=step.key, choice=choice, record={}) if removal else {}
    step.record, step.done_at = record or {}, clock.now()
    step.save(update_fields=["record", "done_at"])
    return True


@action(needs=MANAGE_PEOPLE)
def undo_step(actor: Actor, leaving: Leaving, *, step_id: UUID) -> bool:
    """Undo one step that was done; answer whether there was something to undo."""
    found, step = _hold(actor, leaving, step_id)
    if found.state != LeavingState.COMING_BACK or step.done_at is None or step.undone_at is not None:
        return False
    removal, choice = removal_of(step.key), found.choices.get(step.key, {})
    kept = {name: value for name, value in step.record.items() if name != "waits"}
    result = removal.undo(actor, found.membership, key=step.key, choice=choice, record=kept) if removal else {}
    step.record, step.undone_at = kept | {"result": result or {}}, clock.now()
    step.save(update_fields=["record", "undone_at"])
    return True


@action(needs=MANAGE_PEOPLE)
def purge_step(actor: Actor, leaving: Leaving, *, step_id: UUID) -> bool:
    """Make one step final once the time to undo is over; a person who was invited again keeps what is left."""
    found, step = _hold(actor, leaving, step_id)
    if not _is_over(found) or found.membership.removed_at is None or step.record.get("final"):
        return False
    removal, choice = removal_of(step.key), found.choices.get(step.key, {})
    if removal is not None:
        removal.purge(actor, found.membership, key=step.key, choice=choice, record=step.record)
    step.record = step.record | {"final": True}
    step.save(update_fields=["record"])
    return True


@action(needs=MANAGE_PEOPLE)
def note_wait(actor: Actor, leaving: Leaving, *, step_id: UUID, sentence: str) -> None:
    """Write down why a step has to wait, for whoever looks at the removal; it is tried again by itself."""
    _found, step = _hold(actor, leaving, step_id)
    step.record = step.record | {"waits": sentence}
    step.save(update_fields=["record"])


@action(needs=MANAGE_PEOPLE)
def settle_leaving(actor: Actor, leaving: Leaving) -> Leaving:
    """Move a leaving on to its next state when all its steps are there."""
    lock_organization(actor, leaving.organization_id)
    found = lock_leaving(leaving)
    if found.state == LeavingState.GOING and found.membership.removed_at is None:
        _enter(found, LeavingState.BACK)  # invited again before everything was done: the rest stays as it is
    elif found.state == LeavingState.GOING and not found.steps.filter(done_at__isnull=True).exists():
        _enter(found, LeavingState.GONE)
    elif found.state == LeavingState.COMING_BACK:
        if not found.steps.filter(done_at__isnull=False, undone_at__isnull=True).exists():
            _enter(found, LeavingState.BACK)
    elif _is_over(found):
        _end(found)
    return found


def _end(leaving: Leaving) -> None:
    if leaving.membership.removed_at is not None:
        if any(not step.record.get("final") for step in leaving.steps.all()):
            return
        Grant.objects.filter(membership_id=leaving.membership_id).delete()
        TeamMember.objects.filter(membership_id=leaving.membership_id).delete()
    _enter(leaving, LeavingState.FINAL)


def _enter(leaving: Leaving, state: LeavingState) -> None:
    leaving.state = state
    leaving.ended_at = None if state == LeavingState.GONE else clock.now()
    leaving.save(update_fields=["state", "ended_at"])


def _is_over(leaving: Leaving) -> bool:
    return leaving.state == LeavingState.GONE and clock.now() > leaving.undo_until


def _hold(actor: Actor, leaving: Leaving, step_id: UUID) -> tuple[Leaving, LeavingStep]:
    lock_organization(actor, leaving.organization_id)
    found = lock_leaving(leaving)
    return found, LeavingStep.objects.get(id=step_id, leaving=found)
