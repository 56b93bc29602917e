# SPDX-License-Identifier: AGPL-3.0-or-later
"""The frame and its parts in a real browser: by keyboard, in both themes, under axe, on a phone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser import PHONE, WIDE, at_rest, expect, fits, needs_browser, ready, until, violations

pytestmark = [
    *needs_browser,
    pytest.mark.urls("tests.journeys.specimens"),
    pytest.mark.django_db(transaction=True),
]
Open = Callable[..., Any]


@pytest.fixture
def visit(chromium: Any, live_server: Any, settings: Any) -> Iterator[Open]:
    settings.TEMPLATES = [
        {**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]} for engine in settings.TEMPLATES
    ]
    contexts = []
    faults: list[str] = []

    def visit(address: str, size: dict[str, int] = WIDE, **details: Any) -> Any:
        context = chromium.new_context(viewport=size, **details)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"{live_server.url}{address}")
        ready(page)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


PAGES = ("/design", "/design/frame/drive", "/design/public", "/design/problem/403", "/design/problem/500")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(visit: Open, address: str, look: str, size: dict[str, int]) -> None:
    page = visit(f"{address}?appearance={look}", size)
    assert violations(page) == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_axe_finds_nothing_in_what_passes_over_the_page(visit: Open, look: str) -> None:
    page = visit(f"/design/frame/drive?appearance={look}")
    page.keyboard.press("Control+k")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Élodie Rey, your account").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert violations(page) == []


@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways(visit: Open, address: str) -> None:
    page = visit(address)
    for width in (320, 390, 768, 1024):
        fits(page, width)


def test_the_palette_goes_to_a_place_without_the_mouse(visit: Open) -> None:
    page = visit("/playground")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("mee")
    expect(page.get_by_role("option").first).to_contain_text("Meet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/design/frame/meet")


def test_escape_closes_the_palette_and_gives_the_focus_back(visit: Open) -> None:
    page = visit("/playground")
    page.locator("#deed").focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#deed")).to_be_focused()


def test_a_menu_opens_by_arrow_moves_by_letter_and_gives_the_focus_back(visit: Open) -> None:
    page = visit("/playground")
    button = page.get_by_role("button", name="Élodie Rey, your account")
    button.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Manage my account")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("l")
    expect(page.get_by_role("menuitem", name="Log out")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_deed_swaps_tells_and_can_be_undone(visit: Open) -> None:
    page = visit("/playground")
    page.evaluate("document.addEventListener('drive:undone', () => (document.title = 'undone'))")
    page.locator("#deed").click()
    expect(page.locator("#list")).to_have_text("Done POST")
    expect(page.locator(".toasts .toast")).to_contain_text("Done “Ünïcode”.")
    page.keyboard.press("z")
    expect(page).to_have_title("undone")
    expect(page.locator(".toasts .toast")).to_have_count(0)


def test_a_toast_survives_the_redirect(visit: Open) -> None:
    page = visit("/playground?told=1")
    expect(page.locator(".toasts .toast")).to_contain_text("The folder is in the trash.")
    expect(page.locator(".toasts .toast button", has_text="Undo")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "said"),
    [("#conflict", "A file of this name is already here."), ("#strange", "The server does not answer.")],
)
def test_a_failure_in_a_swap_leaves_the_page_as_it_was(visit: Open, button: str, said: str) -> None:
    page = visit("/playground")
    page.locator(button).click()
    expect(page.locator(".toasts .toast")).to_contain_text(said)
    expect(page.locator(".toasts .toast")).to_have_count(1)
    assert page.locator("#list").inner_text() == "Before"


def test_a_lost_connection_is_told(visit: Open) -> None:
    page = visit("/playground")
    page.context.set_offline(True)
    page.locator("#deed").click()
    expect(page.locator(".toasts .toast")).to_contain_text("You are offline.")


def test_a_session_that_ended_takes_the_whole_page_to_the_login_and_back(visit: Open) -> None:
    page = visit("/playground?told=")
    page.locator("#closed").click()
    page.wait_for_url("**/login?**")
    expect(page.locator("#next")).to_have_text("/playground?told=")


def test_a_dialog_from_the_server_opens_and_leaves(visit: Open) -> None:
    page = visit("/playground")
    page.locator("#sent").click()
    expect(page.get_by_role("dialog", name="New folder")).to_be_visible()
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#sent-dialog")).to_have_count(0)


def test_a_control_that_is_off_says_why_and_does_nothing(visit: Open) -> None:
    page = visit("/playground")
    off = page.locator("#off")
    off.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".tooltip")).to_have_text("Only Olive can.")
    off.click(force=True)
    page.wait_for_timeout(200)
    assert page.locator("#list").inner_text() == "Before"


def test_letters_are_text_in_a_field(visit: Open) -> None:
    page = visit("/playground")
    page.locator("#field").fill("")
    page.locator("#field").press("?")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_the_drawer_comes_and_goes_on_a_phone(visit: Open) -> None:
    page = visit("/design/frame/drive", PHONE)
    sidebar = page.locator("#sidebar")
    expect(sidebar).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(sidebar).to_be_visible()
    expect(page.get_by_role("button", name="Close the sidebar")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()
    expect(page.get_by_role("button", name="More")).to_be_focused()


def test_the_first_tab_offers_to_skip_to_the_content(visit: Open) -> None:
    page = visit("/playground")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#deed")).to_be_focused()


def test_automatic_follows_the_device_live(visit: Open) -> None:
    page = visit("/design/frame/drive", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    at_rest(page)
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    until(page, f"light => {ground} !== light", light)


def test_nothing_moves_for_those_who_ask_for_it(visit: Open) -> None:
    page = visit("/design/frame/drive", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--motion-calm')") in (
        "0s",
        "0ms",
    )


def test_a_printed_page_is_the_sheet_alone(visit: Open) -> None:
    page = visit("/design/frame/drive")
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator(".sidebar")).to_be_hidden()
    expect(page.locator("table")).to_be_visible()


def test_without_script_the_frame_and_its_menus_still_work(visit: Open, chromium: Any, live_server: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=WIDE)
    page = context.new_page()
    page.goto(f"{live_server.url}/playground?told=1")
    expect(page.locator(".toast")).to_be_visible()
    page.locator(".topbar__me").click()
    expect(page.locator("#account-menu")).to_be_visible()
    context.close()
