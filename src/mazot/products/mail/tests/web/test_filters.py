# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filters and automatic replies on their pages, and the rules that people click together."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mazot.exchange.facts.mail import ReplyChanged
from mazot.foundation.errors import NotFound
from mazot.foundation.models import FactRow
from mazot.products.mail.models import Address, Reply, Script
from mazot.products.mail.queries.replying import reply_of
from mazot.products.mail.rules.recipes import DEEDS, FIELDS, HOWS
from mazot.products.mail.tests.furnishing import an_address
from mazot.products.mail.web.views import rules
from tests.cast import Cast

SignedIn = Callable[..., Client]
RULE = {"field": "subject", "how": "contains", "what": "Opera", "deeds": ["folder", "star"], "folder": "Opera"}
WEEK = [str(day) for day in range(7)]


def looked_for() -> list[str]:
    recipe = Script.objects.get().recipe or {}
    return [rule["conditions"][0]["what"] for rule in recipe["rules"]]


def test_the_form_offers_what_rules_can_do() -> None:
    assert (set(rules.FIELDS), set(rules.HOWS), set(rules.DEEDS)) == (set(FIELDS), set(HOWS), set(DEEDS))


def test_rules_are_made_ordered_and_taken_away(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/filters"
    assert "No rule yet" in browser.get(page).content.decode()
    refused = browser.post(f"{page}/new", RULE | {"folder": ""})
    assert (refused.status_code, "Name the folder" in refused.content.decode()) == (422, True)
    for what in ("Opera", "Ballet"):
        assert browser.post(f"{page}/new", RULE | {"what": what})["Location"] == page
    script = Script.objects.get()
    assert (script.is_active, looked_for()) == (True, ["Opera", "Ballet"])
    assert browser.post(f"{page}/1", {"up": "1"})["Location"] == page
    seen = browser.get(page).content.decode()
    assert seen.index("Ballet") < seen.index("“Opera”")
    browser.post(f"{page}/0", {"gone": "1"})
    assert looked_for() == ["Opera"]
    assert browser.post(f"{page}/9").status_code == 404
    browser.post(f"{page}/run", {"name": ""})
    assert not Script.objects.get().is_active


def test_conditions_come_and_go_before_the_rule_is_kept(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/filters"
    more = browser.post(f"{page}/new", RULE | {"more": "1"}).content.decode()
    assert (more.count('name="what"'), "Opera" in more, Script.objects.exists()) == (2, True, False)
    columns = {"field": ["subject", "larger"], "how": ["is", "contains"], "what": ["Opera", "5"]}
    less = browser.post(f"{page}/new", RULE | columns | {"less": "0"}).content.decode()
    assert (less.count('name="what"'), 'value="5"' in less) == (1, True)
    many = browser.post(f"{page}/new", {name: values * 10 for name, values in columns.items()} | {"more": "1"})
    assert many.content.decode().count('name="what"') == 11
    wrong = browser.post(f"{page}/new", RULE | columns | {"what": ["Opera", "big"]})
    assert (wrong.status_code, "from 1 to 200" in wrong.content.decode()) == (422, True)
    assert browser.post(f"{page}/new", RULE | columns | {"any": "1"})["Location"] == page
    assert "is exactly “Opera” or Larger than (MB): 5" in browser.get(page).content.decode()


def test_a_rule_is_changed_rests_and_works_again(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/filters"
    for what in ("Opera", "Ballet"):
        browser.post(f"{page}/new", RULE | {"what": what})
    browser.post(f"{page}/run", {"name": ""})
    assert 'value="Opera"' in browser.get(f"{page}/0/edit").content.decode()
    browser.post(f"{page}/0", {"switch": "1"})
    assert "“Opera”" in browser.get(page).content.decode()
    script = Script.objects.get()
    assert ('"Opera"' in script.source.partition("if ")[2].partition("{")[0], script.is_active) == (False, False)
    browser.post(f"{page}/0/edit", RULE | {"what": "Oper"})
    assert looked_for() == ["Oper", "Ballet"]
    assert [rule["off"] for rule in Script.objects.get().recipe["rules"]] == [True, False]  # type: ignore[index]
    browser.post(f"{page}/0", {"switch": "1"})
    browser.post(f"{page}/0", {"down": "1"})
    assert looked_for() == ["Ballet", "Oper"]
    assert '"Oper"' in Script.objects.get().source
    assert browser.get(f"{page}/2/edit").status_code == 404


def test_copies_go_to_colleagues_alone(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/filters"
    an_address(address.service, "gaia")
    rule = RULE | {"deeds": ["forward"], "to": "nina@away.example"}
    refused = browser.post(f"{page}/new", rule)
    assert (refused.status_code, "is outside" in refused.content.decode()) == (422, True)
    rule["to"] = "gaia@mimosa.example"
    for _number in range(rules.MOST_FORWARDS):
        assert browser.post(f"{page}/new", rule).status_code == 302
    assert browser.post(f"{page}/new", rule).status_code == 422
    assert len(looked_for()) == rules.MOST_FORWARDS


def test_a_script_by_hand_is_kept_when_it_can_run(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, base = signed_in(cast.malik), f"/mail/addresses/{address.id}"
    refused = browser.post(f"{base}/scripts/new", {"name": "mine", "source": "fileinto 3;"})
    assert refused.status_code == 422
    assert not Script.objects.exists()
    assert browser.post(f"{base}/scripts/new", {"name": "mine", "source": "keep;"}).status_code == 302
    assert browser.post(f"{base}/scripts/edit/mine", {"source": "discard;"}).status_code == 302
    assert Script.objects.get().source.strip() == "discard;"
    browser.post(f"{base}/filters/run", {"name": "mine"})
    assert "Runs" in browser.get(f"{base}/filters").content.decode()
    browser.post(f"{base}/filters/run", {"name": ""})
    browser.post(f"{base}/scripts/remove/mine")
    assert not Script.objects.exists()
    # The script of the rules is changed rule by rule: a second hand in it would be lost with the next one.
    browser.post(f"{base}/filters/new", RULE)
    assert browser.get(f"{base}/scripts/edit/Rules").status_code == 404


def test_replies_are_kept_and_one_is_on(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/replies"
    assert "No reply yet" in browser.get(page).content.decode()
    first = timezone.localdate()
    told = {"name": "Holidays", "text": "Back soon.", "starts": first, "ends": first, "weekdays": WEEK}
    assert browser.post(f"{page}/new", told | {"weekdays": []}).status_code == 422
    assert browser.post(f"{page}/new", told | {"ends": first - timedelta(days=3)}).status_code == 422
    assert browser.post(f"{page}/new", told)["Location"] == page
    reply = Reply.objects.get()
    assert reply.ends_at - reply.starts_at == timedelta(days=1)  # its last day counts whole
    assert (reply.weekdays, reply.is_active) == (127, False)
    assert f'value="{first:%Y-%m-%d}"' in browser.get(f"{page}/{reply.id}").content.decode()
    assert browser.post(f"{page}/{reply.id}", told | {"text": "Gone", "weekdays": ["0", "4"]}).status_code == 302
    reply.refresh_from_db()
    assert (reply.text, reply.weekdays) == ("Gone", 17)
    assert "Monday, Friday" in browser.get(page).content.decode()
    browser.post(f"{page}/{reply.id}/switch", {"on": "1"})
    assert Reply.objects.get().is_active
    browser.post(f"{page}/{reply.id}/switch", {"on": "0"})
    browser.post(f"{page}/{reply.id}/remove")
    assert not Reply.objects.exists()
    assert FactRow.objects.filter(kind=f"mail.{ReplyChanged.__name__}").count() == 5
    with pytest.raises(NotFound):
        reply_of(address, reply.id)


def test_only_those_with_the_switches_open_these_pages(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    for page in ("filters", "replies"):
        for who, status in ((cast.gaia, 403), (cast.olive, 403), (cast.otto, 404)):
            assert signed_in(who).get(f"/mail/addresses/{address.id}/{page}").status_code == status


@pytest.mark.parametrize("page", ["filters", "replies"])
def test_these_pages_ask_no_more_for_many(cast: Cast, address: Address, signed_in: SignedIn, page: str) -> None:
    browser, where = signed_in(cast.malik), f"/mail/addresses/{address.id}"
    for number in range(8):
        browser.post(f"{where}/filters/new", RULE | {"what": f"w{number}"})
        browser.post(f"{where}/replies/new", {"name": f"r{number}", "text": "x", "weekdays": WEEK})
    browser.get(f"{where}/{page}")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"{where}/{page}").status_code == 200
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]
