# SPDX-License-Identifier: AGPL-3.0-or-later
"""A shop in a real browser: bought with the keyboard alone, bought on a phone down to the QR of the PDF, under axe."""

import re
from typing import Any

import pytest

from tests.browser import LOOK_NAMES, LOOKS, PHONE, House, clean, expect, fits, needs_browser, picture, until
from tests.journeys.shops import BUYER, DRAWN, codes_on_paper, fills_in, opened, settled

pytestmark = needs_browser

OFFICE = (
    "/tickets/",
    "/tickets/{shop}/ready",
    "/tickets/{shop}/events/new",
    "/tickets/events/{event}",
    "/tickets/events/{event}/edit",
    "/tickets/events/{series}/dates",
    "/tickets/events/{series}/dates/new",
    "/tickets/events/{series}/duplicate",
    "/tickets/dates/{date}",
    "/tickets/dates/{date}/edit",
    "/tickets/dates/{date}/zones/{zone}",
    "/tickets/dates/{date}/prices/{price}",
    "/tickets/dates/{date}/seating",
    "/tickets/{shop}/offers",
    "/tickets/{shop}/offers/{offer}",
    "/tickets/{shop}/offers/{offer}/edit",
    "/tickets/{shop}/forms",
    "/tickets/{shop}/forms/{form}",
    "/tickets/{shop}/settings",
    "/tickets/{shop}/settings/contact",
    "/tickets/{shop}/methods",
    "/tickets/{shop}/methods/{method}",
    "/tickets/{shop}/plans",
    "/tickets/{shop}/plans/new",
    "/tickets/{shop}/plans/import",
    "/tickets/plans/{plan}",
    "/tickets/{shop}/orders",
)
SERIES = "event/pierre-et-le-loup"
WALLS = ("?as=month", "?as=week", f"{SERIES}?as=month", f"{SERIES}?as=week", f"{SERIES}?as=month&day=2027-01-16")
SHOP = ("", "event/requiem-de-faure", SERIES, *WALLS, "checkout", "event/nothing")


def tab_to(page: Any, condition: str, *, most: int = 60) -> None:
    """Press Tab until what has the focus is meant: a keyboard has no other way."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const here = document.activeElement; return {condition} }})()"):
            return
    raise AssertionError(f"Tab never reached {condition}")


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("size", "look"), LOOKS, ids=LOOK_NAMES)
def test_every_page_of_tickets_is_clean(house: House, size: dict[str, int], look: str) -> None:
    """Slow: some thirty pages are read by axe."""
    page, login = house.newcomer(size, color_scheme=look, has_touch=size is PHONE)
    made = house.served.change("a_season", login)
    for path in OFFICE:
        opened(page, path.format(**made))
        clean(page, size["width"])
    buyer = house.visitor(size, color_scheme=look, has_touch=size is PHONE)
    for path in SHOP:
        opened(buyer, f"/shop/{made['slug']}/{path}")
        clean(buyer, size["width"])
    opened(buyer, f"/shop/{made['slug']}/event/pierre-et-le-loup")
    buyer.get_by_role("button", name="One Adulte more").click()
    buyer.get_by_role("button", name=re.compile("^Continue")).click()
    settled(buyer)
    clean(buyer, size["width"])
    buyer.get_by_label("Promo code").fill("nothing")
    buyer.get_by_role("button", name="Use it").click()
    expect(buyer.get_by_text("This code is not known here.")).to_be_visible()
    clean(buyer, size["width"])
    fills_in(buyer, "Invoice")
    clean(buyer, size["width"])
    order = house.served.change("orders_in", login, made["shop"])["orders"][0]
    opened(page, f"/tickets/orders/{order}")
    clean(page, size["width"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_tickets_are_bought_with_the_keyboard_alone(house: House) -> None:
    """Slow: from the programme to the order with Tab, arrows, the space bar and Enter; nothing is clicked."""
    _owner, login = house.newcomer()
    made = house.served.change("a_season", login)
    page = house.visitor()
    opened(page, f"/shop/{made['slug']}/")
    tab_to(page, "here.textContent.includes('Requiem')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/event/requiem"))
    until(page, DRAWN)
    tab_to(page, "here.getAttribute('role') === 'listbox'")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", " ", "ArrowRight", " "):
        page.keyboard.press(key)
    expect(page.locator("[name=seat]")).to_have_count(2)
    tab_to(page, "here.type === 'submit'")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/checkout"))
    tab_to(page, "here.id === 'email'")
    page.keyboard.type(BUYER)
    tab_to(page, "here.name === 'method'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    tab_to(page, "here.name === 'terms'")
    page.keyboard.press("Space")
    tab_to(page, "here.textContent.includes('Order and pay')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/order/"))
    expect(page.get_by_role("heading", name=re.compile("^Order TEST-"))).to_be_visible()
    expect(page.locator(".ticket-card")).to_have_count(2)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_date_of_a_month_is_chosen_with_the_arrow_keys(house: House) -> None:
    """Slow: a browser. A month is one stop of Tab; arrows find the same day of the weeks around."""
    _owner, login = house.newcomer()
    made = house.served.change("a_season", login)
    page = house.visitor()
    opened(page, f"/shop/{made['slug']}/{SERIES}?as=month")
    month = page.locator(".wall-month")
    dates = month.locator(".wall-date")
    tab_to(page, "!!here.closest('td')")
    expect(dates.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(dates.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(dates.nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(dates.first).to_be_focused()
    page.keyboard.press("Tab")
    assert not page.evaluate("!!document.activeElement.closest('td')")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("date=.*#offer"))
    expect(dates.nth(1)).to_have_attribute("aria-current", "true")
    if page.locator("a[rel=next]").count():
        before = page.locator("#wall-title").inner_text()
        tab_to(page, "!!here.closest('td')")
        page.keyboard.press("PageDown")
        expect(page.locator("#wall-title")).not_to_have_text(before)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_month_on_a_phone_is_dots_and_the_dates_of_a_day(house: House) -> None:
    """Slow: a browser, which runs no script here."""
    _owner, login = house.newcomer()
    made = house.served.change("a_season", login)
    page = house.visitor(PHONE, has_touch=True, java_script_enabled=False)
    page.goto(f"/shop/{made['slug']}/{SERIES}?as=month")
    days = page.locator(".wall-cell__press")
    expect(days.first).to_be_visible()
    expect(page.locator(".wall-date").first).to_be_hidden()
    days.nth(1).tap()
    page.wait_for_url(re.compile("day=.*#day"))
    lines = page.locator(".wall-day .wall-line")
    expect(lines).to_have_count(2)
    lines.nth(1).tap()
    page.wait_for_url(re.compile("date=.*#offer"))
    expect(lines.nth(1)).to_have_attribute("aria-current", "true")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_phone_buys_a_seat_and_its_pdf_carries_the_code_of_the_gate(house: House) -> None:
    """Slow: a hall, a card and a PDF; then the owner finds the order."""
    owner, login = house.newcomer()
    made = house.served.change("a_season", login)
    page = house.visitor(PHONE, has_touch=True)
    opened(page, f"/shop/{made['slug']}/")
    picture(page, "shop")
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name=re.compile("Requiem")).tap()
    until(page, DRAWN)
    page.get_by_role("button", name="List", exact=True).tap()
    page.get_by_text(re.compile(r"^Milieu \(")).tap()
    page.get_by_role("button", name=re.compile("^Milieu, Row K, seat 7,")).tap()
    expect(page.locator("[name=seat]")).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Continue")).tap()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^1[0-5]:\d\d$"))
    fits(page, 390)
    fills_in(page, "Test card")
    if page.get_by_role("link", name=re.compile("by card$")).count():
        page.get_by_role("link", name=re.compile("by card$")).tap()
    page.locator("main form button").first.tap()
    expect(page.get_by_text("It is paid. Show the code of each ticket at the entrance.")).to_be_visible()
    fits(page, 390)

    assert codes_on_paper(page) == house.served.change("codes_of", made["date"])["codes"]
    opened(owner, f"/tickets/{made['shop']}/orders?q={BUYER}")
    expect(owner.get_by_role("link", name=re.compile("TEST-"))).to_be_visible()


def test_a_plan_that_is_refused_comes_when_the_house_said(house: House) -> None:
    """Too many read it: the page says so, waits as long as it was told, asks once more and draws."""
    _owner, login = house.newcomer()
    made = house.served.change("a_season", login)
    page, asked = house.visitor(), []

    def refuse_once(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.continue_()
        return route.fulfill(status=429, headers={"Retry-After": "2", "Content-Type": "text/plain"}, body="Later.")

    page.route(re.compile("/hall/.*/map"), refuse_once)
    page.goto(f"{house.served.address}/shop/{made['slug']}/event/requiem-de-faure")
    expect(page.get_by_text("Many people look at this plan now.")).to_be_visible()
    until(page, DRAWN)
    assert len(asked) == 2
    expect(page.get_by_text("Many people look at this plan now.")).to_have_count(0)
