# SPDX-License-Identifier: AGPL-3.0-or-later
"""The removal wizard and the list of those who were removed, as a browser without scripts goes through them."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

import pytest
from django.core import mail

from mazot.exchange import registry
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.manager.jobs import hear_leaving, send_leaving_letters
from mazot.tenancy.actions.closing import close_account
from mazot.tenancy.actions.grants import take_rights
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.teams import make_team, set_team
from mazot.tenancy.facts import MemberRemoved, MemberRestored, ReceiverNamed
from mazot.tenancy.jobs import carry_on
from mazot.tenancy.models import Grant, Leaving, Membership


@pytest.fixture
def browser(signed_in, adam):
    return signed_in(adam)


@pytest.fixture
def malik_there(people):
    return Membership.objects.get(person=people.malik)


@pytest.fixture
def files(malik, drive):
    """Two files in Malik's own folder, put there through Drive's own door of demonstration."""
    from importlib import import_module

    from mazot.foundation.blobs import blobs

    top = import_module("mazot.products.drive.actions.drives").open_own_folder(malik, drive).root
    put_file = import_module("mazot.products.drive.actions.files").put_file
    return [put_file(malik, top, name=name, blob=blobs().put(b"1")).entry for name in ("a", "b")]


@pytest.fixture
def key(drive):
    return f"drive.folder:{drive.id.hex}"


def step_of(page):
    return re.search(r'name="step" value="([^"]+)"', page)[1]


def test_the_wizard_goes_from_the_files_to_the_login(browser, files, key, olive, adam, malik_there, people):
    address = f"/manager/people/{malik_there.id}/remove"
    page = browser.get(address).content.decode()
    assert step_of(page) == key
    assert "2 files" in page
    told = {f"fate:{key}": "hand_over", f"receiver:{key}": str(olive.membership_id)}
    page = browser.get(address, {"step": key, "go": "next", **told}).content.decode()
    assert step_of(page) == "review"
    assert "Handed over" in page
    assert "“Olive Arnaud”" in page
    answer = browser.get(address, {"step": "review", "go": "next", **told})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    told["read"] = "on"
    page = browser.get(address, {"step": "review", "go": "next", **told}).content.decode()
    assert step_of(page) == "again"
    page = browser.get(address, {"step": "again", "go": "next", **told}).content.decode()
    assert step_of(page) == "confirm"
    assert f'name="receiver:{key}" value="{olive.membership_id}"' in page
    assert not Leaving.objects.filter(membership=malik_there).exists()
    answer = browser.post(address, {"step": "confirm", "login": "Adam@people.example ", "sure": "on", **told})
    assert answer["Location"] == "/manager/people/removed"
    leaving = Leaving.objects.get(membership=malik_there)
    assert leaving.choices == {key: {"fate": "hand_over", "receiver": str(olive.membership_id)}}
    page = browser.get("/manager/people/removed").content.decode()
    assert "Malik Diallo" in page
    assert re.search(r"Step 0 of [2-9]", page)
    carry_on(leaving.id)
    assert "handed over to Olive Arnaud" in browser.get("/manager/people/removed").content.decode()
    browser.post(f"/manager/people/removed/{leaving.id}/undo")
    malik_there.refresh_from_db()
    assert malik_there.removed_at is None
    carry_on(leaving.id)
    assert "2 of 2 files and folders came back." in browser.get("/manager/people/removed").content.decode()


def test_back_and_change_keep_what_was_decided(browser, files, key, olive, malik_there):
    address = f"/manager/people/{malik_there.id}/remove"
    told = {f"fate:{key}": "delete", "read": "on"}
    page = browser.get(address, {"step": "confirm", "go": "back", **told}).content.decode()
    assert step_of(page) == "again"
    assert f'name="fate:{key}" value="delete"' in page
    page = browser.get(address, {"step": "review", "to": key, **told}).content.decode()
    assert re.search(rf'name="fate:{key}" value="delete" checked', page)


def test_a_receiver_is_found_among_thousands_by_words(browser, files, key, malik_there, people):
    page = browser.get(
        f"/manager/people/{malik_there.id}/remove", {"step": key, "go": "find", "words": "lomb"}
    ).content.decode()
    assert "gaia@people.example" in page
    assert "malik@people.example" in page  # who leaves, in the head of the page alone
    assert page.count('name="receiver:') == 1


def test_a_choice_that_no_longer_works_leads_back_to_its_page(browser, files, key, malik_there, otto):
    told = {f"fate:{key}": "hand_over", f"receiver:{key}": str(otto.membership_id), "read": "on", "sure": "on"}
    answer = browser.post(
        f"/manager/people/{malik_there.id}/remove", {"login": "adam@people.example", "step": "confirm", **told}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert step_of(answer.content.decode()) == key
    malik_there.refresh_from_db()
    assert malik_there.removed_at is None


def test_somebody_without_files_is_not_asked_about_them(browser, malik_there):
    page = browser.get(f"/manager/people/{malik_there.id}/remove").content.decode()
    assert step_of(page) == "review"
    assert "Access ends" in page


def test_a_page_that_is_out_of_date_says_who_was_first(browser, malik_there, olive):
    start_leaving(olive, malik_there)
    told = {"step": "confirm", "read": "on", "login": "adam@people.example", "sure": "on"}
    for answer in (
        browser.post(f"/manager/people/{malik_there.id}/remove", told),
        browser.get(f"/manager/people/{malik_there.id}/remove"),
    ):
        assert answer.status_code == HTTPStatus.CONFLICT
        assert "Olive Arnaud" in answer.content.decode()
    assert Leaving.objects.filter(membership=malik_there).count() == 1


def test_a_legal_representative_is_beyond_an_administrator_and_the_last_one_stays(browser, signed_in, olive, people):
    address = f"/manager/people/{Membership.objects.get(person=people.olive).id}/remove"
    assert "Only a legal representative" in browser.get(address).content.decode()
    assert "Name a second one first." in signed_in(olive).get(address).content.decode()
    browser.post(address, {"read": "on", "sure": "on", "login": "adam@people.example"})
    assert Membership.objects.get(person=people.olive).removed_at is None


def test_teams_are_in_the_review(browser, olive, mimosa, malik_there):
    team = make_team(olive, mimosa, name="Strings & <b>bows</b>", members=[malik_there])
    set_team(olive, team, name=team.name, tint=2, leader=malik_there)
    page = browser.get(f"/manager/people/{malik_there.id}/remove").content.decode()
    assert "Leaves 1 team" in page
    assert "Strings &amp; &lt;b&gt;bows&lt;/b&gt;" in page


def test_letters_go_to_both_in_their_languages(olive, adam, people, malik_there):
    people.malik.language = "fr"
    people.malik.save(update_fields=["language"])
    start_leaving(adam, malik_there)
    fact = FactRow.objects.filter(kind=MemberRemoved.kind()).order_by("at", "id").last()
    send_leaving_letters(Heard(fact.id, fact.kind, fact.organization_id, fact.person_id, fact.via, fact.details))
    assert [letter.to for letter in mail.outbox] == [["malik@people.example"], ["adam@people.example"]]
    assert "Mimosa" in mail.outbox[0].subject
    assert "30 days" in mail.outbox[1].body
    assert "{{" not in "".join(letter.body for letter in mail.outbox)


def test_a_letter_names_the_day_of_its_reader(olive, people, malik_there, clock):
    people.malik.time_zone = "Asia/Tokyo"
    people.malik.save(update_fields=["time_zone"])
    clock.freeze(datetime(2027, 5, 31, 20, tzinfo=UTC))
    start_leaving(olive, malik_there)
    fact = FactRow.objects.filter(kind=MemberRemoved.kind()).order_by("at", "id").last()
    send_leaving_letters(Heard(fact.id, fact.kind, fact.organization_id, fact.person_id, fact.via, fact.details))
    theirs, mine = (letter.body for letter in mail.outbox)
    assert "Since 1 June 2027" in theirs
    assert "on 31 May 2027" in mine


def test_who_closed_their_account_gets_no_letter_that_sends_them_to_others(people, malik, browser):
    close_account(malik, people.malik)
    fact = FactRow.objects.get(kind=MemberRemoved.kind(), person_id=people.malik.id)
    send_leaving_letters(Heard(fact.id, fact.kind, fact.organization_id, fact.person_id, fact.via, fact.details))
    assert mail.outbox == []
    page = browser.get("/manager/people/removed").content.decode()
    assert "The account is closed." in page
    assert "Undo the removal of Malik" not in page


def test_a_worker_hears_of_a_removal_and_of_its_undoing(malik_there, olive, django_capture_on_commit_callbacks):
    listeners = {fact.kind(): listener for fact, listener in registry.product("manager").listeners}
    assert {MemberRemoved.kind(), MemberRestored.kind(), ReceiverNamed.kind()} <= set(listeners)
    leaving = start_leaving(olive, malik_there)
    heard = Heard(UUID(int=1), MemberRemoved.kind(), None, None, "web", {"membership_id": str(malik_there.id)})
    with django_capture_on_commit_callbacks() as enqueued:
        hear_leaving(heard)
    assert len(enqueued) == 1
    assert leaving.state == "going"


def test_whoever_manages_gives_what_waits_to_somebody_else(browser, files, key, olive, adam, people, malik_there):
    gaia = Membership.objects.get(person=people.gaia)
    leaving = start_leaving(olive, malik_there, choices={key: {"fate": "hand_over", "receiver": str(gaia.id)}})
    address = f"/manager/people/removed/{leaving.id}/receiver"
    assert browser.get(address)["Location"] == "/manager/people/removed"  # nothing waits yet
    take_rights(olive, Grant.objects.get(membership=gaia))
    carry_on(leaving.id)
    listed = browser.get("/manager/people/removed").content.decode()
    assert address in listed
    assert "handed over" not in listed
    page = browser.get(address).content.decode()
    assert "Waiting: The files go to another member" in page
    assert 'value="delete"' not in page
    assert "olive@people.example" in browser.get(address, {"words": "arnaud"}).content.decode()
    refused = browser.post(address, {f"fate:{key}": "hand_over", f"receiver:{key}": str(gaia.id)})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    answer = browser.post(address, {f"fate:{key}": "hand_over", f"receiver:{key}": str(olive.membership_id)})
    assert answer["Location"] == "/manager/people/removed"
    assert FactRow.objects.filter(kind=ReceiverNamed.kind()).count() == 1
    carry_on(leaving.id)
    page = browser.get("/manager/people/removed").content.decode()
    assert "handed over to Olive Arnaud" in page
    assert address not in page


def test_otto_finds_nothing(signed_in, otto, malik_there, olive):
    theirs = signed_in(otto)
    assert theirs.get(f"/manager/people/{malik_there.id}/remove").status_code == HTTPStatus.NOT_FOUND
    leaving = start_leaving(olive, malik_there)
    assert theirs.post(f"/manager/people/removed/{leaving.id}/undo").status_code == HTTPStatus.NOT_FOUND
    assert "Malik" not in theirs.get("/manager/people/removed").content.decode()


def test_a_receiver_that_is_no_id_is_nobody(browser, files, key, malik_there):
    told = {f"fate:{key}": "hand_over", f"receiver:{key}": "<nobody>"}
    for go in ("stay", "next"):
        page = browser.get(f"/manager/people/{malik_there.id}/remove", {"step": key, "go": go, **told})
        assert step_of(page.content.decode()) == key
