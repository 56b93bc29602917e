# SPDX-License-Identifier: AGPL-3.0-or-later
"""The delegated user manager: what Malik may do once people are entrusted to him, and every way to more."""

from collections.abc import Callable

import pytest

from mazot.foundation.errors import DomainError, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.details import set_details
from mazot.tenancy.actions.grants import grant_rights, take_rights
from mazot.tenancy.actions.invitations import accept_invitation, invite_person, revoke_invitation
from mazot.tenancy.actions.leaving import leave_organization, start_leaving, undo_leaving
from mazot.tenancy.actions.members import block_member, change_role, unblock_member
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.actions.teams import add_to_team, make_team, set_team
from mazot.tenancy.actions.user_managers import end_user_manager, name_user_manager
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_DETAILS, MANAGE_PEOPLE, MANAGE_PRODUCTS, NAME_USER_MANAGERS, SEE_ACTIVITY
from mazot.tenancy.models import Grant, Membership
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.rights import holds
from tests.cast import Cast, member, person_named


def of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


@pytest.fixture
def malik(cast: Cast) -> Actor:
    """Malik as a user manager, with drive.use on the drive and nothing else."""
    name_user_manager(cast.adam, of(cast, "malik"))
    return actor_for_person(cast.people.malik)


@pytest.fixture
def nina(cast: Cast) -> Membership:
    return member(cast.mimosa, person_named("nina"), "collaborator")


def test_a_user_manager_manages_people_and_holds_no_other_power(cast: Cast, malik: Actor) -> None:
    assert malik.manages_people
    assert holds(malik, MANAGE_PEOPLE, cast.mimosa)
    for right in (MANAGE_DETAILS, MANAGE_PRODUCTS, NAME_USER_MANAGERS, SEE_ACTIVITY):
        assert not holds(malik, right, cast.mimosa)
    with pytest.raises(NotAllowed):
        set_details(malik, cast.mimosa, name="Malik's", tint=1)
    with pytest.raises(NotAllowed):
        open_product(malik, cast.mimosa, product="drive")
    assert FactRow.objects.filter(kind="tenancy.UserManagerNamed", subject_id=malik.membership_id).exists()


def test_they_invite_change_block_and_remove_collaborators_and_externals(
    cast: Cast, malik: Actor, nina: Membership
) -> None:
    invite_person(malik, cast.mimosa, address="new@people.example", role="collaborator")
    block_member(malik, nina)
    unblock_member(malik, nina)
    change_role(malik, nina, role="external")
    undo_leaving(malik, start_leaving(malik, nina))
    block_member(malik, of(cast, "gaia"))
    nina.refresh_from_db()
    assert (nina.role, nina.removed_at) == ("external", None)


@pytest.mark.parametrize("victim", ["olive", "adam", "malik"])
@pytest.mark.parametrize(
    "deed",
    [
        block_member,
        unblock_member,
        start_leaving,
        lambda actor, them: change_role(actor, them, role="external"),
        lambda actor, them: change_role(actor, them, role="administrator"),
    ],
)
def test_they_touch_no_administrator_no_representative_and_not_themselves(
    cast: Cast, malik: Actor, victim: str, deed: Callable[..., object]
) -> None:
    before = of(cast, victim)
    with pytest.raises(NotAllowed):
        deed(malik, before)
    after = of(cast, victim)
    assert (after.role, after.blocked_at, after.removed_at) == (before.role, None, None)


@pytest.mark.parametrize("role", ["administrator", "legal_representative"])
def test_they_make_nobody_an_administrator(cast: Cast, malik: Actor, nina: Membership, role: str) -> None:
    with pytest.raises(NotAllowed):
        change_role(malik, nina, role=role)
    with pytest.raises(NotAllowed):
        invite_person(malik, cast.mimosa, address="new@people.example", role=role)


def test_they_neither_replace_nor_revoke_the_invitation_of_an_administrator(cast: Cast, malik: Actor) -> None:
    invitation, _token = invite_person(cast.olive, cast.mimosa, address="new@people.example", role="administrator")
    with pytest.raises(NotAllowed):
        invite_person(malik, cast.mimosa, address="new@people.example", role="external")
    with pytest.raises(NotAllowed):
        revoke_invitation(malik, invitation)
    invitation.refresh_from_db()
    assert invitation.revoked_at is None


def test_they_name_no_user_manager_and_touch_none(cast: Cast, malik: Actor, nina: Membership) -> None:
    with pytest.raises(NotAllowed):
        name_user_manager(malik, nina)
    name_user_manager(cast.olive, nina)
    for deed in (block_member, start_leaving):
        with pytest.raises(NotAllowed):
            deed(malik, nina)
    with pytest.raises(NotAllowed):
        end_user_manager(malik, nina)


def test_they_give_what_they_have_and_nothing_beyond(cast: Cast, malik: Actor, nina: Membership) -> None:
    grant_rights(malik, nina, rights=["drive.use"], instances=[cast.drive])
    for beyond in (
        {"rights": ["drive.manage"], "instances": [cast.drive]},
        {"rights": ["*"], "instances": [cast.drive]},
        {"rights": ["drive.use"], "category": "drive"},
    ):
        with pytest.raises(NotAllowed):
            grant_rights(malik, nina, **beyond)
    assert Grant.objects.get(membership=nina).rights == ["drive.use"]


@pytest.mark.parametrize("whom", ["olive", "adam", "malik"])
def test_they_give_nothing_to_themselves_or_to_those_above(cast: Cast, malik: Actor, whom: str) -> None:
    with pytest.raises(NotAllowed):
        grant_rights(malik, of(cast, whom), rights=["drive.use"], instances=[cast.drive])


def test_what_was_given_beyond_their_reach_they_neither_replace_nor_take(
    cast: Cast, malik: Actor, nina: Membership
) -> None:
    (grant,) = grant_rights(cast.olive, nina, rights=["*"], instances=[cast.drive])
    with pytest.raises(NotAllowed):
        grant_rights(malik, nina, rights=["drive.use"], instances=[cast.drive])
    with pytest.raises(NotAllowed):
        take_rights(malik, grant)
    grant.refresh_from_db()
    assert grant.rights == ["*"]


def test_a_team_beyond_their_reach_is_no_way_to_more(cast: Cast, malik: Actor) -> None:
    team = make_team(cast.olive, cast.mimosa, name="Stage")
    grant_rights(cast.olive, team, rights=["*"], category="drive")
    with pytest.raises(NotAllowed):
        add_to_team(malik, team, members=[of(cast, "malik")])
    with pytest.raises(NotAllowed):
        set_team(malik, team, name="Mine", tint=1, leader=None)
    own = make_team(malik, cast.mimosa, name="Choir", members=[of(cast, "gaia")])
    with pytest.raises(NotAllowed):
        grant_rights(malik, own, rights=["*"], category="drive")
    grant_rights(malik, own, rights=["drive.use"], instances=[cast.drive])
    assert not holds(malik, MANAGE_DETAILS, cast.mimosa)


def test_the_page_still_open_of_somebody_no_longer_user_manager_does_nothing(
    cast: Cast, malik: Actor, nina: Membership
) -> None:
    end_user_manager(cast.adam, of(cast, "malik"))
    with pytest.raises(NotAllowed):
        block_member(malik, nina)
    assert not actor_for_person(cast.people.malik).manages_people
    assert FactRow.objects.filter(kind="tenancy.UserManagerEnded", subject_id=malik.membership_id).count() == 1


def test_another_role_and_a_new_beginning_end_it(cast: Cast, malik: Actor) -> None:
    change_role(cast.olive, of(cast, "malik"), role="external")
    change_role(cast.olive, of(cast, "malik"), role="collaborator")
    assert not of(cast, "malik").manages_people
    name_user_manager(cast.olive, of(cast, "malik"))
    leave_organization(actor_for_person(cast.people.malik), cast.mimosa)
    _invitation, token = invite_person(cast.olive, cast.mimosa, address=cast.people.malik.login, role="collaborator")
    accept_invitation(Actor(cast.people.malik.id, None, None), cast.people.malik, token=token)
    assert not of(cast, "malik").manages_people


@pytest.mark.parametrize("name", ["adam", "olive", "gaia"])
def test_only_a_collaborator_becomes_one(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        name_user_manager(cast.olive, of(cast, name))


@pytest.mark.parametrize("deed", [name_user_manager, end_user_manager])
def test_otto_finds_nobody_and_a_collaborator_may_not(cast: Cast, deed: Callable[..., object]) -> None:
    with pytest.raises(NotFound):
        deed(cast.otto, of(cast, "malik"))
    with pytest.raises(NotAllowed):
        deed(cast.malik, of(cast, "malik"))
    with pytest.raises(DomainError):
        deed(cast.basil, of(cast, "malik"))
