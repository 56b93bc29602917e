# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody guesses a name from the address that its owner uses too; the owner's browser has been here before."""

import pytest
from django.core import signing
from django.test import Client

from mazot.foundation.clock import CLOCK
from mazot.products.account.web.devices import SALT, cookie_name
from mazot.tenancy.models import Pace

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"
SHARED = "198.51.100.9"


@pytest.fixture
def nora(people):
    for person in (people.malik, people.otto):
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return people.malik


def log_in(client, login, password=PASSWORD):
    return client.post("/login", {"login": login, "password": password})


def at(address=SHARED, cookie=""):
    client = Client(REMOTE_ADDR=address)
    if cookie:
        client.cookies[cookie_name()] = cookie
    return client


def cookie_of(login):
    client = at("192.0.2.1")
    assert log_in(client, login).status_code == 302
    return client.cookies[cookie_name()].value


def guess(client, login, times=80):
    CLOCK.freeze(CLOCK.now())  # guesses fade with time, and a busy machine takes long to hash so many
    for number in range(times):
        log_in(client, login, f"guess-{number}")


def test_the_victim_comes_in_beside_the_guesser_from_their_own_browser(nora):
    """Eighty guesses with a slow hash for each that is heard."""
    mine = cookie_of(nora.login)
    guess(at(), nora.login)

    assert log_in(at(), nora.login).status_code == 200  # a browser that was never here waits with the guesser
    assert log_in(at(cookie=mine), nora.login).status_code == 302


def test_the_victim_coming_in_does_not_give_the_guesser_a_fresh_start(nora):
    mine = cookie_of(nora.login)
    guess(at(), nora.login, 12)
    log_in(at(cookie=mine), nora.login)

    assert "too many tries" in log_in(at(), nora.login, "one-more").content.decode()


def test_a_browser_that_knows_one_name_is_a_stranger_to_the_others(nora, people):
    own = cookie_of(people.otto.login)
    guess(at(), nora.login, 12)

    assert log_in(at(cookie=own), nora.login).status_code == 200


def test_a_stolen_cookie_does_not_guess_faster(nora):
    stolen = cookie_of(nora.login)
    thief = at(cookie=stolen)
    guess(thief, nora.login, 12)

    assert "too many tries" in log_in(at("203.0.113.5", stolen), nora.login).content.decode()
    assert log_in(at("203.0.113.5"), nora.login).status_code == 302


@pytest.mark.parametrize(
    "cookie",
    [
        "x",
        "a" * 5000,
        signing.dumps({"device": "d", "names": []}, salt="another"),
        signing.dumps(["no", "mapping"], salt=SALT),
        signing.dumps({"device": "d", "names": 7}, salt=SALT),
    ],
    ids=["short", "long", "of another salt", "a list", "names that are a number"],  # signed now: no two alike
)
def test_a_cookie_made_elsewhere_is_no_cookie(nora, cookie):
    guess(at(), nora.login, 12)

    assert log_in(at(cookie=cookie), nora.login).status_code == 200


def test_the_cookie_names_nobody_and_scripts_do_not_read_it(nora):
    client = at("192.0.2.1")
    log_in(client, nora.login)
    cookie = client.cookies[cookie_name()]

    assert nora.login not in str(signing.loads(cookie.value, salt=SALT))
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_only_coming_in_makes_a_browser_known(nora):
    client = at()
    log_in(client, nora.login, "not-the-password")
    client.get("/login")

    assert cookie_name() not in client.cookies
    assert Pace.objects.exists()
