# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rights engine against a slow one written from the rules: role, grants, categories, teams, blocked, removed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as some

from mazot.foundation import clock
from mazot.tenancy.actions.logins import Door, _admitted
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import Offer, _offers, offer
from mazot.tenancy.models import Grant, Membership, Organization, Person, ProductInstance, Team, TeamMember
from mazot.tenancy.queries.actors import actor_in, with_grants
from mazot.tenancy.queries.credentials import person_by_login
from mazot.tenancy.queries.rights import holds, instances_for, members_who_reach, why
from mazot.tenancy.rights import Right

ROLES = ("legal_representative", "administrator", "collaborator", "external")
SHED = (Right("shed.use", "."), Right("shed.manage", "."))
BARN = (Right("barn.use", ".", own_grant_wins=True), Right("barn.manage", ".", own_grant_wins=True))
RIGHTS = (*SHED, *BARN)
INSTANCES = ("shed", "shed", "barn", "barn")


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
        if someone.role in ("legal_representative", "administrator"):
            return True
        about = [g for g in self.grants if g.target in (instance, right.product)]
        own = [g for g in about if g.holder == "member" and g.number == person]
        teams = [g for g in about if g.holder == "team" and g.number in someone.teams]
        heard = own if right.own_grant_wins and own else own + teams
        return any(right.key in g.rights or "*" in g.rights for g in heard)


PEOPLE = some.builds(
    Someone,
    role=some.sampled_from((*ROLES, "collaborator", "external", "collaborator")),
    state=some.sampled_from(("in", "in", "in", "in", "in", "blocked", "removed")),
    teams=some.sampled_from((frozenset(), frozenset({0}), frozenset({1}), frozenset({0, 1}))),
)
GRANTS = some.builds(
    Given,
    holder=some.sampled_from(("member", "team")),
    number=some.integers(0, 1),
    target=some.one_of(some.integers(0, 3), some.sampled_from(("shed", "barn"))),
    rights=some.frozensets(some.sampled_from(("use", "manage", "*")), min_size=1, max_size=2),
)
WORLDS = some.builds(
    World,
    people=some.tuples(PEOPLE, PEOPLE),
    grants=some.lists(GRANTS, min_size=4, max_size=10, unique_by=lambda g: (g.holder, g.number, g.target)).map(
        lambda grants: tuple(
            Given(g.holder, g.number, g.target, frozenset(r if r == "*" else f"{g.product}.{r}" for r in g.rights))
            for g in grants
        )
    ),
)


INSIDER = Someone("collaborator", "in", frozenset({0}))
IDLE = Someone("external", "in", frozenset())
MANAGES, USES = frozenset({"barn.manage"}), frozenset({"barn.use"})
# Where a grant to the member hides those of the team: the corners that chance would seldom find.
CORNERS = [
    World((INSIDER, IDLE), (Given("member", 0, 2, USES), Given("team", 0, 2, MANAGES))),
    World((INSIDER, IDLE), (Given("member", 0, 2, USES), Given("team", 0, "barn", MANAGES))),
    World((INSIDER, IDLE), (Given("member", 0, "barn", USES), Given("team", 0, 2, MANAGES))),
    World((INSIDER, IDLE), (Given("member", 0, "barn", MANAGES), Given("member", 0, 2, USES))),
    World((INSIDER, IDLE), (Given("member", 0, 0, frozenset({"shed.use"})), Given("team", 0, 0, frozenset({"*"})))),
]


@pytest.fixture(autouse=True)
def offers() -> Iterator[None]:
    offer(Offer("shed", "Shed", SHED))
    offer(Offer("barn", "Barn", BARN))
    yield
    _offers.pop("shed")
    _offers.pop("barn")


@dataclass
class Built:
    people: list[Membership]
    instances: list[ProductInstance]


def build(world: World) -> Built:
    """The same world as rows."""
    organization = Organization.objects.create(name="World")
    other = Organization.objects.create(name="Elsewhere")
    instances = [ProductInstance.objects.create(organization=organization, product=key, name=key) for key in INSTANCES]
    ProductInstance.objects.create(organization=other, product="shed", name="Elsewhere")
    ProductInstance.objects.create(organization=organization, product="shed", name="Ended", ended_at=clock.now())
    teams = [Team.objects.create(organization=organization, name=f"Team {number}") for number in range(2)]
    people = []
    for number, someone in enumerate(world.people):
        person = Person.objects.create(login=f"person{number}@world.example", password="!")
        membership = Membership.objects.create(organization=organization, person=person, role=someone.role)
        if someone.state != "in":
            setattr(membership, f"{someone.state}_at", clock.now())
            membership.save()
        TeamMember.objects.bulk_create([TeamMember(team=teams[team], membership=membership) for team in someone.teams])
        people.append(membership)
    for grant in world.grants:
        category = isinstance(grant.target, str)
        Grant.objects.create(
            organization=organization,
            membership=people[grant.number] if grant.holder == "member" else None,
            team=teams[grant.number] if grant.holder == "team" else None,
            product=grant.product,
            instance=None if category else instances[grant.target],
            rights=sorted(grant.rights),
        )
    return Built(people, instances)


def actors_of(membership: Membership) -> list[Actor]:
    """The actor who asks anew each time, and the one of a request who carries the grants."""
    who = membership.person_id, membership.organization_id, membership.role, membership.id
    return [Actor(*who), with_grants(Actor(*who)), actor_in(membership.person, membership, via="web")]


@pytest.mark.django_db
@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=WORLDS)
@example(CORNERS[0])
@example(CORNERS[1])
@example(CORNERS[2])
@example(CORNERS[3])
@example(CORNERS[4])
def test_every_way_to_ask_gives_the_answer_of_the_rules(world: World) -> None:
    """Thirty worlds, each with every person, right and instance, take some seconds."""
    with transaction.atomic():
        built = build(world)
        for number, membership in enumerate(built.people):
            if world.people[number].state == "in" or not membership.role.endswith(("representative", "administrator")):
                for right in RIGHTS:
                    check_person(world, built, number, right)
        for number, instance in enumerate(built.instances):
            for right in (right for right in RIGHTS if right.product == instance.product):
                reached = set(members_who_reach(instance, right).values_list("id", flat=True))
                assert reached == {m.id for p, m in enumerate(built.people) if world.may(p, right, number)}
            check_door(world, built, number)
        transaction.set_rollback(True)


def check_person(world: World, built: Built, person: int, right: Right) -> None:
    expected = [number for number in range(len(INSTANCES)) if world.may(person, right, number)]
    here = [number for number, key in enumerate(INSTANCES) if key == right.product]
    for actor in actors_of(built.people[person]):
        assert [number for number in here if holds(actor, right, built.instances[number])] == expected
        assert {one.id for one in instances_for(actor, right) if one.name != "Ended"} == {
            built.instances[number].id for number in expected
        }
        assert not any(one.ended_at for one in instances_for(actor, right))
        for number in here:
            reasons = why(actor, right, built.instances[number])
            assert bool(reasons) == (number in expected)
            grants = Grant.objects.in_bulk([path.grant_id for path in reasons if path.grant_id])
            assert all({"*", right.key} & set(grant.rights) for grant in grants.values())


def check_door(world: World, built: Built, number: int) -> None:
    """The one statement of the DAV door agrees with the engine."""
    instance = built.instances[number]
    use = next(right for right in RIGHTS if right.key == f"{instance.product}.use")
    for person, membership in enumerate(built.people):
        found = person_by_login(
            membership.person.login, instance_id=instance.id, product=instance.product, moment=clock.now()
        )
        assert found is not None
        assert (found.place is not None) == (world.people[person].state == "in")
        if found.place is not None:
            admitted = _admitted(found.person_id, found.place, instance.product, Door("dav", "192.0.2.1"))
            assert admitted.may_use == world.may(person, use, number)
