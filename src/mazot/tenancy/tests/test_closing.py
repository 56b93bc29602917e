# SPDX-License-Identifier: AGPL-3.0-or-later
"""Closing an account is a removal from every organization at once, and can be taken back by its owner alone."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.app_passwords import make_app_password
from mazot.tenancy.actions.closing import close_account, reopen_account
from mazot.tenancy.actions.invitations import accept_invitation, invite_person
from mazot.tenancy.actions.leaving import start_leaving, undo_leaving
from mazot.tenancy.actions.members import block_member, change_role
from mazot.tenancy.actions.teams import make_team, set_team
from mazot.tenancy.facts import AccountReopened
from mazot.tenancy.jobs import carry_on, carry_on_leavings
from mazot.tenancy.models import AppPassword, Leaving, Membership, Person
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.closings import partings_of, person_to_reopen, reopening_token


def of(cast, name, organization=None):
    return Membership.objects.get(organization=organization or cast.mimosa, person=getattr(cast.people, name))


@pytest.fixture
def in_both(cast):
    """Malik is a collaborator in Rival too."""
    _invitation, token = invite_person(
        cast.otto, cast.rival, address=cast.people.malik.login, role="collaborator", language="en"
    )
    accept_invitation(cast.malik, cast.people.malik, token=token)
    return of(cast, "malik", cast.rival)


def close(cast, name="malik", **details):
    person = close_account(getattr(cast, name), getattr(cast.people, name), **details)
    for leaving in Leaving.objects.filter(membership__person=person, state="going"):
        carry_on(leaving.id)
    return person


def test_every_organization_gets_its_own_removal(cast, in_both):
    person = close(cast)
    left = Leaving.objects.filter(membership__person=person).order_by("organization_id")
    assert {leaving.organization_id for leaving in left} == {cast.mimosa.id, cast.rival.id}
    assert {(leaving.state, leaving.by_id) for leaving in left} == {("gone", person.id)}
    told = FactRow.objects.filter(kind="tenancy.MemberRemoved", person_id=person.id)
    assert set(told.values_list("organization_id", flat=True)) == {cast.mimosa.id, cast.rival.id}


def test_one_organization_that_would_be_left_alone_keeps_everything_open(cast, in_both):
    change_role(cast.otto, in_both, role="legal_representative")
    block_member(actor_for_person(cast.people.malik, cast.rival), of(cast, "otto", cast.rival))
    parting = {one.membership.organization_id: one for one in partings_of(cast.malik, cast.people.malik)}
    assert (parting[cast.rival.id].is_last, parting[cast.mimosa.id].is_last) == (True, False)
    with pytest.raises(Refused) as refusal:
        close_account(cast.malik, cast.people.malik)
    assert refusal.value.reason == "last_legal_representative"
    assert not Leaving.objects.filter(membership__person=cast.people.malik).exists()
    assert Person.objects.get(id=cast.people.malik.id).is_active


def test_who_is_blocked_somewhere_may_close_too(cast, in_both):
    block_member(cast.otto, in_both)
    assert close(cast).closed_at is not None
    in_both.refresh_from_db()
    assert in_both.removed_at is not None


def test_opening_again_brings_back_places_and_teams_but_no_secret(cast, in_both):
    led = make_team(cast.olive, cast.mimosa, name="Strings", members=[of(cast, "malik")])
    set_team(cast.olive, led, name="Strings", tint=2, leader=of(cast, "malik"))
    make_app_password(cast.malik, cast.people.malik, name="Notes", scopes=["drive"])
    person = close(cast)
    token = reopening_token(person)
    with pytest.raises(NotFound):
        reopen_account(cast.otto, person, token=token)
    opened = reopen_account(cast.malik, person_to_reopen(token), token=token)
    carry_on_leavings()
    assert (opened.is_active, opened.closed_at) == (True, None)
    assert FactRow.objects.filter(kind=AccountReopened.kind(), person_id=person.id).count() == 1
    assert of(cast, "malik").removed_at is None
    assert of(cast, "malik", cast.rival).removed_at is None
    led.refresh_from_db()
    assert led.leader_id == of(cast, "malik").id
    assert not AppPassword.objects.filter(person=person, revoked_at__isnull=True).exists()
    with pytest.raises(NotFound):
        reopen_account(cast.malik, person, token=token)


def test_a_letter_of_an_earlier_closing_opens_no_later_one(cast):
    token = reopening_token(close(cast))
    reopen_account(cast.malik, person_to_reopen(token), token=token)
    for leaving in Leaving.objects.filter(membership__person=cast.people.malik):
        carry_on(leaving.id)
    CLOCK.advance(timedelta(seconds=1))
    close(cast)
    for stale in (token, token[:-2], "", "a:b:c"):
        with pytest.raises(NotFound):
            person_to_reopen(stale)


def test_after_thirty_days_nothing_opens_again(cast):
    token = reopening_token(close(cast))
    CLOCK.advance(timedelta(days=30, seconds=1))
    with pytest.raises(NotFound):
        person_to_reopen(token)


def test_a_removal_of_before_stays_when_an_account_opens_again(cast, in_both):
    start_leaving(cast.otto, in_both)
    carry_on(Leaving.objects.get(membership=in_both).id)
    CLOCK.advance(timedelta(seconds=1))
    token = reopening_token(close(cast))
    reopen_account(cast.malik, person_to_reopen(token), token=token)
    in_both.refresh_from_db()
    assert in_both.removed_at is not None
    assert of(cast, "malik").removed_at is None


def test_nobody_else_brings_back_whoever_closed_their_account(cast):
    close(cast)
    with pytest.raises(Refused) as refusal:
        undo_leaving(cast.olive, Leaving.objects.get(membership=of(cast, "malik")))
    assert refusal.value.reason == "account_closed"
    with pytest.raises(NotFound):
        partings_of(cast.otto, cast.people.malik)
