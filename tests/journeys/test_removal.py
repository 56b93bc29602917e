# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of a removal and of a closed account, each looked at by axe, in a real browser."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import PASSWORD, WIDE, House, expect, fits, needs_browser, picture, violations
from tests.journeys.test_manager import accept, give_the_drive, invite, keeps_a_file, person_page

pytestmark = needs_browser


def clean(page: Any, name: str) -> None:
    """axe finds nothing, and nothing runs over the edge of a phone."""
    assert violations(page) == [], name
    fits(page, 390)
    page.set_viewport_size(WIDE)
    picture(page, name)


def go_on(page: Any, name: str, heading: str) -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name=re.compile(heading))).to_be_visible()


@pytest.mark.timeout(300)
def test_every_page_of_the_wizard_is_clean_and_the_person_comes_back(house: House) -> None:
    page, login = house.newcomer()
    address = f"{uuid4().hex[:10]}@journey.example"
    invite(page, address)
    guest = accept(house, address, WIDE)
    person = person_page(page)
    give_the_drive(page, person)
    keeps_a_file(guest)

    page.goto(f"{person}/remove")
    expect(page.get_by_role("heading", name=re.compile("What happens to the files of Luc"))).to_be_visible()
    clean(page, "removal-question")
    go_on(page, "Continue", "Review what happens")
    clean(page, "removal-review")
    page.get_by_role("checkbox", name=re.compile("^I have read")).check()
    go_on(page, "Continue", "One last look")
    go_on(page, "Back", "Review what happens")
    expect(page.get_by_role("checkbox", name=re.compile("^I have read"))).to_be_checked()
    go_on(page, "Continue", "One last look")
    go_on(page, "Remove…", "Confirm with your login")
    clean(page, "removal-confirm")
    page.get_by_label("Your own login identifier").fill(address)
    page.get_by_role("checkbox", name=re.compile("^Yes, remove")).check()
    page.get_by_role("button", name="Remove this user").click()
    expect(page.get_by_text("nothing was removed")).to_be_visible()
    page.get_by_label("Your own login identifier").fill(login)
    page.get_by_role("checkbox", name=re.compile("^Yes, remove")).check()
    page.get_by_role("button", name="Remove this user").click()
    expect(page).to_have_url(re.compile("/manager/people/removed"))
    clean(page, "removal-removed")
    page.get_by_role("button", name=re.compile("^Undo the removal")).click()
    expect(page.get_by_text("is back, with the role")).to_be_visible()


@pytest.mark.timeout(300)
def test_an_account_is_closed_and_opened_again_with_the_letter(house: House) -> None:
    page, _login = house.newcomer()
    address = f"{uuid4().hex[:10]}@journey.example"
    invite(page, address)
    guest = accept(house, address, WIDE)
    page.goto("/account/close")
    expect(page.get_by_text("You are the last legal representative")).to_be_visible()
    clean(page, "account-close-refused")

    guest.goto("/account/teams")
    clean(guest, "account-teams")
    guest.goto("/account/close")
    clean(guest, "account-close")
    guest.get_by_label("Password of your account").fill(PASSWORD)
    guest.get_by_role("checkbox", name="Yes, close my account.").check()
    guest.get_by_role("button", name="Close my account").click()
    expect(guest.get_by_role("heading", name="Your account is closed")).to_be_visible()
    clean(guest, "account-closed")
    guest.goto(house.link_to(address, "/account/reopen/"))
    clean(guest, "account-reopen")
    guest.get_by_role("button", name="Open my account again").click()
    house.sign_in(guest, address)
    expect(guest).not_to_have_url(re.compile("/login"))
