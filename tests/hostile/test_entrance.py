# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attacks on the door by somebody who knows a password, or wants to lead its owner elsewhere."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from mazot.tenancy.models import Person

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"


@pytest.fixture
def malik_at_home(people: object) -> Person:
    person: Person = people.malik  # type: ignore[attr-defined]
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def browser() -> Client:
    return Client(REMOTE_ADDR="192.0.2.7")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_leads_to_no_other_site(malik_at_home: Person, target: str) -> None:
    answer = browser().post("/login", {"login": malik_at_home.login, "password": PASSWORD, "next": target})
    assert answer["location"] == "/"


def test_a_password_alone_opens_nothing_where_a_second_factor_is_on(malik_at_home: Person) -> None:
    TOTP.activate(malik_at_home, generate_totp_secret())
    thief = browser()
    assert thief.post("/login", {"login": malik_at_home.login, "password": PASSWORD})["location"].startswith(
        "/login/second-factor"
    )
    for path in ("/drive/", "/account/", "/manager/"):
        assert thief.get(path)["location"].startswith("/login")


def test_codes_cannot_be_tried_one_after_the_other(malik_at_home: Person) -> None:
    TOTP.activate(malik_at_home, generate_totp_secret())
    thief = browser()
    thief.post("/login", {"login": malik_at_home.login, "password": PASSWORD})
    pages = [thief.post("/login/second-factor", {"code": f"{n:06}"}).content.decode() for n in range(8)]
    assert "too many tries" in pages[-1]


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(malik_at_home: Person) -> None:
    victim = browser()
    victim.cookies["mazot"] = planted = "a" * 32
    victim.post("/login", {"login": malik_at_home.login, "password": PASSWORD})
    assert victim.cookies["mazot"].value != planted
    assert victim.cookies["mazot"]["httponly"]
    assert victim.cookies["mazot"]["samesite"] == "Lax"
    thief = browser()
    thief.cookies["mazot"] = planted
    assert thief.get("/account/")["location"].startswith("/login")


def test_a_name_is_text_wherever_it_is_shown() -> None:
    name = '<script>alert(9)</script>"><img src=x>'
    person = browser()
    made = {"given_name": name, "family_name": "Noir", "email": "evil@noir.example", "password1": PASSWORD}
    assert person.post("/signup", made).status_code == 302
    for path in ("/drive/", "/account/profile", "/account/memberships", "/manager/people"):
        page = person.get(path, follow=True)
        assert page.status_code == 200
        assert "<script>alert(9)" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()
        assert "script-src 'self';" in page["content-security-policy"]
        assert page["x-frame-options"] == "SAMEORIGIN"
