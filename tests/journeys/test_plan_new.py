# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a new floor plan: four ways, what each looks like, and a room that is seen before it is drawn."""

import pytest

from tests.browser import PHONE, WIDE, House, expect, fits, needs_browser, picture, ready, until, violations
from tests.journeys.drawings import DRAWN

pytestmark = needs_browser


@pytest.mark.timeout(300)
def test_a_room_is_seen_before_it_is_drawn_and_then_copied(house: House) -> None:
    page, login = house.newcomer()
    made = house.served.change("a_season", login)
    page.goto(f"/tickets/{made['shop']}/plans/new")
    ready(page)
    said = page.locator("mazot-wished [role=status]")
    expect(said).to_have_text("200 seats")
    page.get_by_label("Rows", exact=True).fill("4")
    page.get_by_label("More seats from row to row").fill("2")
    expect(said).to_have_text("92 seats")
    page.get_by_label("Radius of the first row's arc").fill("100")
    expect(said).to_contain_text("Take a larger radius")
    page.get_by_label("Radius of the first row's arc").fill("600")
    expect(said).to_have_text("92 seats")
    assert violations(page) == []
    picture(page, "plan-new")
    page.set_viewport_size(WIDE)
    page.get_by_label("Name of the plan").fill("Petite salle")
    page.get_by_label("Name of the section").fill("Parterre")
    page.get_by_role("button", name="Draw it").click()
    until(page, DRAWN)
    expect(page.locator("[data-n-seats]")).to_have_text("92")

    page.goto(f"/tickets/{made['shop']}/plans/new")
    page.get_by_role("link", name="Copy a plan").click()
    page.get_by_label("Name of the plan").fill("La même")
    page.get_by_label("Petite salle").check()
    assert violations(page) == []
    picture(page, "plan-copy")
    page.set_viewport_size(PHONE)
    fits(page, 390)
    page.get_by_role("button", name="Copy it").click()
    until(page, DRAWN)
    expect(page.locator("[data-n-seats]")).to_have_text("92")
    page.set_viewport_size(WIDE)
    page.goto(f"/tickets/{made['shop']}/plans/import")
    picture(page, "plan-file")

    page.set_viewport_size(WIDE)
    page.goto(f"/tickets/{made['shop']}/plans/new?how=draw")
    page.get_by_label("Name of the plan").fill("De rien")
    page.get_by_role("button", name="Begin to draw").click()
    until(page, DRAWN)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("menuitem", name="Row of seats").click()
    page.keyboard.press("Control+s")
    expect(page.locator("[data-version]")).to_have_text("Version 2")
    picture(page, "plan-from-nothing")
