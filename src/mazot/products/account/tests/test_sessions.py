# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions import sessions
from mazot.tenancy.facts import SessionsEnded

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 Chrome/140.0 Safari/537.36"


@pytest.fixture
def me(people):
    people.malik.set_password(PASSWORD)
    people.malik.save(update_fields=["password"])
    return people.malik


def browser(login, program, address="192.0.2.1"):
    client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=program)
    client.post("/login", {"login": login, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/account/profile").status_code == 200


def test_each_browser_is_told_in_words_and_this_one_marked(me):
    browser(me.login, PHONE)
    page = browser(me.login, DESK).get("/account/sessions").content.decode()

    assert "Safari · iPhone" in page
    assert "Chrome · Windows" in page
    assert page.count("This one") == 1


def test_one_session_or_all_others_end_at_once(me):
    phone, desk, third = browser(me.login, PHONE), browser(me.login, DESK), browser(me.login, "Lynx/2.9")
    first = UserSession.objects.get(user_agent=PHONE)
    desk.post(f"/account/sessions/{first.id}/end")
    assert (is_in(phone), is_in(desk), is_in(third)) == (False, True, True)
    desk.post("/account/sessions/end")
    assert (is_in(desk), is_in(third)) == (True, False)
    assert FactRow.objects.filter(kind=SessionsEnded.kind()).count() == 2


def test_otto_ends_nobodys_session(me, otto, signed_in):
    phone = browser(me.login, PHONE)
    session = UserSession.objects.get(user=me)

    assert signed_in(otto).post(f"/account/sessions/{session.id}/end").status_code == 404
    for deed in (
        lambda: sessions.end_session(otto, me, session_id=session.id),
        lambda: sessions.end_other_sessions(otto, me),
    ):
        with pytest.raises(NotFound):
            deed()
    assert is_in(phone)


def test_last_seen_is_written_now_and_then_and_otherwise_costs_nothing(me, monkeypatch):
    client = browser(me.login, DESK)
    UserSession.objects.update(last_seen_at=clock.now() - timedelta(hours=5))
    monkeypatch.setattr(sessions, "_noted", type(sessions._noted)())
    client.get("/account/profile")
    assert UserSession.objects.get().last_seen_at > clock.now() - timedelta(minutes=1)

    with CaptureQueriesContext(connection) as asked:
        client.get("/account/profile")
    assert not [query for query in asked if "usersession" in query["sql"].lower()]
