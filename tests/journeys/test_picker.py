# SPDX-License-Identifier: AGPL-3.0-or-later
"""A buyer chooses seats on a phone: plan and list, the small overview, words for each seat, a seat gone meanwhile."""

import re

import pytest

from tests.browser import PHONE, House, expect, fits, needs_browser, picture, until, violations

pytestmark = needs_browser


@pytest.mark.timeout(300)
def test_a_buyer_chooses_on_a_phone_and_hears_that_a_seat_is_gone(house: House) -> None:
    _office, login = house.newcomer()
    made = house.served.change("an_open_hall", login)
    phone = house.visitor(PHONE)
    phone.goto(f"/shop/{made['slug']}/event/{made['event']}")
    until(phone, "document.querySelector('mazot-hall-picker')?.dataset.ready === 'yes'")
    assert violations(phone) == []
    phone.set_viewport_size(PHONE)
    fits(phone, PHONE["width"])
    for _press in range(3):
        phone.get_by_role("button", name="Zoom in").click()
    expect(phone.locator(".picker__overview")).to_be_visible()
    picture(phone, "picker-plan")
    phone.set_viewport_size(PHONE)

    phone.get_by_role("button", name="List", exact=True).click()
    phone.get_by_text(re.compile(r"^Milieu \(")).click()
    seat = phone.get_by_role("button", name="Milieu, Row C, seat 4, Parterre avant, CHF 46.00")
    seat.click()
    expect(phone.locator(".seat-line")).to_have_count(1)
    picture(phone, "picker-list")
    assert violations(phone) == []
    gone = """async () => {
      const picker = document.querySelector('mazot-hall-picker')
      const mine = [...picker.basket.lines.keys()][0]
      const seats = picker.seats.slice(0, mine) + '.' + picker.seats.slice(mine + 1)
      await picker.refresh(new Response(JSON.stringify({ seats })))
    }"""
    phone.evaluate(gone)
    expect(phone.get_by_text("C 4 was taken by somebody else meanwhile. Choose another place.")).to_be_visible()
    expect(phone.locator(".seat-line")).to_have_count(0)
