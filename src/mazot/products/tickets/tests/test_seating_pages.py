# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of plans and of the zone and access editor."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from mazot.products.tickets.models import Performance, Plan, Seating
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.tests.rooms import second_generation
from mazot.products.tickets.tests.test_seating import date, plan, seating, sell
from tests.cast import Cast

__all__ = ["date", "plan", "seating"]


def test_the_editor_saves_over_http_and_tells_the_second_person_what_is_now(
    cast: Cast, date: Performance, seating: Seating, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(cast.olive)
    address = reverse("tickets:seating-set", args=[date.id])
    said = json.dumps({"seats": [0, 1], "access": "o", "stamp": 0})
    first = browser.post(address, said, content_type="application/json")
    second = browser.post(address, said, content_type="application/json")
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["seats"]["access"].startswith("oo.")
    for broken in ("", "[]", '{"seats": 3, "stamp": 0}', '{"seats": [0], "stamp": 1, "zone": 7}', "[" * 90_000):
        assert browser.post(address, broken, content_type="application/json").status_code == 422


def test_pages_open_and_a_stranger_finds_none(
    cast: Cast, date: Performance, plan: Plan, seating: Seating, signed_in: Callable[..., Client]
) -> None:
    sell(date, "A-2")
    shop = date.event.shop
    pages = [
        reverse("tickets:seating", args=[date.id]),
        reverse("tickets:seating-map", args=[date.id]),
        reverse("tickets:seating-seats", args=[date.id]),
        reverse("tickets:seating-card", args=[date.id, 1]),
        reverse("tickets:plans", args=[shop.id]),
        reverse("tickets:plan-new", args=[shop.id]),
        reverse("tickets:plan-import", args=[shop.id]),
        reverse("tickets:plan", args=[plan.id]),
        reverse("tickets:plan-map", args=[plan.id, 1]),
        reverse("tickets:plan-export", args=[plan.id, 1, "json"]),
        reverse("tickets:plan-export", args=[plan.id, 1, "csv"]),
    ]
    for address in pages:
        assert signed_in(cast.olive).get(address).status_code == 200, address
        assert signed_in(cast.otto).get(address).status_code == 404, address


def test_a_plan_is_drawn_from_numbers_grows_and_is_exported_and_brought_in(
    cast: Cast, date: Performance, signed_in: Callable[..., Client], tmp_path: Any
) -> None:
    browser = signed_in(cast.olive)
    shop = date.event.shop
    numbers = {"section": "Milieu", "n_rows": 16, "n_seats": 12, "more_per_row": 0, "curve": 900, "first": 1}
    numbers |= {"row_scheme": "letters", "seat_scheme": "up", "aisle_after": 6}
    made = browser.post(reverse("tickets:plan-new", args=[shop.id]), numbers | {"name": "Torrent"})
    assert made.status_code == 302
    plan = Plan.objects.get()
    assert newest_version(plan).n_seats == 192
    browser.post(
        reverse("tickets:plan-section", args=[plan.id]), numbers | {"number": 1, "section": "Droite", "beside": "on"}
    )
    assert newest_version(plan).n_seats == 384
    for kind in ("json", "csv"):
        text = browser.get(reverse("tickets:plan-export", args=[plan.id, 2, kind])).content
        path = tmp_path / f"again.{kind}"
        path.write_bytes(text)
        with path.open("rb") as file:
            answer = browser.post(reverse("tickets:plan-import", args=[shop.id]), {"name": kind, "file": file})
        assert answer.status_code == 302, answer.content
        assert newest_version(Plan.objects.get(name=kind)).n_seats == 384


def test_an_import_lists_all_faults_at_once(
    cast: Cast, date: Performance, signed_in: Callable[..., Client], tmp_path: Any
) -> None:
    broken = second_generation()
    seats = broken["zones"][0]["rows"][0]["seats"]
    seats[1] |= {
        "seat_guid": seats[0]["seat_guid"],
        "category": "Nobody knows",
        "position": {"x": float("nan"), "y": 0},
    }
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(broken))
    with path.open("rb") as file:
        answer = signed_in(cast.olive).post(reverse("tickets:plan-import", args=[date.event.shop_id]), {"file": file})
    assert answer.status_code == 422
    assert answer.content.count(b"<li><b>") >= 3
    assert not Plan.objects.exists()


def test_an_open_date_is_seen_as_a_buyer_sees_it(
    cast: Cast, date: Performance, seating: Seating, signed_in: Callable[..., Client]
) -> None:
    link = reverse("shop-event", args=[date.event.shop.slug, date.event.slug])
    type(date.event).objects.update(online="visible")
    for is_open in (True, False):
        type(date.event.shop).objects.update(is_open=is_open)
        page = signed_in(cast.olive).get(reverse("tickets:seating", args=[date.id])).content.decode()
        assert (f"{link}?date={date.id}" in page) == is_open
