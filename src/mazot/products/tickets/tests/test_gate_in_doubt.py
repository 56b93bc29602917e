# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate where the device and the server do not agree: answers that came too late, and names that are taken."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation import clock
from mazot.foundation.errors import Invalid
from mazot.products.tickets.actions.scanning import Late, redeem, upload_scans
from mazot.products.tickets.models import CheckinList, Device, Price, Scan, Shop
from mazot.products.tickets.queries.gates import figures_of, scanner_at
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_gate_pages import ask
from mazot.products.tickets.tests.test_gate_pages import paired as paired_phone
from mazot.products.tickets.tests.test_gates import late, order, paired, scan, upload
from tests.cast import Cast


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    return an_open_shop(cast)


@pytest.fixture
def scanner(cast: Cast, sold: tuple[Shop, Price]) -> Device:
    return paired(cast, sold[1])


@pytest.fixture
def door(cast: Cast, sold: tuple[Shop, Price], signed_in: Any) -> Client:
    return paired_phone(signed_in(cast.olive), sold[1])


def test_a_door_that_opened_before_the_answer_came_is_in_doubt(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    ticket, _other = order(*sold)
    south = paired(cast, sold[1], name="Door 2")
    assert scan(south, ticket) == "ok"
    impatient = late(ticket, 0)
    said = redeem(scanner_at(scanner), scanner, code=ticket.code, nonce=impatient.nonce)
    assert said.result == "already_used"
    for _repeat in range(2):
        assert upload(scanner, impatient) == ["already_used"]
    doubtful = Scan.objects.get(nonce=impatient.nonce)
    assert (doubtful.is_late, doubtful.let_in, doubtful.conflicts) == (True, True, True)
    assert figures_of(scanner.list).conflicts == 1


def test_who_was_turned_away_before_the_answer_came_is_let_in_next_time(sold: tuple[Shop, Price], scanner: Device):
    ticket, _other = order(*sold)
    impatient = late(ticket, 0, let_in=False)
    assert redeem(scanner_at(scanner), scanner, code=ticket.code, nonce=impatient.nonce).result == "ok"
    upload(scanner, impatient)
    assert figures_of(scanner.list).came == 0
    assert scan(scanner, ticket) == "ok"
    assert figures_of(scanner.list).came == 1


def test_a_told_scan_cannot_be_told_otherwise(sold: tuple[Shop, Price], scanner: Device):
    ticket, _other = order(*sold)
    first = late(ticket, 0)
    assert upload(scanner, first) == ["ok"]
    upload(scanner, Late(first.code, first.at, first.nonce, is_exit=False, let_in=False))
    assert Scan.objects.get().let_in


def test_the_name_of_another_scanners_scan_is_refused(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    ticket, other = order(*sold)
    south, taken = paired(cast, sold[1], name="Door 2"), late(other, 0)
    upload(south, taken)
    with pytest.raises(Invalid):
        redeem(scanner_at(scanner), scanner, code=ticket.code, nonce=taken.nonce)
    with pytest.raises(Invalid):
        upload(scanner, Late(ticket.code, taken.at, taken.nonce, is_exit=False, let_in=True))
    assert Scan.objects.get().device_id == south.id


def test_one_line_without_sense_keeps_no_other_out(door: Client, sold: tuple[Shop, Price]) -> None:
    ticket, _other = order(*sold)
    now, nonce = clock.now().timestamp() * 1000, str(uuid4())
    good = {"code": ticket.code, "at": now, "nonce": nonce, "is_exit": False, "let_in": True}
    bad = [good | {"nonce": 5}, good | {"nonce": str(uuid4()), "code": "\ud800"}, good | {"at": -1}, None]
    told = ask(door, "gate-late", {"sent_at": now, "scans": [*bad, good]})
    assert (told.status_code, told.json()["answers"]) == (200, {nonce: "ok"})
    half = json.dumps({"code": "\ud800", "nonce": str(uuid4())})
    assert door.post(reverse("gate-scan"), half, content_type="application/json").status_code == 400


def test_thousands_of_scans_arrive_in_packets(sold: tuple[Shop, Price], scanner: Device) -> None:
    tickets = order(*sold, 4)
    began = clock.now()
    scans = [Late(tickets[n % 4].code, began, uuid4(), is_exit=False, let_in=n < 4) for n in range(2_000)]
    for start in range(0, len(scans), 500):
        upload_scans(scanner_at(scanner), scanner, scans=scans[start : start + 500], sent_at=began)
    assert Scan.objects.count() == 2_000
    figures = figures_of(CheckinList.objects.get())
    assert (figures.came, figures.refused, figures.conflicts) == (4, 1_996, 0)


def test_a_clock_that_jumps_between_two_uploads_moves_nobody_before_the_pairing(
    sold: tuple[Shop, Price], scanner: Device
) -> None:
    ticket, other = order(*sold)
    now = clock.now()
    early = Late(ticket.code, now - timedelta(days=400), uuid4(), is_exit=False, let_in=True)
    ahead = Late(other.code, now + timedelta(days=400), uuid4(), is_exit=False, let_in=True)
    upload_scans(scanner_at(scanner), scanner, scans=[early, ahead], sent_at=now)
    moments = [one.at for one in Scan.objects.all()]
    assert all(scanner.paired_at <= at <= clock.now() for at in moments)
