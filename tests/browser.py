# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real browser on a served Mazot: Debian's Chromium, people who sign up and sign in, axe, and pictures.

Pictures are taken when MAZOT_PICTURES names a folder: light and dark, on a desk and on a phone.
"""

import os
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe

from mazot.ui import assets
from tests.running import soon
from tests.served import Served

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = playwright.expect
expect.set_options(timeout=20_000)  # milliseconds, for what takes one; a shared machine can stand still for seconds

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
LOOKS = [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")]
LOOK_NAMES = ["wide-light", "wide-dark", "phone-light", "phone-dark"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "larch-and-stone-9"

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.skipif(not (assets.BUILT / "manifest.json").is_file(), reason="the front end is not built"),
]


class House:
    """Browsers that visit one served Mazot; each `visitor` is a browser of its own, with its own cookies."""

    def __init__(self, chromium: Any, served: Served) -> None:
        self.chromium, self.served = chromium, served
        self.address = f"http://localhost:{served.port}"  # a name: passkeys know no bare addresses
        self.contexts: list[Any] = []
        self.faults: list[str] = []

    def visitor(self, size: dict[str, int] = WIDE, **details: Any) -> Any:
        """A page in a fresh browser."""
        details = {"locale": "en-GB"} | details
        context = self.chromium.new_context(viewport=size, base_url=self.address, **details)
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)
        return page

    def newcomer(self, size: dict[str, int] = WIDE, **details: Any) -> "tuple[Any, str]":
        """Somebody who has just signed up, and their login identifier."""
        page, login = self.visitor(size, **details), f"{uuid4().hex[:10]}@journey.example"
        page.goto("/signup")
        page.get_by_label("First name").fill("Nora")
        page.get_by_label("Last name").fill("Favre")
        page.get_by_label("Login identifier").fill(login)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create your account").click()
        expect(page).not_to_have_url(re.compile("/signup"))
        return page, login

    def sign_in(self, page: Any, login: str, password: str = PASSWORD) -> None:
        """Fill in the login page, wherever it leads."""
        if not re.match(r"[^?]*/login(\?|$)", page.url):
            page.goto("/login")
        page.get_by_label("Login identifier").fill(login)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in", exact=True).click()

    def confirm(self, page: Any) -> None:
        """Give the password once more where the page asks for it before a change."""
        page.get_by_label("Password of your account").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()

    def letters_to(self, login: str) -> list[str]:
        """The text of every letter to this address, oldest first."""
        read = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted((self.served.data / "outbox").glob("*.eml"))
        ]
        return [letter.get_content() for letter in read if letter["To"] == login]  # type: ignore[attr-defined]

    def link_to(self, login: str, path: str) -> str:
        """The path of the newest link below `path` that was written to this address; a worker sends it a moment later."""
        links = re.compile(r"https?://[^/\s]+(" + re.escape(path) + r"[^\s<>\"]+)")
        return soon(lambda: [found[1] for text in self.letters_to(login) for found in links.finditer(text)])[-1]  # type: ignore[no-any-return]


def until(page: Any, condition: str, value: Any = None, *, within: float = 60.0) -> Any:
    """Wait until this expression (or function of the value) is true in the page, and answer it.

    Playwright's own `wait_for_function` calls eval in the page when it asks a second time, which our policy forbids.
    """

    def ask() -> Any:
        try:
            return page.evaluate(condition, value)
        except playwright.Error as error:
            if "context was destroyed" not in str(error):
                raise
            return None  # another page is just taking its place

    return soon(ask, within=within)


def ready(page: Any) -> None:
    """Wait until every script of the page has run: keys and drops before that moment reach nobody."""
    until(page, "document.readyState === 'complete' && !document.querySelector(':not(:defined)')")


def at_rest(page: Any) -> None:
    """Wait until nothing moves or fades: colours in between are nobody's."""
    # A click does not wait for the page it leads to, and axe fails on a document that is just being replaced.
    page.wait_for_timeout(200)
    page.wait_for_load_state("load")
    moving = "document.getAnimations().some(a => a.playState === 'running' && isFinite(a.effect.getComputedTiming().endTime))"
    until(page, f"!{moving}")


def fits(page: Any, width: int, selector: str = "html") -> None:
    """Nothing scrolls sideways at this width, in the page or in a part of it."""
    page.set_viewport_size({"width": width, "height": 844})
    until(page, "([selector, width]) => document.querySelector(selector).scrollWidth <= width", [selector, width])


def violations(page: Any) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page as it is."""
    at_rest(page)
    try:
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    except playwright.Error as error:
        if "context was destroyed" not in str(error):
            raise
        at_rest(page)  # the page was replaced meanwhile: look at the new one
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]} {node['any'][:1]}" for fault in found for node in fault["nodes"]]


def clean(page: Any, width: int) -> None:
    """axe finds nothing on the page as it is, and nothing runs over its edge."""
    assert violations(page) == [], page.url
    until(page, "width => document.documentElement.scrollWidth <= width", width)


def picture(page: Any, name: str) -> None:
    """Keep four pictures of the page, if somebody wants to look at them."""
    if not (folder := os.environ.get("MAZOT_PICTURES")):
        return
    for look in ("light", "dark"):
        page.emulate_media(color_scheme=look)
        for kind, size in (("wide", WIDE), ("phone", PHONE)):
            page.set_viewport_size(size)
            page.wait_for_timeout(150)
            page.screenshot(path=str(Path(folder) / f"{name}-{kind}-{look}.png"))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    # Playwright's own loop runs in this thread; Django would take the test for a coroutine.
    with pytest.MonkeyPatch.context() as patch, playwright.sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def house(chromium: Any, served: Served) -> Iterator[House]:
    house = House(chromium, served)
    yield house
    for context in house.contexts:
        context.close()
    assert house.faults == []
