# SPDX-License-Identifier: AGPL-3.0-or-later
"""The course of a removal: begun, carried out, undone, final; what the products do in it is theirs."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.invitations import accept_invitation, invite_person
from mazot.tenancy.actions.leaving import leave_organization, start_leaving, undo_leaving
from mazot.tenancy.actions.leaving_steps import note_wait, purge_step, settle_leaving, take_step, undo_step
from mazot.tenancy.actions.members import change_role
from mazot.tenancy.actions.teams import add_to_team, make_team, remove_team, set_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.jobs import carry_on, carry_on_leavings, finish, finish_leavings
from mazot.tenancy.models import Grant, Leaving, Membership, TeamMember
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.leavings import leaving_for, leavings_for


@pytest.fixture
def malik_there(cast) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=cast.people.malik)


def gone(cast, membership) -> Leaving:
    leaving = start_leaving(cast.olive, membership)
    carry_on(leaving.id)
    leaving.refresh_from_db()
    return leaving


def test_a_removal_closes_the_membership_at_once(cast, malik_there):
    leaving = start_leaving(cast.adam, malik_there)
    malik_there.refresh_from_db()
    assert malik_there.removed_at is not None
    assert (leaving.state, leaving.by_id) == ("going", cast.people.adam.id)
    assert leaving.undo_until - leaving.created_at > timedelta(days=29, hours=23)
    with pytest.raises(NotFound):
        actor_for_person(cast.people.malik, cast.mimosa)
    with pytest.raises(NotFound):
        start_leaving(cast.olive, malik_there)


def test_undoing_brings_back_role_teams_leaderships_and_access(cast, malik_there):
    led = make_team(cast.olive, cast.mimosa, name="Strings", members=[malik_there])
    set_team(cast.olive, led, name="Strings", tint=2, leader=malik_there)
    other = make_team(cast.olive, cast.mimosa, name="Brass", members=[malik_there])
    grants = list(Grant.objects.filter(membership=malik_there).values())
    leaving = gone(cast, malik_there)
    led.refresh_from_db()
    assert (leaving.state, led.leader) == ("gone", None)
    undo_leaving(cast.adam, leaving)
    carry_on(leaving.id)
    leaving.refresh_from_db()
    led.refresh_from_db()
    malik_there.refresh_from_db()
    assert (leaving.state, led.leader_id, malik_there.removed_at) == ("back", malik_there.id, None)
    assert malik_there.role == "collaborator"
    assert set(malik_there.teams.values_list("team_id", flat=True)) == {led.id, other.id}
    assert list(Grant.objects.filter(membership=malik_there).values()) == grants
    with pytest.raises(Conflict):
        undo_leaving(cast.adam, leaving)


def test_a_team_that_found_another_leader_keeps_them(cast, malik_there):
    gaia = Membership.objects.get(organization=cast.mimosa, person=cast.people.gaia)
    led = make_team(cast.olive, cast.mimosa, name="Strings", members=[malik_there])
    set_team(cast.olive, led, name="Strings", tint=2, leader=malik_there)
    lost = make_team(cast.olive, cast.mimosa, name="Brass", members=[malik_there])
    leaving = gone(cast, malik_there)
    led.refresh_from_db()
    set_team(cast.olive, add_to_team(cast.olive, led, members=[gaia]), name="Strings", tint=2, leader=gaia)
    remove_team(cast.olive, lost)
    undo_leaving(cast.olive, leaving)
    led.refresh_from_db()
    assert led.leader_id == gaia.id


def test_after_thirty_days_it_is_final(cast, malik_there):
    make_team(cast.olive, cast.mimosa, name="Strings", members=[malik_there])
    leaving = gone(cast, malik_there)
    assert finish_leavings() == 0
    CLOCK.advance(timedelta(days=30, seconds=1))
    assert finish_leavings() == 1
    finish(leaving.id)
    leaving.refresh_from_db()
    assert leaving.state == "final"
    assert not Grant.objects.filter(membership=malik_there).exists()
    assert not TeamMember.objects.filter(membership=malik_there).exists()
    with pytest.raises(Refused):
        undo_leaving(cast.olive, leaving)
    finish(leaving.id)


def test_nobody_undoes_after_the_last_moment_even_before_the_daily_job(cast, malik_there):
    leaving = gone(cast, malik_there)
    CLOCK.advance(timedelta(days=30, seconds=1))
    with pytest.raises(Refused) as refusal:
        undo_leaving(cast.olive, leaving)
    assert refusal.value.reason == "too_late"


def test_somebody_invited_again_is_not_purged_and_can_be_removed_again(cast, malik_there):
    first = gone(cast, malik_there)
    _invitation, token = invite_person(cast.olive, cast.mimosa, address=cast.people.malik.login, role="collaborator")
    accept_invitation(Actor(cast.people.malik.id, None, None), cast.people.malik, token=token)
    drive = cast.drive
    grant_rights(cast.olive, malik_there, rights=["drive.use"], instances=[drive])
    CLOCK.advance(timedelta(days=31))
    finish(first.id)
    first.refresh_from_db()
    assert first.state == "final"
    assert Grant.objects.filter(membership=malik_there).exists()
    second = gone(cast, malik_there)
    assert (second.state, second.id == first.id) == ("gone", False)


def test_only_a_legal_representative_removes_or_brings_back_another(cast):
    adam_there = Membership.objects.get(organization=cast.mimosa, person=cast.people.adam)
    change_role(cast.olive, adam_there, role="legal_representative")
    leaving = gone(cast, adam_there)
    admin = Membership.objects.get(organization=cast.mimosa, person=cast.people.malik)
    change_role(cast.olive, admin, role="administrator")
    administrator = actor_for_person(cast.people.malik, cast.mimosa)
    mine = Membership.objects.get(organization=cast.mimosa, person=cast.people.olive)
    for deed in (lambda: undo_leaving(administrator, leaving), lambda: start_leaving(administrator, mine)):
        with pytest.raises(NotAllowed) as refusal:
            deed()
        assert refusal.value.reason == "representatives_only"


def test_what_lost_its_worker_is_enqueued_again(cast, malik_there):
    waiting = Leaving.objects.filter(state__in=["going", "coming_back"]).count()
    start_leaving(cast.olive, malik_there)
    assert carry_on_leavings() == waiting + 1


def test_removals_are_seen_by_those_who_manage(cast, malik_there):
    leaving = gone(cast, malik_there)
    assert leaving_for(cast.adam, leaving.id) == leaving
    assert not leavings_for(cast.gaia).exists()
    with pytest.raises(NotFound):
        leaving_for(cast.otto, leaving.id)


def test_otto_and_those_who_do_not_manage_are_kept_out(cast, malik_there):
    leaving = start_leaving(cast.olive, malik_there)
    step = leaving.steps.get(key="drive.traces")
    for deed in (take_step, undo_step, purge_step):
        with pytest.raises(NotFound):
            deed(cast.otto, leaving, step_id=step.id)
        with pytest.raises(NotAllowed):
            deed(cast.gaia, leaving, step_id=step.id)
    with pytest.raises(NotFound):
        note_wait(cast.otto, leaving, step_id=step.id, sentence="")
    for deed in (undo_leaving, settle_leaving):
        with pytest.raises(NotFound):
            deed(cast.otto, leaving)
    with pytest.raises(NotFound):
        start_leaving(cast.otto, malik_there)
    with pytest.raises(NotFound):
        leave_organization(cast.otto, cast.mimosa)
