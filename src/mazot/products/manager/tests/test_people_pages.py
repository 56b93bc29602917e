# SPDX-License-Identifier: AGPL-3.0-or-later
from http import HTTPStatus

import pytest
from django.core import mail

from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.manager.jobs import send_role_summary
from mazot.tenancy.actions.members import change_role
from mazot.tenancy.models import Membership, Organization
from mazot.tenancy.queries.actors import actor_for_person
from tests.cast import person_named


@pytest.fixture
def browser(signed_in, adam):
    return signed_in(adam)


@pytest.fixture
def malik_there(people):
    return Membership.objects.get(person=people.malik)


def said(browser, address="/manager/people"):
    """What the page says, its toasts with it."""
    return browser.get(address, follow=True).content.decode()


def test_the_table_shows_everybody_in_few_queries(browser, mimosa, django_assert_max_num_queries):
    for number in range(30):
        Membership.objects.create(organization=mimosa, person=person_named(f"player{number}"), role="collaborator")
    with django_assert_max_num_queries(12):
        page = said(browser)
    assert "player29@people.example" in page
    assert "otto@people.example" not in page
    assert "Not set up" in page


def test_the_table_is_narrowed_by_words_and_role(browser):
    page = said(browser, "/manager/people?words=mal+dia&role=collaborator")
    assert "malik@people.example" in page
    assert "olive@people.example" not in page
    assert "Nobody fits" in said(browser, "/manager/people?words=malik&role=external")


def test_who_does_not_manage_is_told_whom_to_ask(signed_in, malik):
    answer = signed_in(malik).get("/manager/people")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "Olive" in answer.content.decode()


def test_a_new_role_works_at_once_and_is_told_by_letter(browser, malik_there, people):
    browser.post(f"/manager/people/{malik_there.id}/role", {"role": "external"})
    assert actor_for_person(people.malik).role == "external"
    row = FactRow.objects.get(kind="tenancy.RoleChanged")
    heard = Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details)
    send_role_summary(heard)
    (letter,) = mail.outbox
    assert letter.to == ["malik@people.example"]
    assert "Collaborator" in letter.body
    assert "External" in letter.body
    assert "Adam Berset changed your role in Mimosa" in letter.body


def test_the_last_legal_representative_stays_and_the_page_says_why(signed_in, olive, people):
    browser = signed_in(olive)
    mine = Membership.objects.get(person=people.olive)
    browser.post(f"/manager/people/{mine.id}/role", {"role": "administrator"})
    assert "always has a legal representative" in said(browser)
    browser.post("/manager/organization/leave")
    mine.refresh_from_db()
    assert (mine.role, mine.removed_at) == ("legal_representative", None)


def test_blocking_and_unblocking(browser, signed_in, malik, malik_there):
    theirs = signed_in(malik)
    assert theirs.get("/drive/recent").status_code == HTTPStatus.OK
    browser.post(f"/manager/people/{malik_there.id}/block")
    assert theirs.get("/drive/recent").status_code == HTTPStatus.FORBIDDEN
    browser.post(f"/manager/people/{malik_there.id}/unblock")
    assert theirs.get("/drive/recent").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"read": "on", "login": "adam@people.example"},
        {"sure": "on"},
        {"login": "malik@people.example", "sure": "on"},
    ],
)
def test_removing_takes_ones_own_login_and_a_tick(browser, malik_there, typed):
    answer = browser.post(f"/manager/people/{malik_there.id}/remove", typed)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    malik_there.refresh_from_db()
    assert malik_there.removed_at is None


def test_the_organization_is_renamed(browser, mimosa):
    browser.post("/manager/organization", {"name": "Mimosa and friends", "tint": "6"})
    mimosa.refresh_from_db()
    assert (mimosa.name, mimosa.tint) == ("Mimosa and friends", 6)


def test_anybody_founds_an_organization_and_goes_there(signed_in, gaia):
    browser = signed_in(gaia)
    assert browser.post("/manager/organizations/new", {"name": " "}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    browser.post("/manager/organizations/new", {"name": "Gaia's garden"})
    founded = Organization.objects.get(name="Gaia's garden")
    assert Membership.objects.get(organization=founded).role == "legal_representative"
    assert "Gaia&#x27;s garden" in said(browser)


def test_leaving_lands_among_ones_memberships(signed_in, malik, malik_there):
    browser = signed_in(malik)
    answer = browser.post("/manager/organization/leave", follow=True)
    assert answer.status_code == HTTPStatus.OK
    malik_there.refresh_from_db()
    assert malik_there.removed_at is not None


def test_a_name_that_tries_to_be_a_script_is_only_a_name(browser, people):
    person = people.malik
    person.given_name = "<script>alert(1)</script>"
    person.save(update_fields=["given_name"])
    assert "<script>alert(1)" not in said(browser)


def test_changing_the_role_of_oneself_sends_no_letter(olive, people):
    adam = Membership.objects.get(person=people.adam)
    change_role(olive, adam, role="legal_representative")
    change_role(actor_for_person(people.adam), adam, role="administrator")
    rows = FactRow.objects.filter(kind="tenancy.RoleChanged").order_by("id")
    for row in rows:
        send_role_summary(Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details))
    assert len(mail.outbox) == 1
