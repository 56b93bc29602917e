# SPDX-License-Identifier: AGPL-3.0-or-later
"""A year in an organization, and what the activity log has of it: one line for each deed, ids and small values only."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from mazot.foundation import clock
from mazot.foundation.facts import Fact
from mazot.foundation.models import FactRow
from mazot.tenancy import facts
from mazot.tenancy.actions.app_passwords import make_app_password, revoke_app_password, revoke_every_app_password
from mazot.tenancy.actions.closing import close_account
from mazot.tenancy.actions.details import set_details
from mazot.tenancy.actions.grants import grant_rights, take_rights
from mazot.tenancy.actions.invitations import accept_invitation, invite_person, revoke_invitation
from mazot.tenancy.actions.leaving import start_leaving, undo_leaving
from mazot.tenancy.actions.members import block_member, change_role, unblock_member
from mazot.tenancy.actions.organizations import create_organization, set_security
from mazot.tenancy.actions.people import register_person, set_password
from mazot.tenancy.actions.products import end_product, open_product
from mazot.tenancy.actions.profile import set_language
from mazot.tenancy.actions.second_factors import replace_second_factor
from mazot.tenancy.actions.teams import add_to_team, make_team, remove_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import Offer, _offers, offer
from mazot.tenancy.models import Membership, Organization, Person
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.rights import Right

SYSTEM = Actor.system(None, because="the operator asked for it")
USE = Right("shed.use", "Use it.")


@pytest.fixture(autouse=True)
def nothing_but_a_shed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kept = dict(_offers)
    _offers.clear()
    offer(Offer("shed", "Shed", (USE,)))
    yield
    _offers.clear()
    _offers.update(kept)


SEEN: set[UUID] = set()


def told() -> list[str]:
    """The kinds of what was told since the last time; the log itself is only added to."""
    rows = list(FactRow.objects.exclude(id__in=SEEN).order_by("id").values_list("id", "kind"))
    SEEN.update(row_id for row_id, _kind in rows)
    return [kind for _id, kind in rows]


def kinds(*expected: type[Fact]) -> list[str]:
    return [fact.kind() for fact in expected]


@dataclass
class Quay:
    nina: Person
    owner: Actor
    organization: Organization


@pytest.fixture
def quay(db: None) -> Quay:
    nina = register_person(SYSTEM, "nina@people.example", given_name="Nina", family_name="Roth", password_hash="!")
    organization = create_organization(Actor(nina.id, None, None), nina, name="Quay")
    told()
    return Quay(nina, actor_for_person(nina), organization)


@pytest.mark.django_db
def test_an_account_and_its_organization_are_told_with_who_made_them() -> None:
    nina = register_person(SYSTEM, "nina@people.example", given_name="Nina", family_name="Roth", password_hash="!")
    assert told() == kinds(facts.PersonRegistered)
    organization = create_organization(Actor(nina.id, None, None), nina, name="Quay")
    row = FactRow.objects.get(kind=facts.OrganizationCreated.kind())
    assert (row.organization_id, row.person_id, row.subject_id) == (organization.id, nina.id, organization.id)
    assert told() == kinds(facts.OrganizationCreated, facts.MemberJoined)


def test_what_a_person_changes_is_told(quay: Quay) -> None:
    owner, nina, organization = quay.owner, quay.nina, quay.organization
    set_details(owner, organization, name="The Quay", tint=4)
    set_security(owner, organization, two_factor_from=clock.now(), allows_account_password_on_dav=False)
    set_language(owner, nina, language="de")
    set_password(owner, nina, password_hash="!!")
    replace_second_factor(owner, nina)
    assert told() == kinds(
        facts.DetailsChanged,
        facts.DetailsChanged,
        facts.ProfileChanged,
        facts.PasswordSet,
        facts.SecondFactorReplaced,
    )


def test_what_happens_to_members_is_told(quay: Quay) -> None:
    owner, organization = quay.owner, quay.organization
    first, _token = invite_person(owner, organization, address="omar@people.example", role="external")
    revoke_invitation(owner, first)
    _second, token = invite_person(owner, organization, address="omar@people.example", role="collaborator")
    omar = register_person(SYSTEM, "omar@people.example", given_name="Omar", family_name="Roth", password_hash="!")
    omars = accept_invitation(Actor(omar.id, None, None), omar, token=token)
    assert told() == kinds(
        facts.MemberInvited,
        facts.InvitationRevoked,
        facts.MemberInvited,
        facts.PersonRegistered,
        facts.MemberJoined,
    )

    change_role(owner, omars, role="external")
    block_member(owner, omars)
    unblock_member(owner, omars)
    undo_leaving(owner, start_leaving(owner, omars))
    assert told() == kinds(
        facts.RoleChanged,
        facts.MemberBlocked,
        facts.MemberUnblocked,
        facts.MemberRemoved,
        facts.MemberRestored,
    )


def test_what_happens_to_products_and_teams_is_told(quay: Quay) -> None:
    owner, organization = quay.owner, quay.organization
    shed = open_product(owner, organization, product="shed")
    team = make_team(owner, organization, name="Strings")
    add_to_team(owner, team, members=[Membership.objects.get()])
    (grant,) = grant_rights(owner, team, rights=[USE], instances=[shed])
    take_rights(owner, grant)
    remove_team(owner, team)
    end_product(owner, shed)
    assert told() == kinds(
        facts.ProductOpened,
        facts.TeamMade,
        facts.TeamChanged,
        facts.RightsGranted,
        facts.RightsTaken,
        facts.TeamRemoved,
        facts.ProductEnded,
    )


def test_what_happens_to_secrets_is_told_without_them(quay: Quay) -> None:
    owner, nina = quay.owner, quay.nina
    omar = register_person(SYSTEM, "omar@people.example", given_name="Omar", family_name="Roth", password_hash="!")
    made, secret = make_app_password(owner, nina, name="Notes", scopes=["shed"])
    assert secret not in str(FactRow.objects.values())
    revoke_app_password(owner, made)
    make_app_password(owner, nina, name="Files", scopes=["shed"])
    revoke_every_app_password(owner, nina)
    revoke_every_app_password(owner, nina)
    close_account(Actor(omar.id, None, None), omar)
    assert told() == kinds(
        facts.PersonRegistered,
        facts.AppPasswordMade,
        facts.AppPasswordRevoked,
        facts.AppPasswordMade,
        facts.AllAppPasswordsRevoked,
        facts.AccountClosed,
    )
