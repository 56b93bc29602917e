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
from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.models import FactRow
from mazot.products.mail.models import Address, Reply, Script
from mazot.products.mail.queries.replying import reply_of
from mazot.products.mail.rules.recipes import DEEDS, FIELDS, HOWS, BadRule, checked_rule, sieve_of
from mazot.products.mail.web.forms import RuleForm
from mazot.wire.sieve import Context, compile_script, evaluate, of_content
from tests.cast import Cast

SignedIn = Callable[..., Client]
RULE = {"field": "subject", "how": "contains", "what": "Opera", "deeds": ["folder", "star"], "folder": "Opera"}
WEEK = [str(day) for day in range(7)]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("what", ["plain", 'with "quotes"', "back\\slash", "a*b", "line\r\nbreak; discard", "é"])
def test_every_rule_is_a_script_that_can_run(field: str, how: str, what: str) -> None:
    for deed in DEEDS:
        rule = RULE | {"field": field, "how": how, "what": what, "deeds": [deed], "folder": 'Box "1"', "stops": True}
        source = sieve_of([rule, rule])
        compile_script(source)
        assert "\n; discard" not in source


def test_rules_file_and_mark_what_they_mean() -> None:
    script = compile_script(sieve_of([RULE | {"stops": True}, RULE | {"folder": "Later"}]))
    letter = of_content(b"From: a@x.example\r\nSubject: Re: opera plans\r\n\r\nx\r\n", "a@x.example", "b@y.example")
    outcome = evaluate(script, letter, Context(now=clock.now()))
    filed = [(deed.mailbox, tuple(deed.flags)) for deed in outcome.deeds]  # type: ignore[union-attr]
    assert filed == [("Opera", ("\\Flagged",))]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"field": "body"}, "field"),
        ({"how": "regex"}, "how"),
        ({"what": "  "}, "what"),
        ({"what": "x" * 201}, "what"),
        ({"deeds": []}, "deeds"),
        ({"deeds": ["discard"]}, "deeds"),
        ({"folder": ""}, "folder"),
        ({"folder": "a//b"}, "folder"),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(BadRule, match=field):
        checked_rule(RULE | wrong)


def test_the_form_offers_what_rules_can_do() -> None:
    assert {key for key, _title in RuleForm.FIELDS} == set(FIELDS)
    assert {key for key, _title in RuleForm.HOWS} == set(HOWS)
    assert {key for key, _title in RuleForm.DEEDS} == set(DEEDS)


def test_rules_are_made_ordered_and_taken_away(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/filters"
    assert "No rule yet" in browser.get(page).content.decode()
    refused = browser.post(f"{page}/new", RULE | {"folder": ""})
    assert (refused.status_code, "Name the folder" in refused.content.decode()) == (422, True)
    for what in ("Opera", "Ballet"):
        assert browser.post(f"{page}/new", RULE | {"what": what})["Location"] == page
    script = Script.objects.get()
    assert (script.is_active, [rule["what"] for rule in script.recipe["rules"]]) == (True, ["Opera", "Ballet"])  # type: ignore[index]
    assert browser.post(f"{page}/1", {"up": "1"})["Location"] == page
    seen = browser.get(page).content.decode()
    assert seen.index("Ballet") < seen.index("“Opera”")
    browser.post(f"{page}/0", {"gone": "1"})
    assert [rule["what"] for rule in Script.objects.get().recipe["rules"]] == ["Opera"]  # type: ignore[index]
    assert browser.post(f"{page}/9").status_code == 404
    browser.post(f"{page}/run", {"name": ""})
    assert not Script.objects.get().is_active


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
