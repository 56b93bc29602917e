# SPDX-License-Identifier: AGPL-3.0-or-later
"""Worlds of people, teams, products and grants; what the rules say of each, slowly; and the same as rows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import combinations
from random import Random

from hypothesis import strategies as some

from mazot.foundation import clock
from mazot.tenancy.actions.logins import Door, _admitted
from mazot.tenancy.catalogue import Offer, _offers, offer
from mazot.tenancy.models import Grant, Membership, Organization, Person, ProductInstance, Team, TeamMember
from mazot.tenancy.queries.credentials import person_by_login
from mazot.tenancy.rights import Right

MANAGERS = ("legal_representative", "administrator")
ROLES = (*MANAGERS, "collaborator", "external")
SHED = (Right("shed.use", "."), Right("shed.manage", "."))
BARN = (Right("barn.use", ".", own_grant_wins=True), Right("barn.manage", ".", own_grant_wins=True))
RIGHTS = (*SHED, *BARN)
INSTANCES = ("shed", "shed", "barn", "barn")
TARGETS = (*range(len(INSTANCES)), "shed", "barn")
PEOPLE, TEAMS = 8, 4


@dataclass(frozen=True)
class Someone:
    role: str
    state: str  # "in", "blocked", "removed"
    teams: frozenset[int]


@dataclass(frozen=True)
class Given:
    holder: str  # "member" or "team"
    number: int  # of the holder
    target: int | str  # of the instance, or a category
    rights: frozenset[str]

    @property
    def product(self) -> str:
        return self.target if isinstance(self.target, str) else INSTANCES[self.target]


@dataclass(frozen=True)
class World:
    people: tuple[Someone, ...]
    grants: tuple[Given, ...] = field(default=())

    def may(self, person: int, right: Right, instance: int) -> bool:
        """The rules of the house, as plainly as they can be said."""
        someone = self.people[person]
        if someone.state != "in" or INSTANCES[instance] != right.product:
            return False
        if someone.role in MANAGERS:
            return True
        about = [g for g in self.grants if g.target in (instance, right.product)]
        own = [g for g in about if g.holder == "member" and g.number == person]
        teams = [g for g in about if g.holder == "team" and g.number in someone.teams]
        heard = own if right.own_grant_wins and own else own + teams
        return any(right.key in g.rights or "*" in g.rights for g in heard)

    @cached_property
    def _said(self) -> dict[tuple[str, int, int | str], tuple[str, ...]]:
        return {(g.holder, g.number, g.target): tuple(sorted(g.rights)) for g in self.grants}

    def situation(self, person: int, instance: int) -> tuple[object, ...]:
        """All that the rules look at for one person before one product, in one spelling.

        Two people, products or teams that differ by their number alone are in the same situation.
        """
        someone, kind = self.people[person], INSTANCES[instance]
        said = self._said

        def of(holder: str, number: int) -> tuple[object, object]:
            return said.get((holder, number, instance), ()), said.get((holder, number, kind), ())

        teams = sorted(pair for number in someone.teams if any(pair := of("team", number)))
        return kind, someone.role, someone.state, of("member", person), tuple(teams)


TEAM_SETS = [frozenset(chosen) for size in range(TEAMS) for chosen in combinations(range(TEAMS), size)]
OFTEN = (*ROLES, *ROLES[2:] * 3)
STATES = (*("in",) * 8, "blocked", "removed")
MEMBER_PLACES = [("member", number, target) for number in range(PEOPLE) for target in TARGETS]
TEAM_PLACES = [("team", number, target) for number in range(TEAMS) for target in TARGETS]
ABLE = (("use",), ("manage",), ("use", "manage"), ("*",))


def world_of(dice: Random) -> World:
    """A world by chance: more than half of what can be granted is granted, so that few people are in the same situation."""
    people = [Someone(dice.choice(OFTEN), dice.choice(STATES), dice.choice(TEAM_SETS)) for _ in range(PEOPLE)]
    places = dice.sample(MEMBER_PLACES, dice.randint(16, 40)) + dice.sample(TEAM_PLACES, dice.randint(10, 22))
    return World(tuple(people), tuple(given(place, dice.choice(ABLE)) for place in places))


def given(place: tuple[str, int, int | str], able: Iterable[str]) -> Given:
    """A grant of rights in short: "use" is the one of that product."""
    bare = Given(*place, frozenset())
    return Given(*place, frozenset(one if one == "*" else f"{bare.product}.{one}" for one in able))


# The dice are thrown from a number that hypothesis draws: drawn one by one, worlds repeat each other.
WORLDS = some.randoms(use_true_random=True).map(world_of)


@contextmanager
def sheds_and_barns() -> Iterator[None]:
    """The two kinds of product that the worlds have: in one of them a grant of one's own hides the teams'."""
    offer(Offer("shed", "Shed", SHED))
    offer(Offer("barn", "Barn", BARN))
    yield
    _offers.pop("shed")
    _offers.pop("barn")


@dataclass
class Built:
    organization: Organization
    people: list[Membership]
    instances: list[ProductInstance]
    teams: list[Team]


def build(world: World) -> Built:
    """The same world as rows, with a product that has ended and one of somebody else beside it."""
    organization, other = Organization.objects.bulk_create([Organization(name="World"), Organization(name="Elsewhere")])
    instances = [ProductInstance(organization=organization, product=key, name=key) for key in INSTANCES]
    ProductInstance.objects.bulk_create(
        [
            *instances,
            ProductInstance(organization=other, product="shed", name="Elsewhere"),
            ProductInstance(organization=organization, product="shed", name="Ended", ended_at=clock.now()),
        ]
    )
    teams = [Team(organization=organization, name=f"Team {number}") for number in range(TEAMS)]
    Team.objects.bulk_create(teams)
    people = _members(organization, world, clock.now())
    TeamMember.objects.bulk_create(
        TeamMember(team=teams[team], membership=people[number])
        for number, someone in enumerate(world.people)
        for team in sorted(someone.teams)
    )
    Grant.objects.bulk_create(
        Grant(
            organization=organization,
            membership=people[grant.number] if grant.holder == "member" else None,
            team=teams[grant.number] if grant.holder == "team" else None,
            product=grant.product,
            instance=None if isinstance(grant.target, str) else instances[grant.target],
            rights=sorted(grant.rights),
        )
        for grant in world.grants
    )
    return Built(organization, people, instances, teams)


def _members(organization: Organization, world: World, moment: datetime) -> list[Membership]:
    persons = [Person(login=f"person{number}@world.example", password="!") for number in range(len(world.people))]
    Person.objects.bulk_create(persons)
    people = [
        Membership(
            organization=organization,
            person=person,
            role=someone.role,
            blocked_at=moment if someone.state == "blocked" else None,
            removed_at=moment if someone.state == "removed" else None,
        )
        for person, someone in zip(persons, world.people, strict=True)
    ]
    return Membership.objects.bulk_create(people)


def check_door(world: World, built: Built, instance: int, people: Iterable[int]) -> None:
    """The one statement of the DAV door agrees with the rules."""
    found_on = built.instances[instance]
    use = next(right for right in RIGHTS if right.key == f"{found_on.product}.use")
    for person in people:
        membership = built.people[person]
        found = person_by_login(
            membership.person.login, instance_id=found_on.id, product=found_on.product, moment=clock.now()
        )
        assert found is not None
        assert (found.place is not None) == (world.people[person].state == "in")
        if found.place is not None:
            admitted = _admitted(found.person_id, found.place, found_on.product, Door("dav", "192.0.2.1"))
            assert admitted.may_use == world.may(person, use, instance)
