# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a scanner keeps for when it is alone: all of it once, then only what changed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mazot.foundation.clock import Clock
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.gates import set_list
from mazot.products.tickets.actions.scanning import redeem
from mazot.products.tickets.models import Device, Price, Scan, Shop, Ticket
from mazot.products.tickets.queries.gates import scanner_at
from mazot.products.tickets.queries.lonely import PARTS, salt_of, salted
from mazot.products.tickets.rules.scanning import OK, Passage, Shown, Terms, entitled, standing, verdict
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_gate_pages import ask, paired, scan
from mazot.products.tickets.tests.test_gates import late, order, upload
from tests.cast import Cast

VECTORS = json.loads((Path(__file__).parent / "gate_verdicts.json").read_text())
DATE, ZONE, OTHER = (UUID(int=number) for number in range(3))
EIGHT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def line_of(ways: str) -> list[Passage]:
    return [Passage(EIGHT + timedelta(minutes=n - 60), way == "o") for n, way in enumerate(ways)]


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_a_lonely_scanner_and_the_server_follow_one_set_of_rules(case: dict[str, Any]) -> None:
    """The scanner's own test reads the same file."""
    hour = {
        name: EIGHT + timedelta(seconds=case[name]) if case[name] is not None else None for name in ("opens", "closes")
    }
    terms = Terms(
        DATE, frozenset({str(ZONE)} if case["zones"] else ()), case["mode"], case["admits_unpaid"], *hour.values()
    )
    shown = None
    if case["ticket"] is not None:
        shown = Shown(DATE, ZONE if case["is_in_zone"] else OTHER, case["ticket"], case["is_trial"])
    before = line_of(case["before"])
    assert verdict(terms, shown, before, Passage(EIGHT, case["exit"])) == case["says"]
    assert standing(case["mode"], before) == case["state"]
    if shown is not None:
        timeless = Terms(DATE, terms.zones, terms.mode, terms.admits_unpaid)
        fault = entitled(timeless, shown, EIGHT)
        assert ("" if fault == OK else fault) == case["fault"]


@given(st.sampled_from(["single", "reentry", "multi"]), st.text("io", max_size=8), st.booleans())
def test_where_the_holder_is_says_as_much_as_all_that_happened(mode: str, ways: str, is_exit: bool) -> None:
    terms, shown = Terms(DATE, frozenset(), mode, False), Shown(DATE, ZONE, "valid", False)
    said = verdict(terms, shown, line_of(ways), Passage(EIGHT, is_exit))
    short = {"-": "", "i": "i", "o": "io"}[standing(mode, line_of(ways))]
    assert said == verdict(terms, shown, line_of(short), Passage(EIGHT, is_exit))


class Kept:
    """A scanner's memory, as its page builds it from what it hears."""

    def __init__(self, phone: Client) -> None:
        self.phone, self.mode, self.heard = phone, "", ""
        self.marks = dict.fromkeys(PARTS, "    ")
        self.parts: dict[str, Any] = {}
        self.states: dict[str, str] = {}

    def hear(self) -> dict[str, Any]:
        marks = "".join(self.marks.values()) if self.parts else ""
        asked = {"marks": marks, "mode": self.mode, "since": self.heard}
        news: dict[str, Any] = self.phone.get(reverse("gate-known"), asked).json()
        self.mode, self.heard = news["mode"], news["heard"]
        for letter, (mark, lines) in news["parts"].items():
            self.marks[letter], self.parts[letter] = mark, lines
        self.states = dict(news["through"]) if news["whole"] else self.states | dict(news["through"])
        return news

    def of(self, ticket: Ticket) -> tuple[str, str]:
        code = salted(salt_of(Device.objects.get()), ticket.code)
        [fault] = [line[2] for line in self.parts[code[0]] if line[0] == code]
        return self.states.get(code, "-"), fault


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    return an_open_shop(cast, quantity=400)


@pytest.fixture
def kept(cast: Cast, sold: tuple[Shop, Price], signed_in: Any) -> Kept:
    return Kept(paired(signed_in(cast.olive), sold[1]))


def test_a_scanner_keeps_every_ticket_without_its_code(cast: Cast, sold: tuple[Shop, Price], kept: Kept) -> None:
    first, second = order(*sold)
    [unpaid, _other] = order(*sold, pays=False)
    scan(kept.phone, first.code)
    news = kept.hear()
    assert (len(news["parts"]), news["whole"]) == (64, True)
    assert not [ticket for ticket in (first, second, unpaid) if ticket.code in json.dumps(news)]
    assert [kept.of(ticket) for ticket in (first, second, unpaid)] == [("i", ""), ("-", ""), ("-", "unpaid")]


def test_after_that_it_hears_only_what_changed(cast: Cast, sold: tuple[Shop, Price], kept: Kept, clock: Clock) -> None:
    first, second = order(*sold)
    kept.hear()
    clock.advance(timedelta(minutes=5))
    quiet = kept.hear()
    assert (quiet["parts"], quiet["through"], quiet["whole"]) == ({}, [], False)
    assert len(json.dumps(quiet)) < 250
    scan(kept.phone, first.code)
    assert (kept.hear()["parts"], kept.of(first)) == ({}, ("i", ""))
    cancel_tickets(cast.olive, second.order, tickets=[second.id])
    assert (len(kept.hear()["parts"]), kept.of(second)) == (1, ("-", "void"))
    [third, _other] = order(*sold)
    assert 1 <= len(kept.hear()["parts"]) <= 2
    assert kept.of(third) == ("-", "")


def test_what_is_told_late_or_set_right_is_heard_too(sold: tuple[Shop, Price], kept: Kept, clock: Clock) -> None:
    first, second = order(*sold)
    device = Device.objects.get()
    impatient = late(second, 0, let_in=False)
    redeem(scanner_at(device), device, code=second.code, nonce=impatient.nonce)
    kept.hear()
    assert kept.of(second) == ("i", "")
    clock.advance(timedelta(hours=1))
    kept.hear()
    upload(device, late(first, -50), impatient)
    kept.hear()
    assert [kept.of(ticket)[0] for ticket in (first, second)] == ["i", "-"]


def test_after_a_long_gap_or_another_rule_it_hears_of_all_who_came(
    cast: Cast, sold: tuple[Shop, Price], kept: Kept, clock: Clock
) -> None:
    ticket, _other = order(*sold)
    scan(kept.phone, ticket.code)
    kept.hear()
    set_list(cast.olive, Device.objects.get().list, mode="reentry")
    assert kept.hear()["whole"]
    assert not kept.hear()["whole"]
    clock.advance(timedelta(days=2))
    assert kept.hear()["whole"]
    kept.heard = kept.heard + 10**9  # a moment to come is nobody's
    assert kept.hear()["whole"]
    assert kept.of(ticket)[0] == "i"


@pytest.mark.parametrize(
    "asked", ["marks=x&since=soon", "marks=" + "é" * 256, "since=1e400", "since=-1&mode=" + "x" * 900]
)
def test_marks_of_nobody_get_everything(sold: tuple[Shop, Price], kept: Kept, asked: str) -> None:
    news = kept.phone.get(reverse("gate-known") + "?" + asked).json()
    assert (len(news["parts"]), news["whole"]) == (64, True)


def test_three_hundred_scans_told_at_once_are_all_kept(sold: tuple[Shop, Price], kept: Kept) -> None:
    tickets = [ticket for _order in range(15) for ticket in order(*sold, count=10)]
    device = Device.objects.get()
    scans = [late(ticket, -n % 7) for n, ticket in enumerate([*tickets, *tickets])]
    for _repeat in range(2):
        assert sorted(set(upload(device, *scans))) == ["already_used", "ok"]
    assert Scan.objects.count() == 300
    assert Scan.objects.filter(conflicts=True).count() == 150
    assert kept.hear()["whole"]
    assert {kept.of(ticket)[0] for ticket in tickets} == {"i"}
    for body in ({"sent_at": 1, "scans": [{"nonce": str(one.nonce)} for one in scans]},):
        assert len(ask(kept.phone, "gate-late", body).json()["unreadable"]) == 300
