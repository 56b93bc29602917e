# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable, Iterator

import pytest

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.grants import grant_rights, take_rights
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.products import end_product, open_product
from mazot.tenancy.actions.teams import add_to_team, change_teams, make_team, remove_team, set_team, take_from_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import Offer, _offers, offer
from mazot.tenancy.models import Grant, Membership, Plan, ProductInstance, Team, TeamMember
from mazot.tenancy.queries.people import grants_for, team_for, teams_for
from mazot.tenancy.queries.rights import holds, instance_for, instances_for, why
from mazot.tenancy.rights import Right, action
from tests.cast import Cast

USE, MANAGE = Right("shed.use", "Use it."), Right("shed.manage", "Change it.")
SECRET = Right("shed.secret", "Not for granting.", grantable=False)
furnished: list[ProductInstance] = []


@pytest.fixture(autouse=True)
def offers() -> Iterator[None]:
    furnished.clear()
    offer(Offer("shed", "Shed", (USE, MANAGE, SECRET), furnish=lambda _actor, instance: furnished.append(instance)))
    yield
    _offers.pop("shed")


@pytest.fixture
def shed(cast: Cast) -> ProductInstance:
    return open_product(cast.adam, cast.mimosa, product="shed")


@pytest.fixture
def malik_there(cast: Cast) -> Membership:
    return Membership.objects.get(person=cast.people.malik)


def fresh(actor: Actor) -> Actor:
    """The actor as any later request has it: asking anew."""
    from dataclasses import replace

    return replace(actor, grants=None)


def test_a_product_is_opened_furnished_and_ended_by_those_who_manage(cast: Cast, shed: ProductInstance) -> None:
    assert furnished == [shed]
    assert shed.name == "Shed Mimosa"
    assert list(instances_for(cast.olive, USE)) == [shed]
    for actor, error in ((cast.otto, NotFound), (cast.malik, NotAllowed)):
        with pytest.raises(error):
            open_product(actor, cast.mimosa, product="shed")
        with pytest.raises(error):
            end_product(actor, shed)
    with pytest.raises(Invalid):
        open_product(cast.adam, cast.mimosa, product="submarine")
    with pytest.raises(Invalid):
        foreign = Plan.objects.create(product="boat", key="x", title="x")
        open_product(cast.adam, cast.mimosa, product="shed", plan=foreign)
    end_product(cast.adam, shed)
    assert not instances_for(cast.olive, USE)
    with pytest.raises(NotFound):
        end_product(cast.adam, shed)


def test_a_grant_acts_at_once_and_so_does_its_end(cast: Cast, shed: ProductInstance, malik_there: Membership) -> None:
    malik = fresh(cast.malik)
    assert not holds(malik, USE, shed)
    with pytest.raises(NotFound):
        instance_for(malik, USE, shed.id)
    (grant,) = grant_rights(cast.adam, malik_there, rights=[USE], instances=[shed])
    assert holds(malik, USE, shed)
    assert not holds(malik, MANAGE, shed)
    assert instance_for(malik, USE, shed.id) == shed
    assert [path.through for path in why(malik, USE, shed)] == ["grant"]
    take_rights(cast.adam, grant)
    assert not holds(malik, USE, shed)
    with pytest.raises(NotFound):
        take_rights(cast.adam, grant)


def test_a_category_reaches_products_opened_later(cast: Cast, shed: ProductInstance, malik_there: Membership) -> None:
    grant_rights(cast.adam, malik_there, rights=["*"], category="shed")
    later = open_product(cast.adam, cast.mimosa, product="shed", name="Later")
    assert list(instances_for(fresh(cast.malik), MANAGE)) == [shed, later]
    assert [path.through for path in why(fresh(cast.malik), MANAGE, later)] == ["category"]
    assert Grant.objects.filter(membership=malik_there, product="shed").count() == 1


def test_several_products_are_several_grants_and_granting_again_replaces(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    other = open_product(cast.adam, cast.mimosa, product="shed", name="Other")
    assert len(grant_rights(cast.adam, malik_there, rights=[USE, MANAGE], instances=[shed, other])) == 2
    grant_rights(cast.adam, malik_there, rights=["shed.use"], instances=[shed])
    assert list(instances_for(fresh(cast.malik), MANAGE)) == [other]
    assert list(instances_for(fresh(cast.malik), USE)) == [shed, other]


@pytest.mark.parametrize(
    "details",
    [
        {"rights": [USE]},
        {"rights": [], "category": "shed"},
        {"rights": ["shed.fly"], "category": "shed"},
        {"rights": [SECRET], "category": "shed"},
        {"rights": ["drive.use"], "category": "shed"},
        {"rights": [USE], "category": "submarine"},
    ],
)
def test_a_grant_that_means_nothing_is_refused(cast: Cast, malik_there: Membership, details: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        grant_rights(cast.adam, malik_there, **details)
    assert not Grant.objects.filter(product="shed").exists()


def test_nothing_of_another_organization_is_granted_to_or_on(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    theirs = open_product(cast.otto, cast.rival, product="shed")
    with pytest.raises(NotFound):
        grant_rights(cast.adam, malik_there, rights=[USE], instances=[shed, theirs])
    with pytest.raises(NotFound):
        grant_rights(cast.otto, malik_there, rights=[USE], instances=[theirs])
    with pytest.raises(NotAllowed):
        grant_rights(cast.malik, malik_there, rights=["*"], instances=[shed])
    assert not Grant.objects.filter(product="shed").exists()


def test_a_team_gives_what_it_has_and_takes_only_that_away(
    cast: Cast, shed: ProductInstance, malik_there: Membership
) -> None:
    strings = make_team(cast.adam, cast.mimosa, name="Strings", members=[malik_there])
    choir = make_team(cast.adam, cast.mimosa, name="Choir", members=[malik_there])
    grant_rights(cast.adam, strings, rights=[USE, MANAGE], instances=[shed])
    grant_rights(cast.adam, choir, rights=[USE], category="shed")
    malik = fresh(cast.malik)
    assert [(path.through, path.holder) for path in why(malik, USE, shed)] == [
        ("grant", "Strings"),
        ("category", "Choir"),
    ]
    take_from_team(cast.adam, strings, member=malik_there)
    assert holds(malik, USE, shed)
    assert not holds(malik, MANAGE, shed)
    remove_team(cast.adam, choir)
    assert not holds(malik, USE, shed)
    assert [kind for kind in FactRow.objects.order_by("id").values_list("kind", flat=True) if "Team" in kind] == [
        "tenancy.TeamMade",
        "tenancy.TeamMade",
        "tenancy.TeamChanged",
        "tenancy.TeamRemoved",
    ]


def test_a_leader_is_one_of_the_team_and_holds_no_right_by_it(cast: Cast, malik_there: Membership) -> None:
    team = make_team(cast.adam, cast.mimosa, name="Strings")
    with pytest.raises(NotFound):
        set_team(cast.adam, team, name="Strings", tint=2, leader=malik_there)
    add_to_team(cast.adam, team, members=[malik_there])
    set_team(cast.adam, team, name="strings", tint=5, leader=malik_there)
    with pytest.raises(NotAllowed):
        set_team(cast.malik, team, name="Mine", tint=5, leader=malik_there)
    take_from_team(cast.adam, team, member=malik_there)
    assert Team.objects.get().leader is None
    with pytest.raises(NotFound):
        take_from_team(cast.adam, team, member=malik_there)


def test_a_change_of_a_team_leaves_what_it_does_not_name(cast: Cast, malik_there: Membership) -> None:
    read = make_team(cast.adam, cast.mimosa, name="Strings", members=[malik_there])
    set_team(cast.olive, read, name="Brass", tint=3, leader=malik_there)
    set_team(cast.adam, read, tint=5)
    assert Team.objects.values_list("name", "tint", "leader").get() == ("Brass", 5, malik_there.id)
    set_team(cast.adam, read, leader=None)
    assert Team.objects.values_list("name", "tint", "leader").get() == ("Brass", 5, None)


def test_the_teams_of_one_member_change_whole_or_not_at_all(cast: Cast, malik_there: Membership) -> None:
    strings = make_team(cast.adam, cast.mimosa, name="Strings", members=[malik_there])
    choir, winds = (make_team(cast.adam, cast.mimosa, name=name) for name in ("Choir", "Winds"))
    set_team(cast.adam, strings, name="Strings", tint=5, leader=malik_there)
    rivals = make_team(cast.otto, cast.rival, name="Rivals")
    with pytest.raises(NotFound):
        change_teams(cast.adam, malik_there, put_into=[choir, rivals], take_from=[strings])
    assert [place.team.name for place in TeamMember.objects.all()] == ["Strings"]
    told = FactRow.objects.count()
    change_teams(cast.adam, malik_there, put_into=[choir], take_from=[strings, winds])
    assert [place.team.name for place in TeamMember.objects.all()] == ["Choir"]
    assert Team.objects.get(name="Strings").leader is None
    assert FactRow.objects.count() == told + 2  # Winds did not change


def test_two_teams_have_two_names(cast: Cast) -> None:
    make_team(cast.adam, cast.mimosa, name="Strings")
    with pytest.raises(Conflict):
        make_team(cast.adam, cast.mimosa, name="STRINGS")


def test_strangers_and_those_who_left_are_in_no_team(cast: Cast, malik_there: Membership) -> None:
    outsider = Membership.objects.get(person=cast.people.otto)
    start_leaving(cast.adam, malik_there)
    for member in (outsider, malik_there):
        with pytest.raises(NotFound):
            make_team(cast.adam, cast.mimosa, name="Mixed", members=[member])
    assert not Team.objects.exists()


def test_otto_sees_and_changes_no_team(cast: Cast, malik_there: Membership) -> None:
    team = make_team(cast.adam, cast.mimosa, name="Strings", members=[malik_there])
    deeds: list[Callable[[], object]] = [
        lambda: make_team(cast.otto, cast.mimosa, name="Trap"),
        lambda: set_team(cast.otto, team, name="Trap", tint=1, leader=None),
        lambda: add_to_team(cast.otto, team, members=[]),
        lambda: take_from_team(cast.otto, team, member=malik_there),
        lambda: change_teams(cast.otto, malik_there, take_from=[team]),
        lambda: remove_team(cast.otto, team),
        lambda: team_for(cast.otto, team.id),
        lambda: team_for(cast.gaia, team.id),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert team_for(cast.malik, team.id) == team
    assert not teams_for(cast.otto)
    assert not grants_for(cast.otto, team)
    assert not grants_for(cast.malik, team)


def test_a_subject_that_does_not_say_where_it_belongs_is_a_mistake_of_ours(cast: Cast) -> None:
    @action(needs=USE)
    def use_it(_actor: Actor, subject: object) -> object:
        return subject

    with pytest.raises(TypeError):
        use_it(cast.olive, object())
    with pytest.raises(TypeError):
        use_it("olive", cast.mimosa)
