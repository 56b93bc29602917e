# SPDX-License-Identifier: AGPL-3.0-or-later
"""One evening from end to end, by hand only: a room is drawn, sold on a phone, printed, let in, and counted."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mazot.foundation import clock
from tests.browser import PHONE, House, expect, needs_browser, picture, ready, until
from tests.journeys.drawings import DRAWN, add_section
from tests.journeys.gates import film_of, paired, phone_that_sees
from tests.journeys.shops import BUYER, codes_on_paper, fills_in, opened, seat_on_plan
from tests.journeys.shops import DRAWN as CHOOSES

pytestmark = needs_browser


@pytest.mark.timeout(300)
def test_an_evening_is_drawn_sold_let_in_and_counted(house: House, tmp_path: Path) -> None:
    office, _login = house.newcomer()
    shop = opens_a_shop(office)
    draws_a_room(office, shop)
    date = makes_an_event(office, shop)
    zones_the_room(office, date)
    slug = publishes(office, shop)
    phone = house.visitor(PHONE, has_touch=True)
    buys_a_seat(phone, slug)
    office.goto(f"/tickets/{shop}/orders?q={BUYER}")
    office.get_by_role("link", name=re.compile("Thévoz|^T-|-0+1$")).first.click()
    office.get_by_role("button", name="It is paid").click()
    expect(office.get_by_role("link", name="Tickets (PDF)")).to_be_visible()
    phone.reload()
    [code] = codes_on_paper(phone)
    with phone_that_sees(house, film_of(code, tmp_path / "ticket.y4m")) as door:
        paired(office, date, door, "Door 1")
        door.get_by_role("button", name="Camera").click()
        verdict = door.get_by_role("alert")
        expect(verdict).to_contain_text("Welcome.")
        expect(verdict).to_contain_text("Parterre, B 3")
        assert verdict.get_attribute("data-tone") == "ok"
        picture(door, "evening-door")
    is_counted(office, shop)


def opens_a_shop(office: Any) -> str:
    office.goto("/manager/products")
    ready(office)
    office.get_by_role("button", name="Open a product").click()
    form = office.get_by_role("dialog", name="Open a product")
    form.get_by_label("Category").select_option("tickets")
    form.get_by_label("Name", exact=True).fill("Season")
    form.get_by_role("button", name="Open it").click()
    office.wait_for_url(lambda url: not url.endswith("/manager/products"))
    office.goto("/tickets/")
    office.get_by_role("link", name=re.compile("^Season")).first.click()
    office.wait_for_url(re.compile("/tickets/[0-9a-f-]{36}/events$"))
    return str(office.url).split("/")[-2]


def draws_a_room(office: Any, shop: str) -> None:
    """Two sections: one asked for with the plan, one drawn beside it in the builder."""
    office.goto(f"/tickets/{shop}/plans/new")
    office.get_by_label("Name of the plan").fill("Petite salle")
    office.get_by_label("Name of the section").fill("Parterre")
    office.get_by_label("Rows", exact=True).fill("3")
    office.get_by_label("Seats in the first row").fill("6")
    office.locator("main form button[type=submit]").first.click()
    until(office, DRAWN)
    add_section(office, "Balcon", 2, 8, "up")
    office.keyboard.press("Escape")
    office.get_by_role("button", name="Fit the plan").click()
    office.keyboard.press("Control+s")
    expect(office.locator("[data-version]")).to_have_text("Version 2")
    expect(office.locator("[data-n-seats]")).to_have_text("34")


def makes_an_event(office: Any, shop: str) -> str:
    office.goto(f"/tickets/{shop}/events/new")
    office.get_by_label("Title", exact=True).fill("Soirée d’ouverture")
    office.get_by_role("textbox", name=re.compile("^Place")).fill("Petite salle")
    office.get_by_role("button", name="Continue").click()
    office.get_by_label("First day").fill((clock.now() + timedelta(days=20)).date().isoformat())
    office.get_by_label("Begins at").fill("20:00")
    office.get_by_role("button", name="Continue").click()
    office.get_by_role("textbox", name="Zone").first.fill("Parterre")
    office.get_by_role("checkbox", name="Zone with numbered seats").first.check()
    office.get_by_role("textbox", name="Price").first.fill("Adulte")
    office.get_by_role("textbox", name="Amount").first.fill("28.00")
    office.get_by_role("button", name="Continue").click()
    office.get_by_role("checkbox", name=re.compile("^Visible to buyers at once")).check()
    office.get_by_role("button", name="Make the event").click()
    office.get_by_role("link", name="Pricing").click()
    office.wait_for_url(re.compile("/tickets/dates/"))
    return str(office.url).rsplit("/", 1)[1]


def zones_the_room(office: Any, date: str) -> None:
    """All seats go on sale in the zone of the event."""
    office.get_by_role("link", name="Manage the floor plan").click()
    office.get_by_role("button", name="Use Petite salle").click()
    until(office, "document.querySelector('mazot-seating')?.dataset.ready === 'yes'")
    office.get_by_role("listbox").focus()
    office.keyboard.press("Control+a")
    expect(office.locator("[data-count]")).to_have_text("34")
    office.get_by_role("button", name=re.compile("^Parterre")).last.click()
    expect(office.get_by_text(re.compile("^Saved"))).to_be_visible()


def publishes(office: Any, shop: str) -> str:
    """What the list misses is given, then the shop opens, for real."""
    office.goto(f"/tickets/{shop}/ready")
    expect(office.get_by_text("1 thing is missing")).to_be_visible()
    office.get_by_role("link", name=re.compile("^An e-mail address for buyers")).click()
    office.get_by_label("E-mail address").fill("billets@journey.example")
    office.get_by_label("General terms").fill("Les billets ne sont ni repris ni échangés.")
    office.get_by_role("button", name="Save").click()
    office.goto(f"/tickets/{shop}/settings")
    office.get_by_role("button", name="End test mode").click()
    office.goto(f"/tickets/{shop}/ready")
    expect(office.get_by_text("The shop can open")).to_be_visible()
    office.get_by_role("button", name="Open the shop").click()
    expect(office.get_by_text("The shop is open")).to_be_visible()
    return office.locator(".ready__state code").inner_text().rsplit("/", 1)[1]  # type: ignore[no-any-return]


def buys_a_seat(phone: Any, slug: str) -> None:
    opened(phone, f"/shop/{slug}/")
    phone.get_by_role("link", name=re.compile("Soirée")).tap()
    until(phone, CHOOSES)
    phone.touchscreen.tap(*seat_on_plan(phone, "Parterre", "B", "3"))
    expect(phone.locator("[name=seat]")).to_have_count(1)
    picture(phone, "evening-seat")
    phone.set_viewport_size(PHONE)
    phone.get_by_role("button", name=re.compile("^Continue")).tap()
    fills_in(phone, "At the box office")
    expect(phone.locator(".ticket-card")).to_contain_text("Parterre, B 3")


def is_counted(office: Any, shop: str) -> None:
    office.goto(f"/tickets/{shop}/statistics")
    figures = [" ".join(text.split()) for text in office.locator(".figures__card").all_inner_texts()]
    assert {"Sold 1 of 34 places", "Came 1 of 1 sold"} <= set(figures)
    assert any(text.startswith("Income") and "28.00" in text for text in figures)
    office.goto(f"/tickets/{shop}/gate")
    office.get_by_role("link", name="Entrance").first.click()
    expect(office.locator(".gate__figure").filter(has_text="Came")).to_contain_text("1")
