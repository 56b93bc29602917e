# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rights engine against a slow one written from the rules: role, grants, categories, teams, blocked, removed.

A case is one situation, as `World.situation` spells it: a kind of product, a role, let in or blocked or removed, the
grants of one's own on the product and on its category, and those of one's teams. Each is asked for both rights of the
product and in every way the house asks; a situation that comes again in another world is not counted again.
"""

import logging
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import Phase, example, given, settings

from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Grant
from mazot.tenancy.queries.actors import actor_for_person, actor_in, with_grants
from mazot.tenancy.queries.rights import count_who_reach, holds, instances_for, members_who_reach, why
from mazot.tenancy.tests.worlds import (
    INSTANCES,
    MANAGERS,
    RIGHTS,
    WORLDS,
    Built,
    Given,
    Someone,
    World,
    build,
    check_door,
    sheds_and_barns,
)
from tests.sizes import IS_FULL

CASES, WORLDS_ENOUGH = (5000, 195) if IS_FULL else (1000, 45) if connection.vendor == "sqlite" else (300, 15)
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


@pytest.mark.django_db
@pytest.mark.slow
def test_every_way_to_ask_gives_the_answer_of_the_rules_in_thousands_of_situations() -> None:
    """Some three hundred worlds of eight people and four products take twenty seconds."""
    seen: set[tuple[object, ...]] = set()
    worlds = 0

    @settings(max_examples=WORLDS_ENOUGH, deadline=None, phases=[Phase.explicit, Phase.generate])
    @given(world=WORLDS)
    @example(CORNERS[0])
    @example(CORNERS[1])
    @example(CORNERS[2])
    @example(CORNERS[3])
    @example(CORNERS[4])
    def agree(world: World) -> None:
        nonlocal worlds
        worlds += 1
        with transaction.atomic():
            check(world, build(world))
            transaction.set_rollback(True)
        seen.update(world.situation(p, i) for p in range(len(world.people)) for i in range(len(INSTANCES)))

    with sheds_and_barns():
        agree()
    undecided = sum(role not in MANAGERS and state == "in" for _kind, role, state, *_grants in seen)
    logging.getLogger("mazot.oracle").warning(
        "%d situations in %d worlds on %s, in %d of them the grants decide",
        len(seen), worlds, connection.vendor, undecided,
    )  # fmt: skip
    assert len(seen) >= CASES


def check(world: World, built: Built) -> None:
    given = {grant.id: set(grant.rights) for grant in Grant.objects.filter(organization=built.organization)}
    for number, membership in enumerate(built.people):
        if world.people[number].state != "in":
            with pytest.raises(NotFound):
                actor_for_person(membership.person, built.organization)
        if world.people[number].state == "in" or membership.role not in MANAGERS:
            check_person(world, built, number, given)
    for number, instance in enumerate(built.instances):
        for right in (right for right in RIGHTS if right.product == instance.product):
            reached = set(members_who_reach(instance, right).values_list("id", flat=True))
            assert reached == {m.id for p, m in enumerate(built.people) if world.may(p, right, number)}
            alike = [one for one in built.instances if one.product == instance.product]
            assert count_who_reach(alike, right)[instance.id] == len(reached)
        check_door(world, built, number, range(len(built.people)))


def check_person(world: World, built: Built, person: int, given: dict[UUID, set[str]]) -> None:
    """By an actor who asks anew each time, and by those of a request, who carry the grants."""
    membership = built.people[person]
    anew = Actor(membership.person_id, membership.organization_id, membership.role, membership.id)
    carrying = with_grants(anew), actor_in(membership.person, membership, via="web")
    for right in RIGHTS:
        here = [number for number, key in enumerate(INSTANCES) if key == right.product]
        expected = [number for number in here if world.may(person, right, number)]
        for actor in carrying:
            assert [number for number in here if holds(actor, right, built.instances[number])] == expected
        reached = [one.id for one in instances_for(carrying[0], right)]
        assert reached == [built.instances[number].id for number in expected]  # and none that has ended
        for number in here:
            reasons = why(carrying[0], right, built.instances[number])
            assert bool(reasons) == (number in expected)
            assert all({"*", right.key} & given[path.grant_id] for path in reasons if path.grant_id)
    for number, instance in enumerate(built.instances):
        right = next(right for right in RIGHTS[person % 2 :: 2] if right.product == instance.product)
        assert holds(anew, right, instance) == world.may(person, right, number)
