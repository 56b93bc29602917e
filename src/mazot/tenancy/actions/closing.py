# SPDX-License-Identifier: AGPL-3.0-or-later
"""Close an account, and open it again: in every organization it is a removal like any other, with its way back."""

from collections.abc import Mapping
from uuid import UUID

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.leaving import Choices, begin_leaving, undo_leaving
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import AccountClosed, AccountReopened
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import ApiToken, AppPassword, Leaving, Organization, Person
from mazot.tenancy.models.leaving import LeavingState
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.queries.closings import person_to_reopen, places_of
from mazot.tenancy.rights import action


@action(needs=None)
def close_account(actor: Actor, person: Person, *, choices: Mapping[UUID, Choices] | None = None) -> Person:
    """Leave every organization and close the account; refused while one would be left without anybody.

    `choices` says for each membership what becomes of one's things there; what nobody decided is handed over.
    """
    require_self(actor, person)
    _lock_organizations([place.organization_id for place in places_of(person)])
    found = _locked(person, is_active=True)
    moment = clock.now()
    for membership in places_of(found):
        there = actor_in(found, membership, via=actor.via, address=actor.address)
        begin_leaving(there, membership, _own((choices or {}).get(membership.id, {})))
    found.is_active, found.closed_at = False, moment
    found.save(update_fields=["is_active", "closed_at"])
    AppPassword.objects.filter(person=found, revoked_at__isnull=True).update(revoked_at=moment)
    ApiToken.objects.filter(membership__person=found, revoked_at__isnull=True).update(revoked_at=moment)
    tell(actor, AccountClosed(found.id))
    return found


@action(needs=None)
def reopen_account(actor: Actor, person: Person, *, token: str) -> Person:
    """Open a closed account again with the letter's link; places and things come back where they still can."""
    require_self(actor, person)
    if person_to_reopen(token).id != person.id:
        raise NotFound("not_found")
    left = Leaving.objects.filter(
        membership__person=person,
        by=person,
        created_at__gte=person.closed_at,
        undo_until__gte=clock.now(),
        state__in=(LeavingState.GOING, LeavingState.GONE),
        organization__deleted_at__isnull=True,
    )
    leavings = list(left.order_by("organization_id"))
    _lock_organizations([leaving.organization_id for leaving in leavings])
    found = _locked(person, is_active=False)
    if found.closed_at != person.closed_at:
        raise NotFound("not_found")
    found.is_active, found.closed_at = True, None
    found.save(update_fields=["is_active", "closed_at"])
    for leaving in leavings:
        because = "a closed account is opened again"
        undo_leaving(Actor.system(leaving.organization_id, because=because), leaving)
    tell(actor, AccountReopened(found.id))
    return found


def _own(choices: Choices) -> Choices:
    """What a person may decide alone: to whom and where things are handed over is the organization's to say."""
    return {key: {"fate": str(choice.get("fate", ""))} for key, choice in choices.items()}


def _lock_organizations(organization_ids: list[UUID]) -> None:
    """Hold all of them still, always in the same order, before any person."""
    list(Organization.objects.select_for_update(no_key=True).filter(id__in=organization_ids).order_by("id"))


def _locked(person: Person, *, is_active: bool) -> Person:
    found = Person.objects.select_for_update().filter(id=person.id, is_active=is_active).first()
    if found is None:
        raise NotFound("not_found")
    return found
