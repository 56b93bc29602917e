# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate by its doors: a device is paired with a code, scans, tells what it decided alone, and is ended."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation import clock
from mazot.foundation.clock import Clock
from mazot.products.tickets.actions.gates import open_gate, revoke_device
from mazot.products.tickets.models import CheckinList, Device, Price, Scan, Shop
from mazot.products.tickets.rights import CONTROL, SALES, TECHNICAL
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_gates import order
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.models import Membership
from tests.cast import Cast


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    return an_open_shop(cast)


@pytest.fixture
def door(cast: Cast, sold: tuple[Shop, Price], signed_in: Any) -> Client:
    """A phone that came in with the code of the back office."""
    return paired(signed_in(cast.olive), sold[1])


def paired(office: Client, price: Price, name: str = "Door 1") -> Client:
    address = reverse("tickets:gate-pair", args=[price.zone.performance_id])
    shown = office.post(address, {"name": name, "gate": "North"}, follow=True).content.decode()
    code = re.search(r'gate-code__code">([^<]+)<', shown)[1]
    phone = Client()
    answer = phone.post(reverse("gate-pair"), {"code": code.upper().replace("-", " ")})
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    return phone


def ask(phone: Client, name: str, body: Any, **headers: Any) -> Any:
    return phone.post(reverse(name), json.dumps(body), content_type="application/json", **headers)


def scan(phone: Client, code: str, nonce: str = "") -> dict[str, Any]:
    return ask(phone, "gate-scan", {"code": code, "nonce": nonce or str(uuid4()), "is_exit": False}).json()


def test_a_paired_phone_scans_and_is_told_what_to_say(door: Client, sold: tuple[Shop, Price]) -> None:
    ticket, _other = order(*sold)
    assert "mazot-scanner" in door.get(reverse("gate")).content.decode()
    first = scan(door, ticket.code.upper())
    assert (first["result"], first["tone"], first["sentence"], first["place"]) == ("ok", "ok", "Welcome.", "Hall")
    again = scan(door, ticket.code)
    assert (again["tone"], "North · Door 1" in again["more"]) == ("again", True)
    assert scan(door, "nothing of ours")["result"] == "unknown"


def test_the_cookie_of_a_scanner_is_for_the_gate_alone(door: Client) -> None:
    cookie = door.cookies["mazot_gate"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/gate/", True, "Strict")


def test_a_stranger_is_asked_for_a_code_and_scans_nothing(sold: tuple[Shop, Price]) -> None:
    stranger = Client()
    assert "Let people in with this device" in stranger.get(reverse("gate")).content.decode()
    for name in ("gate-scan", "gate-late"):
        assert ask(stranger, name, {}).status_code == 403
    assert stranger.get(reverse("gate-known")).status_code == 403
    refused = stranger.post(reverse("gate-pair"), {"code": "abcd-efgh"})
    assert (refused.status_code, "No scanner waits for this code" in refused.content.decode()) == (422, True)


def test_codes_cannot_be_tried_out(sold: tuple[Shop, Price]) -> None:
    stranger = Client()
    answers = [stranger.post(reverse("gate-pair"), {"code": f"abcd-ef{n:02}"}).status_code for n in range(31)]
    assert answers[-1] == 429


def test_an_ended_scanner_is_told_so(cast: Cast, door: Client, sold: tuple[Shop, Price]) -> None:
    ticket, _other = order(*sold)
    revoke_device(cast.olive, Device.objects.get())
    answer = ask(door, "gate-scan", {"code": ticket.code, "nonce": str(uuid4()), "is_exit": False})
    assert (answer.status_code, answer.json()["error"]) == (403, "ended")
    assert "Let people in with this device" in door.get(reverse("gate")).content.decode()


def test_an_ended_scanner_tells_the_rest_for_a_week(
    cast: Cast, door: Client, sold: tuple[Shop, Price], clock: Clock
) -> None:
    first, second = order(*sold)
    revoke_device(cast.olive, Device.objects.get())
    for days, ticket, status in ((0, first, 200), (8, second, 403)):
        clock.advance(timedelta(days=days))
        now = clock.now().timestamp() * 1000
        late = {"code": ticket.code, "at": now, "nonce": str(uuid4()), "is_exit": False, "let_in": True}
        answer = ask(door, "gate-late", {"sent_at": now, "scans": [late]})
        assert answer.status_code == status
        assert ("data-late" in door.get(reverse("gate")).content.decode()) == (status == 200)
    assert Scan.objects.get().conflicts


def test_the_code_page_makes_one_scanner_however_often_it_is_loaded(
    cast: Cast, sold: tuple[Shop, Price], signed_in: Any
) -> None:
    office = signed_in(cast.olive)
    address = reverse("tickets:gate-pair", args=[sold[1].zone.performance_id])
    where = office.post(address, {"name": "Door 1", "gate": ""})["Location"]
    shown = [re.search(r'gate-code__code">([^<]+)<', office.get(where).content.decode())[1] for _load in range(2)]
    assert shown[0] == shown[1]
    assert Device.objects.count() == 1
    assert Client().post(reverse("gate-pair"), {"code": shown[0]}).status_code == 302
    after = office.get(where).content.decode()
    assert "This scanner stands at its gate." in after
    assert shown[0] not in after
    assert signed_in(cast.otto).get(where).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '{"code": 5, "nonce": "x"}',
        '{"code": "a", "nonce": "not one"}',
        '{"code": "a", "nonce": "00000000-0000-0000-0000-000000000000", "is_exit": "yes"}',
        "[" * 100_000,
        '{"sent_at": 1e400, "scans": []}',
        '{"sent_at": true, "scans": []}',
        '{"sent_at": 1, "scans": {"a": 1}}',
    ],
)
@pytest.mark.parametrize("name", ["gate-scan", "gate-late"])
def test_what_cannot_be_read_is_refused(door: Client, name: str, body: str) -> None:
    answer = door.post(reverse(name), body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "unreadable")
    assert not Scan.objects.exists()


def test_a_form_of_another_site_scans_nothing(door: Client, sold: tuple[Shop, Price]) -> None:
    ticket, _other = order(*sold)
    body = json.dumps({"code": ticket.code, "nonce": str(uuid4())})
    assert door.post(reverse("gate-scan"), body, content_type="text/plain").status_code == 400
    assert not Scan.objects.exists()


def test_late_scans_are_taken_line_by_line(door: Client, sold: tuple[Shop, Price]) -> None:
    ticket, _other = order(*sold)
    now, nonce = clock.now().timestamp() * 1000, str(uuid4())
    good = {"code": ticket.code, "at": now, "nonce": nonce, "is_exit": False, "let_in": True}
    bad = [good | {"nonce": "no"}, good | {"at": "yesterday"}, {}, "x"]
    told = ask(door, "gate-late", {"sent_at": now, "scans": [good, *bad]}).json()
    assert told["answers"] == {nonce: "ok"}
    assert len(told["unreadable"]) == 4
    assert Scan.objects.get().is_late
    many = ask(door, "gate-late", {"sent_at": now, "scans": [good] * 501})
    assert many.status_code == 422


def test_the_page_is_an_application_of_its_own(door: Client) -> None:
    manifest = door.get(reverse("gate-manifest"))
    assert json.loads(manifest.content)["start_url"] == "/gate/"
    assert door.get(reverse("gate-worker"))["Content-Type"] == "text/javascript"


def test_an_open_list_asks_for_its_figures_alone(door: Client, sold: tuple[Shop, Price], cast: Cast, signed_in: Any):
    office, ticket = signed_in(cast.olive), order(*sold)[0]
    address = reverse("tickets:gate-list", args=[CheckinList.objects.get().id])
    assert f'data-from="{address}?show=conflicts"' in office.get(address + "?show=conflicts").content.decode()
    scan(door, ticket.code)
    part = office.get(address, headers={"HX-Request-Type": "partial"})
    assert "HX-Request-Type" in part["Vary"]
    said = part.content.decode()
    assert ("Welcome." in said, "<html" in said, "Inside now" in said) == (True, False, True)


def test_the_hours_of_a_list_are_those_of_the_place(cast: Cast, sold: tuple[Shop, Price], signed_in: Any) -> None:
    office, checkin = signed_in(cast.olive), open_gate(cast.olive, sold[1].zone.performance)
    Shop.objects.filter(id=sold[0].id).update(timezone="Asia/Kathmandu")
    address = reverse("tickets:gate-list-edit", args=[checkin.id])
    typed = {"name": "Entrance", "mode": "single", "opens_at": "2026-12-24T19:00", "closes_at": "2026-12-24T23:30"}
    assert office.post(address, typed).status_code == 302
    checkin.refresh_from_db()
    assert checkin.opens_at == datetime(2026, 12, 24, 13, 15, tzinfo=UTC)
    assert "2026-12-24T19:00" in office.get(address).content.decode()


def test_the_back_office_shows_who_came_and_what_is_in_doubt(
    cast: Cast, door: Client, sold: tuple[Shop, Price], signed_in: Any
) -> None:
    office, ticket = signed_in(cast.olive), order(*sold)[0]
    scan(door, ticket.code)
    now = clock.now()
    late = {"code": ticket.code, "at": now.timestamp() * 1000, "nonce": str(uuid4()), "is_exit": False, "let_in": True}
    ask(door, "gate-late", {"sent_at": (now + timedelta(seconds=1)).timestamp() * 1000, "scans": [late]})
    page = office.get(reverse("tickets:gate", args=[sold[0].id])).content.decode()
    assert "1 came" in page
    assert "Door 1 · North" in page
    checkin = CheckinList.objects.get()
    page = office.get(reverse("tickets:gate-list", args=[checkin.id]) + "?show=conflicts").content.decode()
    assert "1 scan is in doubt" in page
    office.post(reverse("tickets:gate-list-edit", args=[checkin.id]), {"name": "Main door", "mode": "reentry"})
    checkin.refresh_from_db()
    assert (checkin.name, checkin.mode) == ("Main door", "reentry")
    office.post(reverse("tickets:gate-revoke", args=[Device.objects.get().id]))
    assert scan(door, ticket.code)["error"] == "ended"


@pytest.mark.parametrize(("right", "status"), [(CONTROL, 200), (SALES, 404), (TECHNICAL, 404)])
def test_the_gate_is_for_those_who_control(
    cast: Cast, sold: tuple[Shop, Price], signed_in: Any, right: Any, status: int
) -> None:
    malik = Membership.objects.get(person=cast.people.malik)
    grant_rights(cast.olive, malik, rights=[right.key], instances=[sold[0].instance])
    browser = signed_in(cast.malik)
    checkin = open_gate(cast.olive, sold[1].zone.performance)
    for address in (
        reverse("tickets:gate", args=[sold[0].id]),
        reverse("tickets:gate-list", args=[checkin.id]),
        reverse("tickets:gate-pair", args=[sold[1].zone.performance_id]),
    ):
        assert browser.get(address).status_code == status
