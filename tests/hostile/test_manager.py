# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attacks on the Manager: by a rival, by a page that is too old, by a name, by a letter of another, from inside."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from mazot.foundation.errors import DomainError
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.manager import jobs
from mazot.tenancy.actions.invitations import accept_invitation, invite_person
from mazot.tenancy.actions.members import change_role
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Grant, Invitation, Membership, Organization, Person, Team, TeamMember
from mazot.tenancy.queries.actors import actor_for_person
from tests.cast import person_named

pytestmark = pytest.mark.django_db

ROWS = (Organization, Membership, Team, TeamMember, Grant, Invitation)
INJECTED = "Mimosa\r\nBcc: everybody@victim.example\r\n\r\nWin money"


def everything() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model._default_manager.order_by("id").values()) for model in ROWS}


def membership(organization: Organization, actor: Actor) -> Membership:
    return Membership.objects.get(organization=organization, person_id=actor.person_id)


def manager_addresses() -> Iterator[URLPattern]:
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "app_name", None) == "manager":
            yield from resolver.url_patterns


@pytest.fixture
def ids(mimosa: Organization, olive: Actor, malik: Actor, drive: Any) -> dict[str, Any]:
    """What the addresses of the Manager name, of Mimosa."""
    invitation, _token = invite_person(olive, mimosa, address="nina@people.example", role="collaborator")
    member = membership(mimosa, malik)
    return {
        "membership_id": member.id,
        "team_id": make_team(olive, mimosa, name="Strings").id,
        "grant_id": Grant.objects.filter(membership=member).first().id,  # type: ignore[union-attr]
        "invitation_id": invitation.id,
        "instance_id": drive.id,
        "organization_id": mimosa.id,
    }


def named_with_ids(ids: dict[str, Any]) -> Iterator[str]:
    for pattern in manager_addresses():
        wanted = pattern.pattern.converters
        if wanted:
            yield reverse(
                f"manager:{pattern.name}", kwargs={name: ids.get(name, ids["membership_id"]) for name in wanted}
            )


def test_a_rival_with_every_id_finds_nothing_and_changes_nothing(
    signed_in: Any, otto: Actor, ids: dict[str, Any]
) -> None:
    browser, before = signed_in(otto), everything()
    addresses = list(named_with_ids(ids))
    assert len(addresses) > 10
    for address in addresses:
        for answer in (browser.get(address), browser.post(address, {"role": "administrator", "name": "x", "ok": "on"})):
            assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED), address
            assert "Malik" not in answer.content.decode()
    assert everything() == before


def test_no_form_of_another_site_does_anything(people: Any, olive: Actor, ids: dict[str, Any], settings: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.olive, backend=settings.AUTHENTICATION_BACKENDS[0])
    before = everything()
    for pattern in manager_addresses():
        wanted = {name: ids.get(name, ids["membership_id"]) for name in pattern.pattern.converters}
        address = reverse(f"manager:{pattern.name}", kwargs=wanted)
        assert browser.post(address, {"name": "planted"}).status_code in (
            HTTPStatus.FORBIDDEN,
            HTTPStatus.METHOD_NOT_ALLOWED,
        ), address
    assert everything() == before


def test_a_page_that_is_too_old_does_nothing(
    signed_in: Any, olive: Actor, adam: Actor, malik: Actor, mimosa: Organization
) -> None:
    browser, victim = signed_in(adam), membership(mimosa, malik)
    assert browser.get(reverse("manager:people")).status_code == HTTPStatus.OK
    change_role(olive, membership(mimosa, adam), role="collaborator")
    before = everything()
    for name, said in (("role", {"role": "administrator"}), ("block", {}), ("remove", {})):
        answer = browser.post(reverse(f"manager:{name}", args=[victim.id]), said)
        assert answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND), name
    # The deed itself too, by somebody who was still an administrator when it began.
    with pytest.raises(DomainError):
        change_role(adam, victim, role="administrator")
    assert everything() == before


def letter_of(invitation: Invitation) -> Any:
    mail.outbox.clear()
    for row in FactRow.objects.filter(kind="tenancy.MemberInvited").order_by("id"):
        heard = Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details)
        if str(invitation.id) in str(row.details):
            jobs.send_invitation(heard)
    return mail.outbox


def test_a_name_adds_no_header_to_a_letter(olive: Actor, mimosa: Organization, people: Any) -> None:
    """No screen takes such a name; a row that has one all the same writes one letter, to one person."""
    invitation, _token = invite_person(olive, mimosa, address="nina@people.example", role="collaborator")
    Invitation.objects.filter(id=invitation.id).update(sent_at=None)  # its letter waits for the worker
    Organization.objects.filter(id=mimosa.id).update(name=INJECTED)
    Person.objects.filter(id=people.olive.id).update(given_name=INJECTED)
    sent = letter_of(invitation)
    assert len(sent) == 1
    letter = sent[0].message()
    head = letter.as_bytes().partition(b"\n\n")[0]
    assert letter["To"] == "nina@people.example"
    assert letter["Bcc"] is None
    assert b"\nBcc:" not in head
    assert sent[0].recipients() == ["nina@people.example"]


BAD_NAMES = {
    "header": INJECTED,
    "a mebibyte": "a" * 2**20,
    "bidi override": "Ann\u202egnp.exe",
    "isolate": "Ann\u2066x",
    "nul": "Ann\0",
}


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES)
def test_no_screen_takes_a_name_that_lies(signed_in: Any, olive: Actor, people: Any, name: str) -> None:
    browser, before = signed_in(olive), everything()
    refused = (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST)
    assert browser.post("/manager/organizations/new", {"name": name}).status_code in refused
    browser.post("/account/profile", {"given_name": name, "family_name": "Arnaud", "language": "en"})
    browser.post(reverse("manager:teams"), {"name": name})
    browser.post(reverse("manager:organization"), {"name": name})
    people.olive.refresh_from_db()
    assert people.olive.given_name == "Olive"
    assert everything() == before


@pytest.mark.parametrize("login", ["оlive@people.example", "olive@peоple.example", "ＯＬＩＶＥ@people.example"])
def test_a_login_that_only_looks_like_another_is_no_second_person(people: Any, login: str) -> None:
    """Cyrillic о in the place of o, and letters of full width."""
    said = {"given_name": "Olive", "family_name": "Arnaud", "email": login, "password1": "larch-and-stone-9"}
    before = Person.objects.count()
    Client(REMOTE_ADDR="192.0.2.9").post("/signup", said)
    assert Person.objects.count() == before


def test_a_letter_opens_once_and_not_for_another(olive: Actor, mimosa: Organization, otto: Actor, people: Any) -> None:
    _invitation, token = invite_person(olive, mimosa, address="nina@people.example", role="collaborator")
    with pytest.raises(DomainError):
        accept_invitation(otto, people.otto, token=token)
    assert not Membership.objects.filter(organization=mimosa, person=people.otto).exists()
    nina = person_named("nina")
    accept_invitation(Actor(nina.id, None, None), nina, token=token)
    for person in (nina, people.otto):
        with pytest.raises(DomainError):
            accept_invitation(Actor(person.id, None, None), person, token=token, with_other_address=True)
    with pytest.raises(DomainError):
        accept_invitation(Actor(nina.id, None, None), nina, token=token[:-1] + "x")
    assert Membership.objects.filter(organization=mimosa, person=people.otto).count() == 0


def test_fields_nobody_asked_for_give_nothing(
    signed_in: Any, adam: Actor, mimosa: Organization, rival: Organization
) -> None:
    browser = signed_in(adam)
    planted = {
        "address": "nina@people.example",
        "role": "collaborator",
        "go": "send",
        "language": "en",
        "organization": rival.id,
        "organization_id": rival.id,
        "manages_people": "on",
        "accepted_at": "2026-01-01",
    }
    browser.post(reverse("manager:invite"), planted)
    invitation = Invitation.objects.get()
    assert (invitation.organization, invitation.role, invitation.accepted_at) == (mimosa, "collaborator", None)
    browser.post(
        reverse("manager:invite"), planted | {"address": "otis@people.example", "role": "legal_representative"}
    )
    assert not Invitation.objects.filter(role="legal_representative").exists()


def test_a_user_manager_rises_by_no_way(
    signed_in: Any, olive: Actor, malik: Actor, gaia: Actor, people: Any, mimosa: Organization
) -> None:
    mine, hers = membership(mimosa, malik), membership(mimosa, gaia)
    Membership.objects.filter(id=mine.id).update(manages_people=True)
    browser = signed_in(actor_for_person(people.malik))
    above = [membership(mimosa, olive)]
    before = everything()
    for target in (mine, hers, *above):
        for role in ("administrator", "legal_representative"):
            browser.post(reverse("manager:role", args=[target.id]), {"role": role})
    for target in above:
        for name in ("block", "remove", "user-manager"):
            browser.post(reverse(f"manager:{name}", args=[target.id]), {"on": "1"})
    browser.post(reverse("manager:user-manager", args=[hers.id]), {"on": "1"})
    browser.post(reverse("manager:invite"), {"address": "x@y.example", "role": "administrator", "go": "send"})
    browser.post(reverse("manager:security"), {"two_factor_from": "2030-01-01"})
    browser.post(reverse("manager:organization"), {"name": "Malik's"})
    assert everything() == before
