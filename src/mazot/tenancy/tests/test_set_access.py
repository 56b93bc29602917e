# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole access of somebody in one deed, and what happens when two administrators do it at once."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.access import everything, set_access
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.products import end_product, open_product, rename_product
from mazot.tenancy.actions.teams import make_team, remove_team
from mazot.tenancy.catalogue import Offer, _offers, offer
from mazot.tenancy.models import Grant, Membership, ProductInstance
from mazot.tenancy.queries.access import AccessLine, access_of, stamp_of
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.effects import effects_of_access, effects_of_leaving
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rights import Right
from mazot.tenancy.tests.test_two_at_once import at_once
from tests.cast import Cast, founded_by, member, person_named

USE, MANAGE = Right("shed.use", "Use it."), Right("shed.manage", "Change it.")


@pytest.fixture(autouse=True)
def offers() -> Iterator[None]:
    offer(Offer("shed", "Shed", (USE, MANAGE, Right("shed.secret", "No.", grantable=False))))
    yield
    _offers.pop("shed")


@pytest.fixture
def shed(cast: Cast) -> ProductInstance:
    return open_product(cast.adam, cast.mimosa, product="shed")


@pytest.fixture
def malik_there(cast: Cast) -> Membership:
    Grant.objects.filter(membership__person=cast.people.malik).delete()
    return Membership.objects.get(person=cast.people.malik)


def line(rights: str, instance: ProductInstance | None = None) -> AccessLine:
    return AccessLine("shed", instance.id if instance else None, frozenset(rights.split()))


def seen(holder: Membership) -> str:
    return stamp_of(access_of(holder))


def test_the_whole_access_is_replaced_and_only_what_changed_is_told(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    other = open_product(cast.adam, cast.mimosa, product="shed", name="Other")
    wanted = [line("shed.use", shed), line("shed.manage", other)]
    set_access(cast.adam, malik_there, seen=seen(malik_there), grants=wanted)
    before = FactRow.objects.count()
    now = set_access(cast.adam, malik_there, seen=seen(malik_there), grants=[line("shed.use", shed), line("shed.use")])
    assert set(now) == {line("shed.use", shed), line("shed.use")}
    told = FactRow.objects.order_by("id")[before:]
    assert sorted(row.kind for row in told) == ["tenancy.RightsGranted", "tenancy.RightsTaken"]
    malik = replace(cast.malik, grants=None)
    assert holds(malik, USE, other)
    assert not holds(malik, MANAGE, other)


def test_a_stale_page_changes_nothing(cast: Cast, shed: ProductInstance, malik_there: Membership) -> None:
    opened = seen(malik_there)
    set_access(cast.adam, malik_there, seen=opened, grants=[line("shed.use", shed)])
    with pytest.raises(Conflict):
        set_access(cast.olive, malik_there, seen=opened, grants=[line("shed.manage", shed)])
    assert access_of(malik_there) == [line("shed.use", shed)]


def test_everything_is_each_category_with_every_right(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    set_access(cast.adam, malik_there, seen=seen(malik_there), grants=everything())
    malik = replace(cast.malik, grants=None)
    assert holds(malik, MANAGE, shed)
    assert holds(malik, MANAGE, open_product(cast.adam, cast.mimosa, product="shed", name="Later"))


def test_what_means_nothing_is_refused_and_nothing_is_written(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    theirs = open_product(cast.otto, cast.rival, product="shed")
    ended = end_product(cast.adam, open_product(cast.adam, cast.mimosa, product="shed", name="Ended"))
    for wrong, error in (
        (line("shed.fly", shed), Invalid),
        (line("", shed), Invalid),
        (line("shed.secret", shed), Invalid),
        (AccessLine("submarine", None, frozenset({"*"})), Invalid),
        (AccessLine("submarine", shed.id, frozenset({"*"})), Invalid),
        (line("shed.use", theirs), NotFound),
        (line("shed.use", ended), NotFound),
        (AccessLine("shed", uuid4(), frozenset({"*"})), NotFound),
    ):
        with pytest.raises(error):
            set_access(cast.adam, malik_there, seen=seen(malik_there), grants=[line("shed.use"), wrong])
    assert access_of(malik_there) == []


def test_otto_and_those_who_do_not_manage_change_nobodys_access(cast: Cast, malik_there: Membership) -> None:
    for actor, error in ((cast.otto, NotFound), (cast.malik, NotAllowed), (cast.gaia, NotAllowed)):
        with pytest.raises(error):
            set_access(actor, malik_there, seen=seen(malik_there), grants=everything())
    assert access_of(malik_there) == []


def test_a_product_gets_another_name_from_those_who_manage_it(cast: Cast, shed: ProductInstance) -> None:
    assert rename_product(cast.adam, shed, name="  Garden   shed ").name == "Garden shed"
    for actor, error in ((cast.otto, NotFound), (cast.malik, NotAllowed)):
        with pytest.raises(error):
            rename_product(actor, shed, name="Mine")
    with pytest.raises(Invalid):
        rename_product(cast.adam, shed, name=" ")
    end_product(cast.adam, shed)
    with pytest.raises(NotFound):
        rename_product(cast.adam, shed, name="Too late")


def test_the_preview_of_a_member_says_what_the_deed_then_does(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    team = make_team(cast.adam, cast.mimosa, name="Strings", members=[malik_there])
    grant_rights(cast.adam, team, rights=[USE], instances=[shed])
    foreseen = effects_of_access(malik_there, [line("shed.use shed.manage", shed)])
    assert [(one.instance, one.right, one.gained, one.lost) for one in foreseen] == [(shed, MANAGE, [malik_there], [])]
    grant_rights(cast.adam, malik_there, rights=[MANAGE], category="shed")
    assert {(one.instance, one.right.key, len(one.lost)) for one in effects_of_access(malik_there, [])} == {
        (None, "shed.manage", 1),
        (shed, "shed.manage", 1),
    }


def test_the_preview_of_a_team_names_those_who_lose_what_came_through_it_alone(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    gaia = Membership.objects.get(person=cast.people.gaia)
    adam = Membership.objects.get(person=cast.people.adam)
    team = make_team(cast.adam, cast.mimosa, name="Strings", members=[malik_there, gaia, adam])
    grant_rights(cast.adam, team, rights=[USE], instances=[shed])
    grant_rights(cast.adam, gaia, rights=[USE], instances=[shed])
    for foreseen in (effects_of_leaving(team, [malik_there, gaia, adam]), effects_of_access(team, [])):
        assert [(one.instance, one.right, one.lost) for one in foreseen] == [(shed, USE, [malik_there])]
    remove_team(cast.adam, team)
    assert not holds(actor_for_person(cast.people.malik), USE, shed)
    assert holds(actor_for_person(cast.people.gaia), USE, shed)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_at_once_one_is_told_that_the_other_was_first() -> None:
    """A dozen rounds on real connections take more than a second."""
    anna, bruno, carla = person_named("anna"), person_named("bruno"), person_named("carla")
    organization = founded_by(anna, "Quay")
    member(organization, bruno, "administrator")
    theirs = member(organization, carla, "collaborator")
    a, b = actor_for_person(anna, organization), actor_for_person(bruno, organization)
    shed = open_product(a, organization, product="shed")
    for _ in range(12):
        opened = seen(theirs)
        first, second = [line("shed.use", shed)], [line("shed.manage", shed)]
        if access_of(theirs) in (first, second):
            first, second = [line("*", shed)], [line("shed.use")]
        ended = at_once(
            lambda first=first, opened=opened: set_access(a, theirs, seen=opened, grants=first),
            lambda second=second, opened=opened: set_access(b, theirs, seen=opened, grants=second),
        )
        assert sorted(type(error).__name__ for error in ended) == ["Conflict", "NoneType"]
        assert access_of(theirs) == (first if ended[0] is None else second)


@pytest.mark.django_db(transaction=True)
def test_a_grant_made_at_the_same_moment_is_not_swept_away_by_a_page_that_did_not_show_it() -> None:
    """A dozen rounds on real connections take more than a second."""
    anna, bruno, carla = person_named("anna"), person_named("bruno"), person_named("carla")
    organization = founded_by(anna, "Quay")
    member(organization, bruno, "administrator")
    theirs = member(organization, carla, "collaborator")
    a, b = actor_for_person(anna, organization), actor_for_person(bruno, organization)
    shed, other = (open_product(a, organization, product="shed", name=name) for name in ("One", "Two"))
    for _ in range(12):
        Grant.objects.filter(membership=theirs).delete()
        opened = seen(theirs)
        replaced, granted = at_once(
            lambda opened=opened: set_access(a, theirs, seen=opened, grants=[line("shed.use", shed)]),
            lambda: grant_rights(b, theirs, rights=[MANAGE], instances=[other]),
        )
        assert granted is None
        assert replaced is None or isinstance(replaced, Conflict)
        expected = {line("shed.manage", other)} | (set() if replaced else {line("shed.use", shed)})
        assert set(access_of(theirs)) == expected
