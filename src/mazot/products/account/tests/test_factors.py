# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second step, met by somebody who has the password and guesses the rest."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import get_hasher, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock
from mazot.tenancy.models import LoginEvent, Organization, Person

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"
HEADROOM = 12


@pytest.fixture
def nora(people):
    person = people.malik
    person.password = make_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def secret(nora):
    made = generate_totp_secret()
    TOTP.activate(nora, made)
    return made


def at_second_step(login, address="192.0.2.1"):
    client = Client(REMOTE_ADDR=address)
    answer = client.post("/login", {"login": login, "password": PASSWORD})
    assert answer.headers["Location"] == "/login/second-factor"
    return client


def code_now(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def is_in(client):
    return client.get("/account/profile").status_code == 200


def test_the_right_code_opens_and_is_in_the_history(nora, secret):
    client = at_second_step(nora.login)
    assert not is_in(client)
    client.post("/login/second-factor", {"code": f" {code_now(secret)[:3]} {code_now(secret)[3:]} "})

    assert is_in(client)
    assert LoginEvent.objects.filter(person=nora, reason="totp", succeeded=True).count() == 1


def test_a_code_opens_once(nora, secret):
    code = code_now(secret)
    at_second_step(nora.login).post("/login/second-factor", {"code": code})
    second = at_second_step(nora.login)
    second.post("/login/second-factor", {"code": code})

    assert not is_in(second)


def test_codes_cannot_be_tried_out_one_after_the_other(nora, secret):
    for number in range(8):
        at_second_step(nora.login, f"198.51.100.{number}").post("/login/second-factor", {"code": f"00000{number}"})
    late = at_second_step(nora.login, "198.51.100.99")
    answer = late.post("/login/second-factor", {"code": code_now(secret)})

    assert not is_in(late)
    assert "too many tries" in answer.content.decode()
    assert LoginEvent.objects.filter(person=nora, reason="wrong_code").count() >= 6


def test_the_database_alone_makes_no_codes(nora, secret):
    kept = Authenticator.objects.get(user=nora, type="totp").data

    assert secret not in str(kept)
    assert TOTP(Authenticator.objects.get(user=nora)).validate_code(code_now(secret))


def test_the_last_factor_stays_while_an_organization_asks_for_one(signed_in, malik, nora, secret, mimosa):
    Organization.objects.filter(id=mimosa.id).update(two_factor_from=clock.now())
    client = signed_in(malik)
    client.post("/account/again", {"password": PASSWORD})
    answer = client.post("/account/two-factor/code/off")

    assert "asks for a second factor" in answer.content.decode()
    assert Authenticator.objects.filter(user=nora, type="totp").exists()


def test_what_opens_the_account_is_not_changed_without_the_password(signed_in, malik, nora, secret):
    client = signed_in(malik)
    for page in ("code/off", "passkey", "recovery/new"):
        assert "/account/again" in client.get(f"/account/two-factor/{page}").headers["Location"]


def test_known_and_unknown_names_cost_the_same_hash(nora, monkeypatch):
    worked, hasher = [], type(get_hasher())
    real = hasher.encode, hasher.verify
    monkeypatch.setattr(hasher, "encode", lambda *a, **k: worked.append("hash") or real[0](*a, **k))
    monkeypatch.setattr(hasher, "verify", lambda *a, **k: worked.append("hash") or real[1](*a, **k))
    counts = []
    for login in (nora.login, "nobody@nowhere.example"):
        worked.clear()
        Client().post("/login", {"login": login, "password": "not-the-password"})
        counts.append(len(worked))

    assert counts == [1, 1]


@pytest.mark.parametrize(
    "page",
    ["profile", "appearance", "notices", "two-factor/", "application-passwords", "sessions", "logins", "memberships"],
)
def test_a_page_asks_little_of_the_database(signed_in, malik, page):
    client = signed_in(malik)
    client.get("/account/profile")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(f"/account/{page}").status_code == 200

    assert len(asked) <= HEADROOM, [query["sql"][:120] for query in asked]


def test_a_new_password_by_oneself_is_asked_once_and_ends_the_others(signed_in, malik, nora):
    here, there = signed_in(malik), signed_in(malik)
    here.post("/account/password", {"oldpassword": PASSWORD, "password1": "another-larch-77"})

    assert Person.objects.get(id=nora.id).check_password("another-larch-77")
    assert is_in(here)
    assert not is_in(there)


def test_a_short_password_is_refused_with_the_reason(signed_in, malik, nora):
    answer = signed_in(malik).post("/account/password", {"oldpassword": PASSWORD, "password1": "short"})

    assert "at least 10 characters" in answer.content.decode()
    assert Person.objects.get(id=nora.id).check_password(PASSWORD)
