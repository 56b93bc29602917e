# SPDX-License-Identifier: AGPL-3.0-or-later
"""The zone and access editor in a real browser: pointer, keyboard, two people, 5,000 seats, axe."""

import re
from typing import Any

import pytest

from tests.browser import PHONE, WIDE, House, expect, fits, needs_browser, picture, ready, until, violations

pytestmark = needs_browser
DRAWN = "document.querySelector('mazot-seating')?.dataset.ready === 'yes'"


def opened(house: House, page: Any, login: str, *rows: str) -> dict[str, str]:
    made = house.served.change("a_hall", login, *rows)
    page.goto(f"/tickets/dates/{made['performance']}/seating")
    until(page, DRAWN)
    return made


def place_of(page: Any, seat: int) -> tuple[float, float]:
    """Where a seat is on the page, by its index: the keyboard is sent there, and its ring measured."""
    ask = "seat => { const s = document.querySelector('mazot-seating'); s.walk.go(seat); const b = s.querySelector('#hall-current').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] }"
    x, y = page.evaluate(ask, seat)
    return x, y


@pytest.mark.timeout(300)
def test_seats_get_zones_by_pointer_and_keyboard_and_the_second_person_loses_nothing(house: House) -> None:
    page, login = house.newcomer()
    made = opened(house, page, login)
    ready(page)
    assert violations(page) == []
    picture(page, "seating")
    count = page.locator("[data-count]")

    page.get_by_role("button", name="Row K, Milieu").first.click()
    page.get_by_role("button", name="Row L, Milieu").first.click()
    expect(count).to_have_text("28")
    expect(page.get_by_text("Rows K and L, Milieu")).to_be_visible()
    picture(page, "seating-rows")
    page.get_by_role("button", name=re.compile("^Côtés et fond")).click()
    expect(page.get_by_text(re.compile("^Saved"))).to_be_visible()
    page.get_by_role("radio", name=re.compile("^Reserved for organizers")).click()
    expect(page.get_by_role("radio", name=re.compile("^Reserved for organizers"))).to_be_checked()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("radio", name=re.compile("^No restriction"))).to_be_checked()
    page.keyboard.press("Escape")
    expect(count).to_have_text("0")
    by_keyboard(page)
    looks_at_a_sold_seat(page)

    other = house.visitor(WIDE)
    house.sign_in(other, login)
    other.wait_for_url(lambda url: "/login" not in url)
    other.goto(f"/tickets/dates/{made['performance']}/seating")
    until(other, DRAWN)
    for who in (other, page):
        who.keyboard.press("Escape")
        who.keyboard.press("Escape")
        who.get_by_role("button", name="Section Droite").click()
        who.get_by_role("radio", name=re.compile("^Reserved for resellers")).click()
    expect(page.get_by_text("Somebody else changed seats of this date")).to_be_visible()
    expect(count).not_to_have_text("0")
    page.set_viewport_size(PHONE)
    fits(page, 390)
    picture(page, "seating-phone")


def by_keyboard(page: Any) -> None:
    """Walk two rows down, choose two seats, and give them the zone of the key 1."""
    page.get_by_role("listbox").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-count]")).to_have_text("2")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name=re.compile("^Parterre avant"))).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")


def looks_at_a_sold_seat(page: Any) -> None:
    sold = page.evaluate("[...document.querySelector('mazot-seating').letters.seats.states].lastIndexOf('s')")
    page.mouse.click(*place_of(page, sold))
    card = page.get_by_role("dialog", name="Who has this seat")
    expect(card.get_by_text("Margaux Thévoz", exact=False).first).to_be_visible()
    expect(card.get_by_text("T-26-0384")).to_be_visible()
    picture(page, "seating-card")
    assert violations(page) == []


@pytest.mark.timeout(300)
def test_five_thousand_seats_are_drawn_and_moved_fluently(house: House) -> None:
    page, login = house.newcomer()
    opened(house, page, login, "50")
    took = page.evaluate(
        """async () => {
          const seating = document.querySelector('mazot-seating'), view = seating.view
          const frame = () => new Promise(requestAnimationFrame)
          await frame()
          let from = performance.now(); seating.repaint(); await frame(); const draw = performance.now() - from
          const steps = []
          for (let at = 0; at < 30; at++) { from = performance.now(); view.camera.pan(3, 2); await frame(); steps.push(performance.now() - from) }
          from = performance.now(); view.camera.zoom(3, 400, 300); await frame(); const zoom = performance.now() - from
          from = performance.now(); seating.chosen.only(seating.hall.names.keys()); await frame(); const choose = performance.now() - from
          return {draw, pan: steps.sort((a, b) => a - b)[15], zoom, choose, elements: view.svg.querySelectorAll('*').length}
        }"""
    )
    print(took)  # noqa: T201 - the figures are for whoever measures
    assert took["draw"] < 1000
    assert took["pan"] < 100
    assert took["elements"] < 4000
    picture(page, "seating-5000")


@pytest.mark.timeout(300)
def test_a_row_of_a_plan_is_moved_and_saved_as_a_version(house: House) -> None:
    page, login = house.newcomer()
    made = house.served.change("a_hall", login)
    page.goto(f"/tickets/plans/{made['plan']}")
    until(page, "document.querySelector('mazot-drawing')?.dataset.ready === 'yes'")
    page.get_by_role("button", name="Row K, Milieu").first.click()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Turn to the right (])").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    assert violations(page) == []
    picture(page, "plan-drawing")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".plan__saved [data-version]")).to_have_text("Version 2")
