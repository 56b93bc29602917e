# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest

from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.account.jobs import write_notice
from mazot.tenancy.actions.logins import Door, record_login
from mazot.tenancy.actions.profile import set_notices
from mazot.tenancy.facts import LoginNoticed

pytestmark = pytest.mark.django_db

DOOR = Door("web", "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


def told(person):
    return FactRow.objects.filter(kind=LoginNoticed.kind(), person_id=person.id).order_by("at")


def try_in(person, *, succeeded):
    reason = "password" if succeeded else "wrong_password"
    record_login(person.login, DOOR, reason=reason, person_id=person.id, succeeded=succeeded)


def heard(row):
    return Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details)


def test_nobody_gets_letters_they_did_not_ask_for(people):
    try_in(people.malik, succeeded=True)
    try_in(people.malik, succeeded=False)

    assert not told(people.malik).exists()


def test_each_login_is_told_with_where_when_and_what(malik, people, mailoutbox):
    set_notices(malik, people.malik, logins=True, failures=False)
    try_in(people.malik, succeeded=True)
    try_in(people.malik, succeeded=False)
    write_notice(heard(told(people.malik).get()))

    letter = mailoutbox[-1]
    assert letter.to == [people.malik.login]
    assert "192.0.2.7" in letter.body
    assert "Firefox · Linux" in letter.body
    assert "/account/sessions" in letter.body


def test_a_flood_of_wrong_passwords_is_one_letter_an_hour(malik, people, mailoutbox, clock):
    set_notices(malik, people.malik, logins=False, failures=True)
    for _number in range(5):
        try_in(people.malik, succeeded=False)
    assert told(people.malik).count() == 1
    clock.advance(timedelta(minutes=61))
    try_in(people.malik, succeeded=False)
    assert told(people.malik).count() == 2

    write_notice(heard(told(people.malik).last()))
    assert "failed" in mailoutbox[-1].body


def test_the_letter_is_in_the_language_and_the_time_of_its_reader(malik, people, mailoutbox):
    set_notices(malik, people.malik, logins=True, failures=False)
    person = people.malik
    person.time_zone = "Asia/Tokyo"
    person.save(update_fields=["time_zone"])
    try_in(person, succeeded=True)
    write_notice(heard(told(person).get()))

    assert "JST" in mailoutbox[-1].body or "Asia/Tokyo" in mailoutbox[-1].body


def test_who_left_gets_no_letter(malik, people, mailoutbox):
    set_notices(malik, people.malik, logins=True, failures=False)
    try_in(people.malik, succeeded=True)
    row = told(people.malik).get()
    people.malik.is_active = False
    people.malik.save(update_fields=["is_active"])
    write_notice(heard(row))

    assert mailoutbox == []
