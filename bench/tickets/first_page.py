# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a browser that was never here loads for the first page, and how often a buyer presses until the order stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SCREEN = {"width": 1280, "height": 900}


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROMIUM, FLAGS

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def bytes_of(chromium: Any, address: str) -> tuple[int, int]:
    """Bytes on the wire and requests, each address once: pretix loads its page twice when there is no TLS."""
    context = chromium.new_context(viewport=SCREEN)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda told: names.setdefault(told["requestId"], told["request"]["url"]))
    session.on(
        "Network.loadingFinished",
        lambda told: sizes.setdefault(names.get(told["requestId"], ""), int(told["encodedDataLength"])),
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    context.close()
    return sum(sizes.values()), len(sizes)


def presses(chromium: Any, address: str) -> int:
    """Buy one ticket by hand and count: the plus is a press, as at pretix; what is typed is none."""
    context = chromium.new_context(viewport=SCREEN)
    page, pressed = context.new_page(), []

    def press(button: Any) -> None:
        button.click()
        pressed.append(button)

    page.goto(address)
    press(page.locator("[data-step=up]").first)
    press(page.get_by_role("button", name="Continue"))
    page.get_by_label("E-mail").fill("ana@buyer.example")
    for field in page.locator("input[name^=answer-]").all():
        field.fill("by a poster")
    press(page.get_by_role("button", name="Order and pay"))
    page.wait_for_url("**/order/**")
    context.close()
    return len(pressed)
