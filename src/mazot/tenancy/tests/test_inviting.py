# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest

from mazot.foundation.clock import Clock
from mazot.foundation.errors import Invalid, NotAllowed, NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.alerts import send_security_alert
from mazot.tenancy.actions.invitations import (
    accept_invitation,
    decline_invitation,
    invite_people,
    invite_person,
    renew_invitation,
    revoke_invitation,
)
from mazot.tenancy.actions.letters import begin_letter, note_letter
from mazot.tenancy.actions.products import end_product
from mazot.tenancy.actions.teams import make_team, remove_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Grant, Invitation, Membership, TeamMember
from mazot.tenancy.queries.invitations import every_invitation_for, invitation_by_token, state_of
from mazot.tenancy.rules.invitees import Invitee, read_table
from tests.cast import Cast, person_named

STRANGER = Actor(None, None, None)


def people_named(*names: str) -> list[Invitee]:
    return [Invitee(line, f"{name}@people.example") for line, name in enumerate(names, 1)]


def post(cast: Cast, invitation: Invitation) -> str:
    """Write the letter of an invitation as the worker does, and answer its token."""
    begun = begin_letter(Actor.system(cast.mimosa.id, because="a test writes a letter"), invitation)
    assert begun is not None
    note_letter(Actor.system(cast.mimosa.id, because="a test sent a letter"), begun[0])
    return begun[1]


def joining(name: str, token: str) -> Membership:
    person = person_named(name)
    return accept_invitation(Actor(person.id, None, None), person, token=token)


def test_a_list_is_invited_with_access_teams_and_notices_and_joining_gives_them(cast: Cast) -> None:
    team = make_team(cast.olive, cast.mimosa, name="Strings")
    access = [{"product": "drive", "instance": str(cast.drive.id), "rights": ["drive.use"]}]
    access.append({"product": "drive", "instance": None, "rights": ["*"]})
    made = invite_people(
        cast.adam,
        cast.mimosa,
        people=people_named("nina", "omar"),
        role="collaborator",
        access=access,
        teams=[team],
        notices={"billing": True, "products": False},
        language="fr",
    )
    member = joining("nina", post(cast, made[0]))
    granted = set(Grant.objects.filter(membership=member).values_list("instance_id", flat=True))
    assert granted == {cast.drive.id, None}
    assert TeamMember.objects.filter(team=team, membership=member).exists()
    assert (member.notices, made[1].language) == ({"billing": True, "products": False}, "fr")


def test_what_vanished_is_left_out_and_only_the_log_knows(cast: Cast) -> None:
    team = make_team(cast.olive, cast.mimosa, name="Strings")
    access = [{"product": "drive", "instance": str(cast.drive.id), "rights": ["drive.use"]}]
    (made,) = invite_people(
        cast.adam, cast.mimosa, people=people_named("nina"), role="external", access=access, teams=[team]
    )
    token = post(cast, made)
    end_product(cast.olive, cast.drive)
    remove_team(cast.olive, team)
    member = joining("nina", token)
    assert not Grant.objects.filter(membership=member).exists()
    assert FactRow.objects.get(kind="tenancy.MemberJoined", subject_id=member.id).details["left_out"] == [
        str(cast.drive.id)
    ]


def test_one_bad_line_invites_nobody(cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        invite_people(cast.adam, cast.mimosa, people=people_named("nina", "malik"), role="external")
    assert [(fault.line, fault.found) for fault in refusal.value.facts["lines"]] == [(2, "malik@people.example")]
    assert not Invitation.objects.exists()


def test_five_thousand_lines_with_forty_faults_are_reported_line_by_line_and_then_all_go(cast: Cast) -> None:
    lines = ["address,role"] + [f"p{number}@people.example,collaborator" for number in range(5000)]
    bad = range(100, 4100, 100)
    spoilt = lines.copy()
    for line in bad:
        spoilt[line] = (
            "=cmd()@x.example,collaborator",
            "no address,external",
            "malik@people.example,",
            "q@q.example,king",
        )[line // 100 % 4]
        if "q@q" in spoilt[line]:
            spoilt[line] = f"q{line}@q.example,king"
    spoilt[300:301] = ["malik@people.example,"]
    people, faults = read_table("\r\n".join(spoilt))
    found = {fault.line for fault in faults}
    with pytest.raises(Invalid) as refusal:
        invite_people(cast.adam, cast.mimosa, people=people, role="external")
    found |= {fault.line for fault in refusal.value.facts["lines"]}
    assert found == {line + 1 for line in bad}
    assert not Invitation.objects.exists()
    people, faults = read_table("\r\n".join(lines))
    assert not faults
    assert len(invite_people(cast.adam, cast.mimosa, people=people, role="external")) == 5000


def test_what_everybody_is_given_is_looked_up_once_however_many_they_are(
    cast: Cast, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    names = [f"p{number}" for number in range(200)]
    access = [{"product": "drive", "instance": str(cast.drive.id), "rights": ["drive.use"]}]
    with django_assert_max_num_queries(40 + 2 * len(names)):  # two for the fact of each
        made = invite_people(cast.adam, cast.mimosa, people=people_named(*names), role="external", access=access)
    assert all(one.access == access for one in made)


def test_sending_again_ends_the_first_link_at_once(cast: Cast, clock: Clock) -> None:
    (made,) = invite_people(cast.adam, cast.mimosa, people=people_named("nina"), role="external")
    first = post(cast, made)
    clock.advance(timedelta(days=8))
    renew_invitation(cast.adam, made)
    with pytest.raises(NotFound):
        invitation_by_token(first)
    second = post(cast, made)
    assert invitation_by_token(second).letters == 2
    assert joining("nina", second).role == "external"


def test_a_letter_is_written_once_and_not_after_the_end(cast: Cast) -> None:
    system = Actor.system(cast.mimosa.id, because="a test")
    one, other = invite_people(cast.adam, cast.mimosa, people=people_named("nina", "omar"), role="external")
    post(cast, one)
    assert begin_letter(system, one) is None
    revoke_invitation(cast.adam, other)
    assert begin_letter(system, other) is None


def test_a_crash_between_writing_and_noting_sends_another_letter_and_one_link_works(cast: Cast) -> None:
    system = Actor.system(cast.mimosa.id, because="a test")
    (made,) = invite_people(cast.adam, cast.mimosa, people=people_named("nina"), role="external")
    lost = begin_letter(system, made)
    sent = post(cast, made)
    with pytest.raises(NotFound):
        invitation_by_token(lost[1])
    assert invitation_by_token(sent).id == made.id


def test_states_follow_what_happened(cast: Cast, clock: Clock) -> None:
    names = ("nina", "omar", "pia", "quin", "rosa")
    made = invite_people(cast.adam, cast.mimosa, people=people_named(*names), role="external")
    joining("nina", post(cast, made[0]))
    token = post(cast, made[1])
    decline_invitation(STRANGER, made[1], token=token)
    revoke_invitation(cast.adam, made[2])
    clock.advance(timedelta(days=7, seconds=1))
    renew_invitation(cast.adam, made[4])
    states = {one.address.split("@")[0]: state_of(one) for one in every_invitation_for(cast.adam)}
    assert states == dict(zip(names, ("accepted", "declined", "revoked", "expired", "pending"), strict=True))
    for state in states.values():
        assert [state_of(one) for one in every_invitation_for(cast.adam, state=state)] == [state]


def test_declining_takes_the_letters_own_token_and_ends_it(cast: Cast) -> None:
    one, other = invite_people(cast.adam, cast.mimosa, people=people_named("nina", "omar"), role="external")
    token, theirs = post(cast, one), post(cast, other)
    for wrong in ("invented", theirs):
        with pytest.raises(NotFound):
            decline_invitation(cast.otto, one, token=wrong)
    decline_invitation(STRANGER, one, token=token)
    with pytest.raises(NotFound):
        joining("nina", token)


@pytest.mark.parametrize(
    "access",
    [
        {"product": "ghosts", "instance": None, "rights": ["*"]},
        {"product": "drive", "instance": None, "rights": []},
        {"product": "drive", "instance": None, "rights": ["drive.fly"]},
    ],
)
def test_access_that_does_not_exist_is_refused(cast: Cast, access: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        invite_people(cast.adam, cast.mimosa, people=people_named("nina"), role="external", access=[access])


def test_a_product_or_team_of_another_organization_is_absent(cast: Cast) -> None:
    theirs = [{"product": "drive", "instance": str(cast.rival_drive.id), "rights": ["*"]}]
    with pytest.raises(NotFound):
        invite_people(cast.adam, cast.mimosa, people=people_named("nina"), role="external", access=theirs)
    team = make_team(cast.otto, cast.rival, name="Spies")
    with pytest.raises(NotFound):
        invite_people(cast.adam, cast.mimosa, people=people_named("nina"), role="external", teams=[team])


def test_a_user_manager_invites_into_no_more_than_they_have(cast: Cast) -> None:
    membership = Membership.objects.get(person=cast.people.malik)
    Membership.objects.filter(id=membership.id).update(manages_people=True)
    malik = replace(cast.malik, manages_people=True)
    named, everything = people_named("nina"), [{"product": "drive", "instance": None, "rights": ["*"]}]
    with pytest.raises(NotAllowed):
        invite_people(malik, cast.mimosa, people=named, role="collaborator", access=everything)
    with pytest.raises(Invalid):
        invite_people(malik, cast.mimosa, people=named, role="administrator")
    team = make_team(cast.olive, cast.mimosa, name="Strings")
    Grant.objects.create(organization=cast.mimosa, team=team, product="drive", rights=["*"])
    for more in ({"teams": [team]}, {}):
        listed = named if more else [replace(named[0], teams=("strings",))]
        with pytest.raises(NotAllowed):
            invite_people(malik, cast.mimosa, people=listed, role="external", **more)
    assert not Invitation.objects.exists()


def test_a_security_alert_goes_to_those_without_two_factor(cast: Cast) -> None:
    everybody = list(Membership.objects.filter(organization=cast.mimosa))
    assert send_security_alert(cast.adam, cast.mimosa, members=everybody) == 4  # Basil has left
    theirs = list(Membership.objects.filter(organization=cast.rival))
    with pytest.raises(Invalid):
        send_security_alert(cast.adam, cast.mimosa, members=theirs)


def test_otto_and_members_do_none_of_it(cast: Cast) -> None:
    (made,) = invite_people(cast.adam, cast.mimosa, people=people_named("nina"), role="external")
    everybody = list(Membership.objects.filter(organization=cast.mimosa))
    deeds = (
        lambda actor: invite_people(actor, cast.mimosa, people=people_named("spy"), role="external"),
        lambda actor: renew_invitation(actor, made),
        lambda actor: begin_letter(actor, made),
        lambda actor: note_letter(actor, made),
        lambda actor: send_security_alert(actor, cast.mimosa, members=everybody),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed(cast.otto)
        with pytest.raises(NotAllowed):
            deed(cast.malik)
    assert not every_invitation_for(cast.otto).exists()
    assert not every_invitation_for(cast.malik).exists()


def test_an_invitation_of_one_person_hands_its_token_over_and_sends_no_letter(cast: Cast) -> None:
    made, token = invite_person(cast.adam, cast.mimosa, address="nina@people.example", role="external")
    assert begin_letter(Actor.system(cast.mimosa.id, because="a test"), made) is None
    assert joining("nina", token).role == "external"
