# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule X-1 under real concurrency: two people, one moment, never an organization without a representative."""

from collections.abc import Callable

import pytest

from mazot.foundation.errors import DomainError, NotAllowed, NotFound, Refused
from mazot.tenancy.actions.closing import close_account
from mazot.tenancy.actions.invitations import accept_invitation, invite_person
from mazot.tenancy.actions.leaving import leave_organization, start_leaving
from mazot.tenancy.actions.members import block_member, change_role
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, Person
from mazot.tenancy.queries.actors import actor_for_person
from tests import together
from tests.cast import founded_by, member, person_named

ROUNDS = 12
Deed = Callable[[Actor, Membership, Membership], object]


def at_once(*deeds: Callable[[], object]) -> list[BaseException | None]:
    return [ended.error for ended in together.at_once(*deeds, starts_within=10, ends_within=60)]


def demote(actor: Actor, _own: Membership, other: Membership) -> object:
    return change_role(actor, other, role="collaborator")


def demote_oneself(actor: Actor, own: Membership, _other: Membership) -> object:
    return change_role(actor, own, role="administrator")


def block(actor: Actor, _own: Membership, other: Membership) -> object:
    return block_member(actor, other)


def remove(actor: Actor, _own: Membership, other: Membership) -> object:
    return start_leaving(actor, other)


def leave(actor: Actor, own: Membership, _other: Membership) -> object:
    return leave_organization(actor, own.organization)


def close(actor: Actor, own: Membership, _other: Membership) -> object:
    return close_account(actor, own.person)


def acting(organization: Organization) -> int:
    return Membership.objects.filter(
        organization=organization,
        role="legal_representative",
        blocked_at__isnull=True,
        removed_at__isnull=True,
        person__is_active=True,
    ).count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (demote, demote),
        (demote_oneself, demote_oneself),
        (block, block),
        (remove, remove),
        (leave, leave),
        (demote, leave),
        (block, remove),
        (leave, remove),
        (demote_oneself, block),
        (close, close),
        (close, remove),
        (block, close),
    ],
    ids=lambda deed: deed.__name__,
)
def test_two_representatives_at_once_never_leave_none(first: Deed, second: Deed) -> None:
    """Two people and many rounds on real connections take more than a second."""
    anna, bruno = person_named("anna"), person_named("bruno")
    organization = founded_by(anna, "Quay")
    one = Membership.objects.get(organization=organization, person=anna)
    two = member(organization, bruno, "legal_representative")
    for _ in range(ROUNDS):
        Membership.objects.filter(organization=organization).update(
            role="legal_representative", blocked_at=None, removed_at=None
        )
        Person.objects.filter(id__in=(anna.id, bruno.id)).update(is_active=True, closed_at=None)
        a, b = actor_for_person(anna, organization), actor_for_person(bruno, organization)
        ended = at_once(lambda a=a: first(a, one, two), lambda b=b: second(b, two, one))
        assert acting(organization) == 1
        # The last one, no longer a representative, or one who is gone: whichever the winner has made of the loser.
        assert all(error is None or isinstance(error, Refused | NotAllowed | NotFound) for error in ended)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_of_representatives_leaving_at_once_leaves_one() -> None:
    """Six people leave on real connections, one after the other inside the database."""
    people = [person_named(f"crowd{number}") for number in range(6)]
    organization = founded_by(people[0], "Crowd")
    for person in people[1:]:
        member(organization, person, "legal_representative")
    actors = [actor_for_person(person, organization) for person in people]
    ended = at_once(*[lambda actor=actor: leave_organization(actor, organization) for actor in actors])
    assert acting(organization) == 1
    assert sum(error is None for error in ended) == 5
    assert all(error is None or isinstance(error, DomainError) for error in ended)


@pytest.mark.django_db(transaction=True)
def test_one_letter_lets_one_person_in_however_often_it_is_opened_at_once() -> None:
    owner, newcomer, thief = person_named("owner"), person_named("newcomer"), person_named("thief")
    organization = founded_by(owner, "Letters")
    _invitation, token = invite_person(
        actor_for_person(owner), organization, address=newcomer.login, role="collaborator"
    )
    ended = at_once(
        *[
            lambda person=person: accept_invitation(
                Actor(person.id, None, None), person, token=token, with_other_address=True
            )
            for person in (newcomer, newcomer, thief, thief)
        ]
    )
    assert sum(error is None for error in ended) == 1
    refused = [error for error in ended if error is not None]
    assert all(isinstance(error, DomainError) and error.sentence for error in refused)
    assert Membership.objects.filter(organization=organization).count() == 2
