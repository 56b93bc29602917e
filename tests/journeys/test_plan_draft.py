# SPDX-License-Identifier: AGPL-3.0-or-later
"""A drawing that is not saved: a closed tab, a lost line and two people cost nothing of it."""

from typing import Any

import pytest

from tests.browser import House, expect, needs_browser, picture, until, violations
from tests.journeys.drawings import DRAWN
from tests.journeys.test_plan_builder import SEATS, opened

pytestmark = needs_browser
STATE = "[data-version]"
FIRST = f"[{SEATS}[0].x, {SEATS}[0].y]"


def moved(page: Any) -> Any:
    """Moves all seats by the keyboard, and tells where the first one stands."""
    page.keyboard.press("Control+a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(STATE)).to_have_text("Not saved yet")
    expect(page.locator("[data-kept]")).to_have_text("kept on this computer")
    return page.evaluate(FIRST)


@pytest.mark.timeout(300)
def test_a_closed_tab_loses_nothing_and_the_drawing_is_taken_or_left(house: House) -> None:
    page, login = house.newcomer()
    made = opened(house, page, login)
    context = page.context
    before = page.evaluate(FIRST)
    after = moved(page)
    page.close()

    again = context.new_page()
    again.goto(f"/tickets/plans/{made['plan']}")
    until(again, DRAWN)
    expect(again.get_by_text("This computer kept a drawing that was not saved")).to_be_visible()
    assert again.evaluate(FIRST) == before
    again.keyboard.press("Control+a")  # nothing is drawn before it is decided
    again.keyboard.press("Delete")
    assert again.evaluate(f"{SEATS}.length") > 0
    picture(again, "builder-offer")
    assert violations(again) == []
    again.get_by_role("button", name="Take it").click()
    assert again.evaluate(FIRST) == after
    expect(again.locator(STATE)).to_have_text("Not saved yet")
    again.keyboard.press("Control+z")
    assert again.evaluate(FIRST) == before
    again.keyboard.press("Control+y")
    again.keyboard.press("Control+s")
    expect(again.locator(STATE)).to_have_text("Version 2")
    again.reload()
    until(again, DRAWN)
    assert again.evaluate(FIRST) == after
    expect(again.locator("[data-offer]")).to_be_hidden()

    moved(again)
    again.reload()
    until(again, DRAWN)
    again.get_by_role("button", name="Leave it").click()
    assert again.evaluate(FIRST) == after
    again.reload()
    until(again, DRAWN)
    expect(again.locator("[data-offer]")).to_be_hidden()


@pytest.mark.timeout(300)
def test_what_was_kept_on_an_older_version_never_overrules_a_newer_one(house: House) -> None:
    page, login = house.newcomer()
    made = opened(house, page, login)
    moved(page)
    other = house.visitor()
    house.sign_in(other, login)
    other.wait_for_url(lambda url: "/login" not in url)
    other.goto(f"/tickets/plans/{made['plan']}")
    until(other, DRAWN)
    moved(other)
    other.keyboard.press("ArrowDown")
    other.keyboard.press("Control+s")
    expect(other.locator(STATE)).to_have_text("Version 2")

    page.reload()
    until(page, DRAWN)
    page.get_by_role("button", name="Take it").click()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Somebody else saved this plan while you drew")).to_be_visible()
    page.get_by_role("button", name="Save mine as the newest version").click()
    expect(page.locator(STATE)).to_have_text("Version 3")


@pytest.mark.timeout(300)
def test_what_could_not_be_saved_is_saved_when_the_line_is_back(house: House) -> None:
    page, login = house.newcomer()
    opened(house, page, login)
    moved(page)
    page.context.set_offline(True)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved yet: the server does not answer")).to_be_visible()
    expect(page.locator(STATE)).to_have_text("Not saved yet")
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_have_text("Version 2")
    assert (
        page.evaluate(
            "localStorage.getItem(Object.keys(localStorage).find(key => key.startsWith('mazot.drawing')) ?? '')"
        )
        is None
    )
