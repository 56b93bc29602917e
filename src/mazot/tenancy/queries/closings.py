# SPDX-License-Identifier: AGPL-3.0-or-later
"""What closing an account means in each organization, and the way back from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import removals
from mazot.tenancy.departures import Option, Question
from mazot.tenancy.models import Membership, Person
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.queries.leavings import UNDO_DAYS, acting_representatives, is_last_representative

SALT = "tenancy.reopening"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of one's own in one organization, and what can become of it without anybody else deciding."""

    question: Question
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Parting:
    """What closing an account means in one organization."""

    membership: Membership
    is_last: bool  # nobody else could act for the organization: closing is refused
    heir: Membership | None  # who takes over what is handed over
    things: tuple[Thing, ...]


def partings_of(actor: Actor, person: Person) -> list[Parting]:
    """Every organization the person belongs to, blocked there or not, with what they leave behind."""
    if actor.person_id != person.id:
        raise NotFound("not_found")
    return [_parting(actor, person, membership) for membership in places_of(person)]


def places_of(person: Person) -> Sequence[Membership]:
    """Where the person belongs, in the order in which the organizations are locked."""
    found = Membership.objects.filter(person=person, removed_at__isnull=True, organization__deleted_at__isnull=True)
    return list(found.select_related("organization", "person").order_by("organization_id"))


def reopening_token(person: Person) -> str:
    """What the letter about a closed account carries: it opens that account once more, and no later closing."""
    assert person.closed_at is not None
    return signing.dumps([str(person.id), person.closed_at.isoformat()], salt=SALT)


def person_to_reopen(token: str) -> Person:
    """Whose closed account a letter's link opens again; absent once it is open, or too late."""
    try:
        person_id, closed_at = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NotFound("not_found") from None
    found = Person.objects.filter(id=UUID(person_id), is_active=False).first()
    if found is None or found.closed_at != datetime.fromisoformat(closed_at) or clock.now() > until(found):
        raise NotFound("not_found")
    return found


def until(person: Person) -> datetime:
    """Until when a closed account can be opened again."""
    assert person.closed_at is not None
    return person.closed_at + timedelta(days=UNDO_DAYS)


def closed_person(person_id: UUID) -> Person | None:
    """Somebody whose account is closed, for the letter about it."""
    return Person.objects.filter(id=person_id, is_active=False, closed_at__isnull=False).first()


def _parting(actor: Actor, person: Person, membership: Membership) -> Parting:
    there = actor_in(person, membership, via=actor.via, address=actor.address)
    questions = [question for removal in removals() if removal.ask for question in removal.ask(there, membership)]
    others = acting_representatives(membership.organization_id).exclude(id=membership.id)
    return Parting(
        membership,
        is_last=is_last_representative(membership),
        heir=others.select_related("person").first(),
        things=tuple(Thing(question, _without_others(question)) for question in questions),
    )


def _without_others(question: Question) -> tuple[Option, ...]:
    """An organization's folder is for those who manage it to choose."""
    return tuple(option for option in question.options if option.picks != "place")
