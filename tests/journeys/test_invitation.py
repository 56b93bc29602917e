# SPDX-License-Identifier: AGPL-3.0-or-later
"""From an invitation in Manager to a place in the organization, with a new account and with one that exists."""

import re
from typing import Any
from uuid import uuid4

from tests.browser import PASSWORD, House, expect, needs_browser, picture, violations
from tests.journeys.test_manager import invite as fill_in_the_wizard

pytestmark = needs_browser


def invite(house: House, page: Any, address: str) -> str:
    fill_in_the_wizard(page, address)
    return house.link_to(address, "/invitation/")


def belongs_to(page: Any, *organizations: str) -> None:
    page.goto("/account/memberships")
    expect(page.locator("main .setting__name")).to_have_text(list(organizations))


def test_a_newcomer_joins_and_founds_nothing(house: House) -> None:
    page, _login = house.newcomer()
    address = f"{uuid4().hex[:10]}@journey.example"
    link = invite(house, page, address)

    guest = house.visitor()
    guest.goto(link)
    expect(guest.get_by_role("heading", name="Nora Favre invites you")).to_be_visible()
    picture(guest, "account-invitation")
    assert violations(guest) == []
    guest.get_by_role("link", name="Create your account").click()
    expect(guest.get_by_label("Login identifier")).to_have_value(address)
    expect(guest.get_by_label("Login identifier")).to_be_disabled()
    guest.get_by_label("First name").fill("Luc")
    guest.get_by_label("Last name").fill("Duvanel")
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Create your account").click()
    expect(guest).not_to_have_url(re.compile("/signup"))
    belongs_to(guest, "Nora Favre")
    late = house.visitor()
    late.goto(link)
    expect(late.get_by_role("heading", name="This invitation is no longer valid")).to_be_visible()


def test_somebody_with_an_account_logs_in_and_says_yes(house: House) -> None:
    page, _login = house.newcomer()
    _other, login = house.newcomer()
    link = invite(house, page, login)

    guest = house.visitor()
    guest.goto(link)
    guest.get_by_role("link", name="Log in with the account you have").click()
    house.sign_in(guest, login)
    expect(guest).to_have_url(re.compile("/invitation/"))
    guest.get_by_role("button", name="Join with this account").click()
    expect(guest.locator(".toasts .toast")).to_contain_text("You belong to Nora Favre now.")
    belongs_to(guest, "Nora Favre", "Nora Favre")
