# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is given and taken back by the real deeds acts at once: after every one of them the rules give the same answer.

Hypothesis finds the order: access set and taken, teams filled and taken apart, roles changed, people blocked, removed
and brought back, by an administrator's deeds alone.
"""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mazot.foundation.errors import NotFound
from mazot.tenancy.actions.access import set_access
from mazot.tenancy.actions.grants import grant_rights, take_rights
from mazot.tenancy.actions.leaving import start_leaving, undo_leaving
from mazot.tenancy.actions.members import block_member, change_role, unblock_member
from mazot.tenancy.actions.teams import add_to_team, make_team, remove_team, take_from_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.jobs import carry_on
from mazot.tenancy.models import Grant, Membership
from mazot.tenancy.queries.access import AccessLine, access_of, stamp_of
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.rights import holds, members_who_reach
from mazot.tenancy.tests.worlds import (
    ABLE,
    INSTANCES,
    MANAGERS,
    PEOPLE,
    RIGHTS,
    ROLES,
    TARGETS,
    TEAMS,
    World,
    build,
    check_door,
    given,
    sheds_and_barns,
    world_of,
)
from tests.cast import member, person_named
from tests.sizes import cases

MEMBERS = some.integers(0, PEOPLE - 1)
ANY_TEAM = some.integers(0, TEAMS - 1)
HOLDERS = some.one_of(some.tuples(some.just("member"), MEMBERS), some.tuples(some.just("team"), ANY_TEAM))
LINES = some.dictionaries(some.sampled_from(TARGETS), some.sampled_from(ABLE), max_size=4)
STEPS = 24


class Manager(RuleBasedStateMachine):
    """The world as the rules know it, beside the one in the database, changed by the same deeds."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.world = world_of(Random(5))
        self.built = build(self.world)
        # Somebody who does all this, and whom nobody of the world touches.
        olive = person_named("olive")
        member(self.built.organization, olive, "legal_representative")
        self.olive = actor_for_person(olive, self.built.organization)
        self.last = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def membership(self, number: int) -> Membership:
        self.last = number
        return Membership.objects.select_related("person").get(id=self.built.people[number].id)

    def holder(self, kind: str, number: int) -> Any:
        return self.membership(number) if kind == "member" else self.built.teams[number]

    def is_there(self, kind: str, number: int) -> bool:
        return self.built.teams[number].id is not None if kind == "team" else self.state(number) != "removed"

    def state(self, number: int) -> str:
        return self.world.people[number].state

    def become(self, number: int, **changes: Any) -> None:
        people = list(self.world.people)
        people[number] = replace(people[number], **changes)
        self.world = World(tuple(people), self.world.grants)

    def have(self, kind: str, number: int, lines: dict[Any, tuple[str, ...]], *, only: bool) -> None:
        """The holder has these grants now: only these, or in place of those on the same thing."""
        kept = [
            grant
            for grant in self.world.grants
            if (grant.holder, grant.number) != (kind, number) or not (only or grant.target in lines)
        ]
        made = [given((kind, number, target), able) for target, able in lines.items()]
        self.world = World(self.world.people, (*kept, *made))

    @rule(holder=HOLDERS, lines=LINES)
    def set_everything(self, holder: tuple[str, int], lines: dict[Any, tuple[str, ...]]) -> None:
        whom = self.holder(*holder) if self.is_there(*holder) else None
        if whom is None:
            return
        wanted = [given((*holder, target), able) for target, able in lines.items()]
        seen = stamp_of(access_of(whom))
        set_access(self.olive, whom, seen=seen, grants=[self.line(one) for one in wanted])
        self.have(*holder, lines, only=True)

    def line(self, wanted: Any) -> AccessLine:
        instance = None if isinstance(wanted.target, str) else self.built.instances[wanted.target].id
        return AccessLine(wanted.product, instance, wanted.rights)

    @rule(holder=HOLDERS, about=some.sampled_from(TARGETS), able=some.sampled_from(ABLE))
    def grant(self, holder: tuple[str, int], about: Any, able: tuple[str, ...]) -> None:
        if not self.is_there(*holder):
            return
        wanted = given((*holder, about), able)
        where = {"category": about} if isinstance(about, str) else {"instances": [self.built.instances[about]]}
        grant_rights(self.olive, self.holder(*holder), rights=wanted.rights, **where)
        self.have(*holder, {about: able}, only=False)

    @precondition(lambda self: self.world.grants)
    @rule(number=some.integers(0, 80))
    def take(self, number: int) -> None:
        gone = self.world.grants[number % len(self.world.grants)]
        held = {"membership": self.built.people[gone.number]} if gone.holder == "member" else {}
        held = held or {"team": self.built.teams[gone.number]}
        instance = None if isinstance(gone.target, str) else self.built.instances[gone.target]
        take_rights(self.olive, Grant.objects.get(product=gone.product, instance=instance, **held))
        self.world = World(self.world.people, tuple(one for one in self.world.grants if one != gone))

    @rule(team=ANY_TEAM, number=MEMBERS)
    def in_or_out_of_a_team(self, team: int, number: int) -> None:
        there = self.world.people[number].teams
        if not self.is_there("team", team) or self.state(number) == "removed":
            return
        if team in there:
            take_from_team(self.olive, self.built.teams[team], member=self.membership(number))
        else:
            add_to_team(self.olive, self.built.teams[team], members=[self.membership(number)])
        self.become(number, teams=there ^ {team})

    @rule(team=ANY_TEAM)
    def end_or_make_a_team(self, team: int) -> None:
        if self.is_there("team", team):
            remove_team(self.olive, self.built.teams[team])
            self.built.teams[team].id = None
            self.have("team", team, {}, only=True)
            for number, someone in enumerate(self.world.people):
                self.become(number, teams=someone.teams - {team})
        else:
            self.built.teams[team] = make_team(self.olive, self.built.organization, name=f"Team {team} again")

    @rule(number=MEMBERS, role=some.sampled_from(ROLES))
    def give_a_role(self, number: int, role: str) -> None:
        if self.state(number) != "removed":
            change_role(self.olive, self.membership(number), role=role)
            self.become(number, role=role)

    @rule(number=MEMBERS)
    def block_or_let_in(self, number: int) -> None:
        if self.state(number) == "in":
            block_member(self.olive, self.membership(number))
            self.become(number, state="blocked")
        elif self.state(number) == "blocked":
            unblock_member(self.olive, self.membership(number))
            self.become(number, state="in")

    @rule(number=MEMBERS, works=some.booleans())
    def remove_or_bring_back(self, number: int, works: bool) -> None:
        """The worker may be late at a removal; those of the world who were never removed by a deed stay out."""
        whom = self.membership(number)
        if self.state(number) != "removed":
            start_leaving(self.olive, whom)
            self.become(number, state="removed")
            if works:
                carry_on(whom.leavings.get(state="going").id)
        elif whom.leavings.exists():
            undo_leaving(self.olive, whom.leavings.latest("created_at"))
            self.become(number, state="blocked" if whom.blocked_at else "in")
            carry_on(whom.leavings.get(state="coming_back").id)

    @invariant()
    def the_rules_give_the_same_answer(self) -> None:
        for number, someone in enumerate(self.world.people):
            membership = self.built.people[number]
            whose = membership.person_id, membership.organization_id, someone.role, membership.id
            if someone.state == "in":
                actors = [actor_for_person(membership.person, self.built.organization)]
            else:
                with pytest.raises(NotFound):
                    actor_for_person(membership.person, self.built.organization)
                actors = [] if someone.role in MANAGERS else [Actor(*whose)]
            for actor in actors:
                self.check(number, actor)
        instance = self.last % len(INSTANCES)
        for right in (right for right in RIGHTS if right.product == INSTANCES[instance]):
            reached = members_who_reach(self.built.instances[instance], right).exclude(id=self.olive.membership_id)
            able = [m.id for number, m in enumerate(self.built.people) if self.world.may(number, right, instance)]
            assert set(reached.values_list("id", flat=True)) == set(able)
        check_door(self.world, self.built, instance, [self.last])

    def check(self, number: int, actor: Actor) -> None:
        for instance, subject in enumerate(self.built.instances):
            for right in (right for right in RIGHTS if right.product == subject.product):
                assert holds(actor, right, subject) == self.world.may(number, right, instance)


@pytest.mark.django_db
@pytest.mark.slow
def test_after_every_deed_the_rules_and_the_engine_agree() -> None:
    """A dozen sequences of two dozen deeds take some twelve seconds."""
    with sheds_and_barns():
        run_state_machine_as_test(
            Manager,
            settings=settings(
                max_examples=cases(few=5, full=12),
                stateful_step_count=STEPS,
                deadline=None,
                phases=[Phase.generate],
                derandomize=True,
            ),
        )
