# SPDX-License-Identifier: AGPL-3.0-or-later
"""What changes the locks is told by letter, whatever the person chose to hear of."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from mazot.foundation.errors import NotFound
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.account.jobs import write_notice, write_security_letter
from mazot.tenancy.actions.second_factors import note_second_factor
from mazot.tenancy.facts import AppPasswordMade, LoginNoticed, PasswordSet, SecondFactorChanged

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"


@pytest.fixture
def me(people):
    people.malik.set_password(PASSWORD)
    people.malik.save(update_fields=["password"])
    return people.malik


@pytest.fixture
def here(signed_in, malik, me):
    client = signed_in(malik)
    client.post("/account/again", {"password": PASSWORD})
    return client


def letter_about(fact, mailoutbox, listener=write_security_letter):
    row = FactRow.objects.filter(kind=fact.kind()).latest("at")
    listener(Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details))
    return mailoutbox[-1]


def test_a_new_password_is_told(here, me, mailoutbox):
    here.post("/account/password", {"oldpassword": PASSWORD, "password1": "another-larch-77"})

    letter = letter_about(PasswordSet, mailoutbox)
    assert (letter.to, letter.subject) == ([me.login], "Your password has changed")
    assert "/login/reset" in letter.body


def test_a_new_application_password_is_told_by_its_name(malik, app_password, mailoutbox):
    app_password(malik, name="Backup at night")

    letter = letter_about(AppPasswordMade, mailoutbox)
    assert "“Backup at night”" in letter.body
    assert "/account/compromised" in letter.body


def test_a_second_factor_is_told_when_it_comes_and_when_it_goes(
    here, me, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = here.get("/account/two-factor/code")
        secret = page.context["form"].secret
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        here.post("/account/two-factor/code", {"code": code})
    assert Authenticator.objects.filter(user=me, type="totp").exists()
    told = set(FactRow.objects.filter(kind=SecondFactorChanged.kind()).values_list("details__what", flat=True))
    assert {"totp_activated"} <= told

    here.post("/account/two-factor/code/off")
    assert "removed from your account" in letter_about(SecondFactorChanged, mailoutbox).body


def test_otto_tells_nothing_of_others(otto, me):
    with pytest.raises(NotFound):
        note_second_factor(otto, me, what="totp_activated")


def log_in(me, address, cookies=None):
    client = Client(REMOTE_ADDR=address)
    for name, value in (cookies or {}).items():
        client.cookies[name] = value.value
    client.post("/login", {"login": me.login, "password": PASSWORD})
    return client


def told_of_places():
    return FactRow.objects.filter(kind=LoginNoticed.kind(), details__is_new_place=True).count()


def test_a_new_place_is_told_without_being_asked_for(me, mailoutbox):
    known = log_in(me, "192.0.2.1")
    assert told_of_places() == 0  # the first time ever is no news
    log_in(me, "192.0.2.1")
    log_in(me, "203.0.113.4", known.cookies)  # another address, in a browser that has been here
    assert told_of_places() == 0
    log_in(me, "198.51.100.7")
    assert told_of_places() == 1
    assert "198.51.100.7" in letter_about(LoginNoticed, mailoutbox, write_notice).body


def test_letters_about_new_places_can_be_turned_off(here, me):
    here.post("/account/notices", {"logins": "on"})
    log_in(me, "192.0.2.1")
    log_in(me, "198.51.100.7")

    assert told_of_places() == 0
