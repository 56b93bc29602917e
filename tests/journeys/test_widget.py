# SPDX-License-Identifier: AGPL-3.0-or-later
"""The widget on somebody else's site: a purchase inside their page, and a page that may not show it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.browser import PHONE, House, expect, needs_browser, picture, until, violations
from tests.running import soon

pytestmark = needs_browser


@contextmanager
def site(pages: dict[str, str], policy: str = "") -> Iterator[str]:
    """Another site: to a browser 127.0.0.1 and localhost have nothing in common."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Keep still."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


CART = "JSON.parse(Object.values(sessionStorage)[0] ?? '{}').cart"


def page_with_widget(house: House, made: dict[str, str]) -> str:
    line = f'<script src="{house.address}/widget.js" data-shop="{made["slug"]}" async></script>'
    return f"<!doctype html><title>Theatre</title><h1>Theatre</h1>{line}<p>After it</p>"


def fits_its_content(page: Any) -> None:
    """The frame is as high as what it shows, so that nothing in it scrolls."""
    height = page.frames[1].evaluate("document.querySelector('.shop').getBoundingClientRect().height")
    until(page, "height => Math.abs(document.querySelector('iframe').offsetHeight - height) < 2", height)


@pytest.mark.timeout(300)
def test_tickets_are_bought_inside_a_page_of_another_site(house: House) -> None:
    _office, login = house.newcomer()
    pages: dict[str, str] = {}
    # Only our script and our frame may be there, and no style at all.
    with site(pages, f"default-src 'none'; script-src {house.address}; frame-src {house.address}") as ours:
        made = house.served.change("a_framed_shop", login, ours)
        pages["/"] = page_with_widget(house, made)
        page = house.visitor(PHONE)
        page.goto(ours)
        frame = page.frame_locator("iframe")
        fits_its_content(page)
        frame.get_by_role("link", name="Requiem").click()
        frame.get_by_label("Adult", exact=True).fill("2")
        fits_its_content(page)
        frame.get_by_role("button", name="Continue").click()
        expect(frame.get_by_label("E-mail")).to_be_visible()
        cart = until(page, CART)
        page.reload()
        expect(frame.get_by_role("timer")).to_be_visible()  # the same cart, at the same step
        assert until(page, CART) == cart
        fits_its_content(page)
        frame.get_by_label("E-mail").fill("vera@people.example")
        frame.get_by_role("button", name="Order and pay").click()
        expect(frame.get_by_role("heading", name="Order")).to_be_visible()
        fits_its_content(page)
        until(page, "sessionStorage.length === 0")  # an order is told to nobody
        names = [cookie["name"] for cookie in page.context.cookies(house.address)]
        assert not [name for name in names if name.startswith("cart-")]


@pytest.mark.timeout(300)
def test_a_site_that_the_shop_does_not_name_gets_neither_page_nor_cart(house: House) -> None:
    office, login = house.newcomer()
    pages: dict[str, str] = {}
    with site(pages) as ours, site(pages) as stranger:
        made = house.served.change("a_framed_shop", login, ours)
        pages["/"] = page_with_widget(house, made)
        elsewhere = house.visitor(PHONE)
        elsewhere.goto(stranger)
        until(elsewhere, "document.querySelectorAll('iframe').length === 1")
        soon(lambda: elsewhere.frames[1].url.startswith("chrome-error:"))
        assert elsewhere.evaluate("sessionStorage.length") == 0

        page = house.visitor(PHONE)
        page.goto(ours)
        frame = page.frame_locator("iframe")
        frame.get_by_role("link", name="Requiem").click()
        frame.get_by_label("Adult", exact=True).fill("1")
        frame.get_by_role("button", name="Continue").click()
        cart = until(page, CART)
        # Whoever else writes to the page is not heard: the page itself, or a frame of ours that is not the widget's.
        forged = "{ from: 'mazot-shop', opened: true, height: 5000, cart: 'forged', page: 'checkout' }"
        page.evaluate(f"postMessage({forged}, '*')")
        page.evaluate(f"dispatchEvent(new MessageEvent('message', {{ data: {forged}, origin: '{house.address}' }}))")
        page.evaluate("new Promise(requestAnimationFrame)")
        assert page.evaluate(CART) == cart
        page.evaluate(
            "cart => { for (const name of Object.keys(sessionStorage)) sessionStorage[name] = cart }",
            '{"cart":"../../x?","page":"//evil.example"}',
        )
        page.reload()
        until(page, "document.querySelector('iframe').src.endsWith('/?cart=')")

    office.goto(f"/tickets/{made['shop']}/settings")
    office.get_by_text("Preview", exact=True).click()
    shown = office.frame_locator(".widget-look__frame")
    expect(shown.get_by_role("link", name="Requiem")).to_be_visible()
    assert violations(office) == []
    picture(office, "widget-settings")
    house.faults[:] = [fault for fault in house.faults if "frame-ancestors" not in fault]
