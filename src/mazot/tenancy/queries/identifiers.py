# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who has which login identifier, who had it a moment ago, and the change of one that is under way."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import IdentifierChange, Person
from mazot.tenancy.rules.secrets import digest_of


def is_taken(login: str, *, but_by: UUID | None = None) -> bool:
    """Whether somebody else has this identifier, or may still take it back."""
    if Person.objects.filter(login=login).exclude(id=but_by).exists():
        return True
    return is_kept_for_another(login, person_id=but_by)


def is_kept_for_another(login: str, *, person_id: UUID | None) -> bool:
    """Whether somebody else left this identifier so lately that they can still undo it."""
    kept = IdentifierChange.objects.filter(old_login=login, undone_at__isnull=True, undo_until__gt=clock.now())
    return kept.exclude(person_id=person_id).exists()


def was_called(person_id: UUID, login: str) -> bool:
    """Whether this person left this identifier by a change that stands."""
    return IdentifierChange.objects.filter(
        person_id=person_id, old_login=login, confirmed_at__isnull=False, undone_at__isnull=True
    ).exists()


def waiting_changes_of(person_id: UUID | None) -> QuerySet[IdentifierChange]:
    """Changes whose letter still opens something; there is one at most."""
    return IdentifierChange.objects.filter(
        person_id=person_id, confirmed_at__isnull=True, undone_at__isnull=True, expires_at__gt=clock.now()
    )


def waiting_change_for(actor: Actor) -> IdentifierChange | None:
    """The change that the actor asked for and has not confirmed yet."""
    return waiting_changes_of(actor.person_id).order_by("-created_at").first()


def change_to_confirm(actor: Actor, token: str) -> IdentifierChange:
    """The actor's own change that this letter confirms; anybody else's is absent."""
    found = waiting_changes_of(actor.person_id).filter(confirm_digest=_digest(token)).first()
    if found is None:
        raise NotFound("not_found")
    return found


def change_to_undo(token: str) -> IdentifierChange:
    """The change that this letter undoes: whoever holds it reads the address that was the identifier."""
    standing = IdentifierChange.objects.filter(confirmed_at__isnull=False, undone_at__isnull=True)
    found = standing.filter(undo_digest=_digest(token), undo_until__gt=clock.now(), person__is_active=True)
    change = found.select_related("person").first()
    if change is None:
        raise NotFound("not_found")
    return change


def _digest(token: str) -> str:
    return digest_of(token, key=settings.MAZOT_CREDENTIAL_KEY)
