# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way of a member through the Manager, in a real browser: in, less, out, and back."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.browser import LOOK_NAMES, LOOKS, PASSWORD, PHONE, WIDE, House, clean, expect, fits, needs_browser, ready
from tests.running import soon

pytestmark = needs_browser

NAME = "Luc Duvanel"


def invite(page: Any, address: str) -> None:
    """Through the wizard: a collaborator who reaches nothing yet."""
    page.goto("/manager/people/invite")
    page.get_by_label("E-mail addresses").fill(address)
    page.get_by_role("radio", name=re.compile("^Collaborator")).check()
    for step in ("access", "notices", "recap"):
        page.locator(f'button[name="go"][value="{step}"]').click()
        expect(page.locator(f'button[name="go"][value="{step}"]')).to_have_count(0)
    page.get_by_role("button", name="Send the invitations").click()
    expect(page).not_to_have_url(re.compile("invite$"))


def accept(house: House, address: str, size: dict[str, int]) -> Any:
    guest = house.visitor(size)
    guest.goto(house.link_to(address, "/invitation/"))
    guest.get_by_role("link", name="Create your account").click()
    guest.get_by_label("First name").fill("Luc")
    guest.get_by_label("Last name").fill("Duvanel")
    guest.get_by_label("Password", exact=True).fill(PASSWORD)
    guest.get_by_role("button", name="Create your account").click()
    expect(guest).not_to_have_url(re.compile("/signup"))
    return guest


def person_page(page: Any) -> str:
    """The address of Luc's page, from the table of users."""
    page.goto("/manager/people")
    return str(page.get_by_role("link", name=re.compile(NAME)).first.get_attribute("href"))


def give_the_drive(page: Any, person: str) -> None:
    page.goto(f"{person}/access")
    ready(page)  # a tick before the scripts are there asks for no preview
    row = page.locator(".access__row:not([data-kind])").first
    row.get_by_role("checkbox").first.check()
    expect(page.locator("#effect")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toasts .toast").first).to_be_visible()


def status_of(page: Any, path: str) -> int:
    return int(page.context.request.get(path).status)


def keeps_a_file(guest: Any) -> None:
    guest.goto("/drive/")
    guest.goto(f"{guest.url}/upload")
    guest.get_by_label("Files").set_input_files({"name": "Score.txt", "mimeType": "text/plain", "buffer": b"kept"})
    guest.locator("main").get_by_role("button", name="Upload").click()
    expect(guest.get_by_role("link", name="Score.txt", exact=True)).to_be_visible()


def demote(page: Any, person: str) -> None:
    page.goto(f"{person}/role")
    page.get_by_role("radio", name=re.compile("^External")).check()
    page.get_by_role("button", name="Change the role").click()
    expect(page).not_to_have_url(re.compile("/role$"))


def remove(page: Any, person: str, login: str) -> None:
    """Every page of the wizard, with what it proposes: the files are handed over to the one who removes."""
    page.goto(f"{person}/remove")
    expect(page.get_by_role("heading", name=re.compile("What happens to the files of Luc"))).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("checkbox", name=re.compile("^I have read")).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove…").click()
    page.get_by_label("Your own login identifier").fill(login)
    page.get_by_role("checkbox", name=re.compile("^Yes, remove")).check()
    page.get_by_role("button", name="Remove this user").click()
    expect(page).to_have_url(re.compile("/manager/people/removed"))


def reloaded_until(page: Any, happens: Callable[[], bool]) -> None:
    """A worker carries it out: look again until it is done."""

    def look() -> bool:
        page.reload()
        return happens()

    soon(look, within=90)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_member_comes_in_reaches_less_leaves_and_comes_back(house: House, size: dict[str, int]) -> None:
    """Slow: one story from the invitation to the undone removal, with two people."""
    page, login = house.newcomer(size)
    address = f"{uuid4().hex[:10]}@journey.example"
    invite(page, address)
    guest = accept(house, address, size)
    assert status_of(guest, "/drive/") != 200, "nothing was given yet"

    person = person_page(page)
    give_the_drive(page, person)
    keeps_a_file(guest)

    demote(page, person)
    soon(lambda: any("External" in text for text in house.letters_to(address)))
    assert status_of(guest, "/drive/") == 200, "the own access is kept"

    remove(page, person, login)
    reloaded_until(page, lambda: page.get_by_role("button", name=re.compile("^Undo the removal")).count() == 1)
    assert status_of(guest, "/drive/") != 200, "who was removed reaches nothing"
    page.goto("/drive/")
    page.get_by_role("link", name=re.compile(NAME)).first.click()
    expect(page.get_by_role("link", name="Score.txt", exact=True)).to_be_visible()

    page.goto("/manager/people/removed")
    page.get_by_role("button", name=re.compile("^Undo the removal")).click()
    reloaded_until(page, lambda: status_of(guest, "/drive/") == 200)
    guest.goto("/drive/")
    expect(guest.get_by_role("link", name="Score.txt", exact=True)).to_be_visible()
    page.goto("/manager/people")
    expect(page.get_by_role("link", name=re.compile(NAME)).first).to_be_visible()


PAGES = (
    "",
    "people",
    "people/invite",
    "people/invitations",
    "people/removed",
    "people/alert",
    "people/{member}",
    "people/{member}/access",
    "people/{member}/teams",
    "people/{member}/remove",
    "teams",
    "teams/new",
    "teams/{team}",
    "teams/{team}/access",
    "teams/{team}/remove",
    "products",
    "products/{product}",
    "security",
    "activity",
    "organization",
    "organization/delete",
    "organizations/new",
    "api",
    "api/webhooks/{webhook}",
    "transfers",
    "transfers/new/{product}",
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("size", "look"), LOOKS, ids=LOOK_NAMES)
def test_every_page_of_the_manager_is_clean(house: House, size: dict[str, int], look: str) -> None:
    """Slow: each page is read by axe."""
    page, login = house.newcomer(size, color_scheme=look, has_touch=size is PHONE)
    made = house.served.change("a_staff", login)
    for name in PAGES:
        answer = page.goto(f"/manager/{name.format(**made)}")
        assert answer is not None
        assert answer.status == 200, page.url
        ready(page)
        clean(page, size["width"])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_page_of_the_manager_scrolls_sideways(house: House) -> None:
    """Slow: a browser. On the narrowest phone, and on a desk at 200 % (WCAG 2.2, 1.4.10)."""
    page, login = house.newcomer()
    made = house.served.change("a_staff", login)
    for name in PAGES:
        page.goto(f"/manager/{name.format(**made)}")
        ready(page)
        for width in (320, 720):
            fits(page, width)
