# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page that closes an account, and the letter that opens it again."""

import re
from http import HTTPStatus

import pytest
from django.core import mail

from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.account.jobs import write_closed_letter
from mazot.tenancy.facts import AccountClosed
from mazot.tenancy.models import Leaving, Membership, Person

PASSWORD = "larch-and-stone-9"


@pytest.fixture
def malik_signed_in(signed_in, malik, people):
    people.malik.set_password(PASSWORD)
    people.malik.save(update_fields=["password"])
    return signed_in(malik)


def heard(kind, person):
    row = FactRow.objects.get(kind=kind.kind(), person_id=person.id)
    return Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details)


def test_password_and_tick_close_it_and_the_letter_opens_it_again(malik_signed_in, client, people, malik):
    page = malik_signed_in.get("/account/close").content.decode()
    assert "Mimosa" in page
    answer = malik_signed_in.post("/account/close", {"password": PASSWORD, "sure": "on"})
    assert "Your account is closed" in answer.content.decode()
    person = Person.objects.get(id=people.malik.id)
    assert not person.is_active
    assert malik_signed_in.get("/account/profile")["Location"].startswith("/login")
    write_closed_letter(heard(AccountClosed, person))
    (letter,) = mail.outbox
    assert letter.to == [person.login]
    link = re.search(r"https?://[^/]+(/account/reopen/\S+)", letter.body)[1]
    assert "Open my account again" in client.get(link).content.decode()
    assert not Person.objects.get(id=person.id).is_active
    assert client.post(link)["Location"].startswith("/login")
    assert Person.objects.get(id=person.id).is_active
    assert Leaving.objects.get(membership_id=malik.membership_id).state == "coming_back"
    assert client.post(link).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "told", [{"password": PASSWORD}, {"password": "wrong-and-stone-9", "sure": "on"}, {"sure": "on"}, {}]
)
def test_without_password_and_tick_nothing_is_closed(malik_signed_in, people, told):
    answer = malik_signed_in.post("/account/close", told)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Person.objects.get(id=people.malik.id).is_active
    assert Membership.objects.get(person=people.malik).removed_at is None


def test_the_last_legal_representative_reads_why_not_and_is_refused(signed_in, olive, people):
    people.olive.set_password(PASSWORD)
    people.olive.save(update_fields=["password"])
    browser = signed_in(olive)
    said = "You are the last legal representative of Mimosa."
    assert said in browser.get("/account/close").content.decode()
    answer = browser.post("/account/close", {"password": PASSWORD, "sure": "on"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Person.objects.get(id=people.olive.id).is_active


def test_a_made_up_link_opens_nothing(client, db):
    assert client.get("/account/reopen/made:up:link").status_code == HTTPStatus.NOT_FOUND
