# SPDX-License-Identifier: AGPL-3.0-or-later
"""One large organization, made in bulk: people, teams, products and who may do what."""

import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

BATCH = 2000
GIVEN = ("Ana", "Béatrice", "Cléo", "Dario", "Élodie", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Koffi", "Lucie")
FAMILY = ("Aebi", "Bonvin", "Corti", "Dubois", "Egger", "Favre", "Girard", "Huber", "Imhof", "Jaquet", "Keller", "Lang")


@dataclass
class Crowd:
    """What the measures need to know of it."""

    owner: Any
    organization: Any
    somebody_id: UUID  # a collaborator with grants, in teams
    products: list[Any]


def make(n_people: int, n_teams: int, n_products: int) -> Crowd:
    """The owner signs up as people do; the others are rows, for ten thousand letters would measure something else."""
    from mazot.foundation.text import sought
    from mazot.tenancy.models import Membership, Organization, Person, ProductInstance, Team, TeamMember
    from mazot.tenancy.queries.actors import actor_for_person
    from tests.cast import founded_by, person_named

    dice = random.Random(2026)  # the same crowd each time
    owner = person_named("owner")
    organization: Organization = founded_by(owner, "Quay")
    crowd = [
        Person(
            login=f"{number}@crowd.example",
            given_name=f"{GIVEN[number % len(GIVEN)]}-{number:05}",
            family_name=f"{FAMILY[number // 7 % len(FAMILY)]} {number // 100}",
            password="!",
            tint=1 + number % 8,
        )
        for number in range(n_people - 1)
    ]
    for person in crowd:  # what save() writes, and bulk_create does not
        person.sought = sought(f"{person.family_name} {person.given_name} {person.login}")
    people = Person.objects.bulk_create(crowd, BATCH)
    members = Membership.objects.bulk_create(
        [
            Membership(organization=organization, person=person, role=role_of(number))
            for number, person in enumerate(people)
        ],
        BATCH,
    )
    teams = Team.objects.bulk_create(
        [Team(organization=organization, name=f"Team {n:03}") for n in range(n_teams)], BATCH
    )
    places = {(team.id, member.id) for team in teams for member in dice.sample(members, dice.randint(5, 60))}
    places |= {(team.id, members[SOMEBODY].id) for team in teams[:4]}
    TeamMember.objects.bulk_create([TeamMember(team_id=team, membership_id=who) for team, who in sorted(places)], BATCH)
    opened = ProductInstance.objects.bulk_create(
        [
            ProductInstance(organization=organization, product="drive", name=f"Drive {n:03}")
            for n in range(n_products - 1)
        ],
        BATCH,
    )
    grant(organization, members, teams, opened, dice)
    second_factors(people)
    return Crowd(actor_for_person(owner, organization), organization, members[SOMEBODY].id, opened)


SOMEBODY = 4_000


def role_of(number: int) -> str:
    if number < 3:
        return "legal_representative"
    if number < 40:
        return "administrator"
    return "external" if number % 10 == 9 else "collaborator"


def grant(organization: Any, members: list[Any], teams: list[Any], opened: list[Any], dice: random.Random) -> None:
    """Two products for each person, four for each team, and everything of the category for each fiftieth."""
    from mazot.tenancy.models import Grant

    grants = [
        Grant(organization=organization, membership=member, product="drive", instance=one, rights=["drive.use"])
        for number, member in enumerate(members[40:])
        for one in dice.sample(opened, 6 if number == SOMEBODY - 40 else 2)
    ]
    grants += [
        Grant(organization=organization, team=team, product="drive", instance=one, rights=["drive.use"])
        for team in teams
        for one in dice.sample(opened, min(4, len(opened)))
    ]
    grants += [
        Grant(organization=organization, membership=member, product="drive", rights=["*"]) for member in members[40::50]
    ]
    Grant.objects.bulk_create(grants, BATCH)


def second_factors(people: list[Any]) -> None:
    """Every third person has a second factor."""
    from allauth.mfa.models import Authenticator

    kind = Authenticator.Type.TOTP
    Authenticator.objects.bulk_create([Authenticator(user=one, type=kind, data={}) for one in people[::3]], BATCH)
