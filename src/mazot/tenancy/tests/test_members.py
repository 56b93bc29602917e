# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable

import pytest

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.leaving import leave_organization, start_leaving, undo_leaving
from mazot.tenancy.actions.members import block_member, change_role, unblock_member
from mazot.tenancy.actions.teams import make_team, set_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Person, Team
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.people import member_for, members_for, removed_members_for
from tests.cast import Cast, member, person_named


def of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


def told() -> list[str]:
    return list(FactRow.objects.order_by("id").values_list("kind", flat=True))


def demote(actor: Actor, membership: Membership) -> Membership:
    return change_role(actor, membership, role="collaborator")


def leave(actor: Actor, membership: Membership) -> Membership:
    return leave_organization(actor, membership.organization)


LESSENING = [demote, block_member, start_leaving, leave]


@pytest.mark.parametrize("deed", LESSENING)
def test_the_last_legal_representative_stays(cast: Cast, deed: Callable[..., object]) -> None:
    before = told()
    with pytest.raises(Refused) as refusal:
        deed(cast.olive, of(cast, "olive"))
    assert refusal.value.reason == "last_legal_representative"
    mine = of(cast, "olive")
    assert (mine.role, mine.blocked_at, mine.removed_at) == ("legal_representative", None, None)
    assert told() == before


@pytest.mark.parametrize("deed", [demote, start_leaving, leave])
def test_with_a_second_one_who_can_act_the_first_may_go(cast: Cast, deed: Callable[..., object]) -> None:
    change_role(cast.olive, of(cast, "adam"), role="legal_representative")
    deed(cast.olive, of(cast, "olive"))


def test_nobody_blocks_themselves(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        block_member(cast.adam, of(cast, "adam"))
    assert refusal.value.reason == "own_place"
    assert of(cast, "adam").blocked_at is None


@pytest.mark.parametrize("state", ["blocked", "removed", "closed account"])
def test_a_second_one_who_cannot_act_does_not_count(cast: Cast, state: str) -> None:
    adam = change_role(cast.olive, of(cast, "adam"), role="legal_representative")
    if state == "blocked":
        block_member(cast.olive, adam)
    elif state == "removed":
        start_leaving(cast.olive, adam)
    else:
        Person.objects.filter(id=cast.people.adam.id).update(is_active=False)
    with pytest.raises(Refused):
        leave_organization(cast.olive, cast.mimosa)


@pytest.mark.parametrize("deed", [demote, block_member, unblock_member, start_leaving])
def test_only_a_legal_representative_touches_another(cast: Cast, deed: Callable[..., object]) -> None:
    second = member(cast.mimosa, person_named("nina"), "legal_representative")
    with pytest.raises(NotAllowed):
        deed(cast.adam, second)
    deed(cast.olive, second)


def test_only_a_legal_representative_makes_one(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        change_role(cast.adam, of(cast, "malik"), role="legal_representative")
    with pytest.raises(NotAllowed):
        change_role(cast.adam, of(cast, "adam"), role="legal_representative")
    assert change_role(cast.olive, of(cast, "malik"), role="legal_representative").role == "legal_representative"


@pytest.mark.parametrize("deed", [demote, block_member, unblock_member, start_leaving])
def test_otto_and_those_who_do_not_manage_change_nobody(cast: Cast, deed: Callable[..., object]) -> None:
    for actor, error in ((cast.otto, NotFound), (cast.malik, NotAllowed), (cast.gaia, NotAllowed)):
        with pytest.raises(error):
            deed(actor, of(cast, "adam"))
    with pytest.raises(NotAllowed):
        deed(cast.basil, of(cast, "adam"))


def test_a_role_that_does_not_exist_is_refused_by_name(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        change_role(cast.olive, of(cast, "malik"), role="emperor")
    assert refusal.value.facts["field"] == "role"


def test_an_administrator_who_was_demoted_meanwhile_changes_nobody(cast: Cast) -> None:
    demote(cast.olive, of(cast, "adam"))
    with pytest.raises(NotAllowed) as refusal:
        block_member(cast.adam, of(cast, "malik"))  # adam's page was opened before
    assert refusal.value.reason == "role_changed"


def test_changing_to_the_same_role_tells_nothing(cast: Cast) -> None:
    before = told()
    change_role(cast.olive, of(cast, "malik"), role="collaborator")
    assert told() == before


def test_a_removed_member_comes_back_as_they_were(cast: Cast) -> None:
    team = make_team(cast.olive, cast.mimosa, name="Strings", members=[of(cast, "malik")])
    set_team(cast.olive, team, name="Strings", tint=3, leader=of(cast, "malik"))
    leaving = start_leaving(cast.adam, of(cast, "malik"))
    removed = leaving.membership
    assert Team.objects.get().leader is None
    assert removed.id in {one.id for one in removed_members_for(cast.adam)}
    with pytest.raises(NotFound):
        block_member(cast.adam, removed)
    undo_leaving(cast.adam, leaving)
    assert actor_for_person(cast.people.malik).role == "collaborator"
    assert team.members.filter(membership=removed).exists()
    with pytest.raises(Conflict):
        undo_leaving(cast.adam, leaving)
    with pytest.raises(NotFound):
        undo_leaving(cast.otto, leaving)


def test_a_blocked_member_is_let_in_again(cast: Cast) -> None:
    block_member(cast.adam, of(cast, "malik"))
    with pytest.raises(NotFound):
        actor_for_person(cast.people.malik, cast.mimosa)
    unblock_member(cast.adam, of(cast, "malik"))
    assert actor_for_person(cast.people.malik, cast.mimosa).role == "collaborator"


def test_leaving_is_for_oneself_and_for_ones_own_organization(cast: Cast) -> None:
    with pytest.raises(NotFound):
        leave_organization(cast.otto, cast.mimosa)
    leave_organization(cast.malik, cast.mimosa)
    assert of(cast, "malik").removed_at is not None
    with pytest.raises(NotAllowed):
        leave_organization(cast.malik, cast.mimosa)


def test_members_are_seen_by_who_may_see_them(cast: Cast) -> None:
    block_member(cast.olive, of(cast, "gaia"))

    def seen(actor: Actor) -> set[str]:
        return {one.person.given_name for one in members_for(actor)}

    assert seen(cast.adam) == {"Olive", "Adam", "Malik", "Gaia"}
    assert seen(cast.malik) == {"Olive", "Adam", "Malik"}
    assert seen(cast.gaia) == {"Gaia"}
    assert seen(cast.otto) == {"Otto"}
    with pytest.raises(NotFound):
        member_for(cast.otto, of(cast, "olive").id)
    with pytest.raises(NotFound):
        member_for(cast.gaia, of(cast, "olive").id)
    assert not removed_members_for(cast.malik)
