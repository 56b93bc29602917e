# SPDX-License-Identifier: AGPL-3.0-or-later
import re

import pytest
from django.test import Client

from mazot.products.account.web import adapter as room

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"


@pytest.fixture
def sent(monkeypatch):
    """What the letter would say, caught where it leaves the room."""
    told = []
    monkeypatch.setattr(room, "send_letter", lambda address, **letter: told.append((address, letter["text"])))
    return told


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9999", "localhost:1"])
def test_a_reset_letter_leads_to_our_address_whatever_the_asker_calls_us(people, sent, settings, host):
    settings.ALLOWED_HOSTS = ["*"]
    person = people.malik
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])

    Client(REMOTE_ADDR="192.0.2.1").post("/login/reset", {"email": person.login}, headers={"host": host})

    [(_address, text)] = sent
    [link] = re.findall(r"https?://\S+", text)
    assert link.startswith(settings.MAZOT.address + "/login/reset/")
    assert Client().get(link.removeprefix(settings.MAZOT.address)).status_code == 302  # to the form, the key kept


def test_a_reset_link_works_once(people, sent):
    person = people.malik
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    browser = Client(REMOTE_ADDR="192.0.2.2")
    browser.post("/login/reset", {"email": person.login})
    path = re.search(r"/login/reset/\S+", sent[0][1])[0]

    form = browser.get(path)["location"]
    browser.post(form, {"password1": "another-long-sentence"})

    person.refresh_from_db()
    assert person.check_password("another-long-sentence")
    late = Client(REMOTE_ADDR="192.0.2.3")
    again = late.get(path)
    if again.status_code == 302:
        late.post(again["location"], {"password1": "a-third-long-sentence"})
    person.refresh_from_db()
    assert person.check_password("another-long-sentence")


def test_a_page_is_kept_by_no_cache(people):
    assert "no-store" in Client().get("/login")["cache-control"]
