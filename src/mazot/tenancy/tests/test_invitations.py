# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest

from mazot.foundation.clock import Clock
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.tenancy.actions.invitations import accept_invitation, invite_person, revoke_invitation
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Invitation, Membership, Organization, Person, TeamMember
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.invitations import invitation_by_token, invitations_for
from tests.cast import Cast, person_named


def joining(person: Person, token: str, **more: bool) -> Membership:
    return accept_invitation(Actor(person.id, None, None), person, token=token, **more)


def test_who_is_invited_joins_and_creates_no_organization(cast: Cast) -> None:
    _invitation, token = invite_person(cast.adam, cast.mimosa, address=" NINA@people.example ", role="collaborator")
    nina = person_named("nina")
    before = Organization.objects.count()
    joining(nina, token)
    assert Organization.objects.count() == before
    actor = actor_for_person(Person.objects.get(id=nina.id))
    assert (actor.organization_id, actor.role) == (cast.mimosa.id, "collaborator")


def test_a_letter_works_once(cast: Cast) -> None:
    _invitation, token = invite_person(cast.adam, cast.mimosa, address="nina@people.example", role="external")
    joining(person_named("nina"), token)
    with pytest.raises(NotFound):
        joining(cast.people.otto, token, with_other_address=True)


def test_used_expired_revoked_and_invented_letters_all_answer_the_same(cast: Cast, clock: Clock) -> None:
    nina = person_named("nina")
    revoked, token_of_revoked = invite_person(cast.adam, cast.mimosa, address=nina.login, role="external")
    revoke_invitation(cast.adam, revoked)
    _old, token_of_replaced = invite_person(cast.adam, cast.mimosa, address=nina.login, role="external")
    _new, token_of_expired = invite_person(cast.adam, cast.mimosa, address=nina.login, role="external")
    clock.advance(timedelta(days=7, seconds=1))
    answers = set()
    for token in (token_of_revoked, token_of_replaced, token_of_expired, "invented", "", "x" * 100_000):
        with pytest.raises(NotFound) as refusal:
            joining(nina, token)
        answers.add(str(refusal.value))
    assert len(answers) == 1


def test_another_account_accepts_only_by_saying_so(cast: Cast) -> None:
    _invitation, token = invite_person(cast.adam, cast.mimosa, address="nina@elsewhere.example", role="collaborator")
    nina = person_named("nina")
    with pytest.raises(Refused) as refusal:
        joining(nina, token)
    assert refusal.value.reason == "other_address"
    assert joining(nina, token, with_other_address=True).organization_id == cast.mimosa.id


def test_nobody_accepts_for_another_person(cast: Cast) -> None:
    _invitation, token = invite_person(cast.adam, cast.mimosa, address=cast.people.otto.login, role="external")
    with pytest.raises(NotFound):
        accept_invitation(cast.malik, cast.people.otto, token=token)


def test_only_the_digest_of_a_token_is_kept(cast: Cast) -> None:
    invitation, token = invite_person(cast.adam, cast.mimosa, address="nina@people.example", role="external")
    assert token not in str(Invitation.objects.values())
    assert invitation_by_token(token).id == invitation.id


def test_inviting_says_the_same_of_known_and_unknown_addresses(cast: Cast) -> None:
    known, _token = invite_person(cast.adam, cast.mimosa, address=cast.people.otto.login, role="external")
    unknown, _token = invite_person(cast.adam, cast.mimosa, address="nobody@people.example", role="external")
    assert known.role == unknown.role
    with pytest.raises(Conflict):
        invite_person(cast.adam, cast.mimosa, address=cast.people.malik.login, role="external")


@pytest.mark.parametrize(
    "address", ["", "nina", "nina@", "a b@people.example", "a\n@people.example", "x" * 300 + "@y.example"]
)
def test_what_is_no_address_is_refused_by_its_field(cast: Cast, address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        invite_person(cast.adam, cast.mimosa, address=address, role="external")
    assert refusal.value.facts["field"] == "address"


def test_only_a_legal_representative_invites_one_and_the_pending_one_does_not_count(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        invite_person(cast.adam, cast.mimosa, address="nina@people.example", role="legal_representative")
    invite_person(cast.olive, cast.mimosa, address="nina@people.example", role="legal_representative")
    with pytest.raises(Refused):
        start_leaving(cast.olive, Membership.objects.get(person=cast.people.olive))


def test_who_had_left_comes_back_with_nothing_of_then(cast: Cast) -> None:
    malik = Membership.objects.get(person=cast.people.malik)
    make_team(cast.olive, cast.mimosa, name="Strings", members=[malik])
    start_leaving(cast.olive, malik)
    _invitation, token = invite_person(cast.adam, cast.mimosa, address=cast.people.malik.login, role="external")
    again = joining(cast.people.malik, token)
    assert (again.id, again.role, again.removed_at) == (malik.id, "external", None)
    assert not TeamMember.objects.exists()
    assert actor_for_person(cast.people.malik, cast.mimosa).grants == ()


def test_otto_and_members_neither_invite_nor_revoke_nor_see(cast: Cast) -> None:
    invitation, _token = invite_person(cast.adam, cast.mimosa, address="nina@people.example", role="external")
    with pytest.raises(NotFound):
        invite_person(cast.otto, cast.mimosa, address="spy@people.example", role="external")
    with pytest.raises(NotFound):
        revoke_invitation(cast.otto, invitation)
    with pytest.raises(NotAllowed):
        invite_person(cast.malik, cast.mimosa, address="friend@people.example", role="external")
    assert list(invitations_for(cast.adam)) == [invitation]
    assert not invitations_for(cast.otto)
    assert not invitations_for(cast.malik)
