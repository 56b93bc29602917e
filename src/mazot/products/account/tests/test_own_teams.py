# SPDX-License-Identifier: AGPL-3.0-or-later
from http import HTTPStatus

import pytest

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.actions.teams import leave_team, make_team, set_team
from mazot.tenancy.models import Membership, Team
from mazot.tenancy.queries.own_teams import lost_without, own_team_of, own_teams_of
from tests.cast import member


@pytest.fixture
def in_rival(people, otto, rival):
    return member(rival, people.gaia, "collaborator")


@pytest.fixture
def strings(olive, mimosa, people):
    return make_team(olive, mimosa, name="Strings", members=[Membership.objects.get(person=people.gaia)])


@pytest.fixture
def brass(otto, rival, in_rival):
    team = make_team(otto, rival, name="Brass", members=[in_rival])
    return set_team(otto, team, name="Brass", tint=3, leader=in_rival)


def test_teams_of_every_organization_are_shown_with_their_leaders(signed_in, gaia, strings, brass):
    page = signed_in(gaia).get("/account/teams").content.decode()
    assert page.index("Mimosa</h2>") < page.index("Strings") < page.index("Rival</h2>") < page.index("Brass")
    assert "Nobody leads it" in page
    assert "You lead it" in page


def test_a_team_of_another_organization_is_left_from_here(signed_in, gaia, strings, brass):
    browser = signed_in(gaia)
    assert "The team has no leader then" in browser.get(f"/account/teams/{brass.id}/leave").content.decode()
    assert [place.team_id for place in own_teams_of(gaia)] == [strings.id, brass.id]
    assert browser.post(f"/account/teams/{brass.id}/leave")["Location"] == "/account/teams"
    assert [place.team_id for place in own_teams_of(gaia)] == [strings.id]
    assert Team.objects.get(id=brass.id).leader is None


def test_only_what_came_through_the_team_alone_is_lost(olive, malik, mimosa, drive, people):
    there = Membership.objects.get(person=people.malik)
    team = make_team(olive, mimosa, name="Strings", members=[there])
    grant_rights(olive, team, rights=["drive.use", "drive.manage"], instances=[drive])
    assert lost_without(own_team_of(malik, team.id)) == []  # on the drive one's own grant hides the team's
    there.grants.all().delete()
    assert {name for name, _sentence in lost_without(own_team_of(malik, team.id))} == {drive.name}


def test_a_team_one_is_not_in_is_absent(signed_in, olive, malik, otto, strings):
    for outsider in (malik, otto):
        assert signed_in(outsider).post(f"/account/teams/{strings.id}/leave").status_code == HTTPStatus.NOT_FOUND
        with pytest.raises(NotFound):
            leave_team(outsider, strings)
    with pytest.raises(NotFound):
        leave_team(olive, strings)
    assert strings.members.count() == 1


def test_whoever_is_blocked_in_an_organization_neither_sees_nor_leaves_its_teams(olive, gaia, people, strings):
    block_member(olive, Membership.objects.get(person=people.gaia))
    assert own_teams_of(gaia) == []
    with pytest.raises(NotAllowed):
        leave_team(gaia, strings)
