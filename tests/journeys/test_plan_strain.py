# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan builder under strain: 10,000 seats, hurried saving, everything undone, a slow line, the keyboard alone."""

from typing import Any

import pytest

from tests.browser import PHONE, House, expect, fits, needs_browser, until
from tests.journeys.drawings import DRAWN, add_section
from tests.journeys.test_plan_builder import SEATS, opened
from tests.journeys.test_shop import tab_to

pytestmark = needs_browser
STATE = "[data-version]"


@pytest.mark.timeout(400)
def test_ten_thousand_seats_are_moved_saved_kept_and_undone(house: House) -> None:
    page, login = house.newcomer()
    opened(house, page, login)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    for name in ("Nord", "Sud"):
        add_section(page, name, 50, 100, "up")
    assert page.evaluate(f"{SEATS}.length") == 10_000
    took = page.evaluate(
        """async () => {
          const d = document.querySelector('mazot-drawing')
          const frame = () => new Promise(requestAnimationFrame)
          const time = async deed => { const from = performance.now(); deed(); await frame(); return performance.now() - from }
          d.choose([...d.plane.hall.names.keys()].slice(0, 500), [])
          const moves = []
          for (let at = 0; at < 9; at++) moves.push(await time(() => d.change((draft, choice) => draft.move(choice.seats, 5, 0))))
          return moves.sort((a, b) => a - b)[4]
        }"""
    )
    print(f"one move of 500 among 10,000: {took:.0f} ms")  # noqa: T201 - the figure is for whoever measures
    assert took < 1000
    expect(page.locator("[data-kept]")).to_have_text("kept on this computer")
    page.keyboard.press("Control+s")
    expect(page.locator(STATE)).to_have_text("Version 2", timeout=60_000)
    for _press in range(20):
        page.keyboard.press("Control+z")
    assert page.evaluate(f"{SEATS}.length") == 399
    expect(page.locator(STATE)).to_have_text("Not saved yet")


@pytest.mark.timeout(300)
def test_saving_in_a_hurry_on_a_slow_line_saves_the_last_of_it(house: House) -> None:
    page, login = house.newcomer()
    opened(house, page, login)

    def slowly(route: Any) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/save", slowly)
    page.keyboard.press("Control+a")
    for _press in range(6):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Control+s")
    last = page.evaluate(f"{SEATS}[0].x")
    until(page, "document.querySelector('[data-saved-state]').dataset.savedState === 'saved'")
    page.reload()
    until(page, DRAWN)
    assert page.evaluate(f"{SEATS}[0].x") == last
    expect(page.locator("[data-offer]")).to_be_hidden()
    expect(page.locator("[data-meanwhile]")).to_be_hidden()


@pytest.mark.timeout(300)
def test_a_plan_that_does_not_arrive_says_so(house: House) -> None:
    page, login = house.newcomer()
    made = house.served.change("a_hall", login)
    page.route("**/export.drawing", lambda route: route.abort())
    page.goto(f"/tickets/plans/{made['plan']}")
    expect(page.locator("[data-said]")).to_have_text(
        "The plan did not arrive: the server does not answer. Load the page again."
    )


@pytest.mark.timeout(300)
def test_a_row_is_drawn_named_moved_and_saved_by_the_keyboard_alone(house: House) -> None:
    page, login = house.newcomer()
    opened(house, page, login)
    n = page.evaluate(f"{SEATS}.length")
    tab_to(page, "here.getAttribute('aria-label') === 'Add'")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.getAttribute('role') === 'menuitem'")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{SEATS}.length") == n + 10
    tab_to(page, "here.closest('form[data-for=section]') && here.name === 'name'")
    page.keyboard.press("Control+a")
    page.keyboard.type("Loge")
    page.keyboard.press("Enter")
    section = "document.querySelector('mazot-drawing').draft.drawing.sections.at(-1).name"
    assert page.evaluate(section) == "Loge"
    page.keyboard.press("Control+s")
    tab_to(page, "here.dataset.deed === 'keep'", most=120)
    page.keyboard.press("Enter")
    expect(page.locator(STATE)).to_have_text("Version 2")


@pytest.mark.timeout(300)
def test_a_telephone_shows_the_plan_and_takes_a_small_change(house: House) -> None:
    page, login = house.newcomer(PHONE, has_touch=True)
    opened(house, page, login)
    fits(page, 390)
    page.get_by_role("button", name="Row K, Milieu").first.tap()
    page.get_by_label("Numbers").select_option("odd")
    page.get_by_role("button", name="Number them").tap()
    expect(page.locator(STATE)).to_have_text("Not saved yet")
    page.get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator(STATE)).to_have_text("Version 2")
    fits(page, 390)
