# SPDX-License-Identifier: AGPL-3.0-or-later
"""The widget on somebody else's site: a purchase inside their page, and a page that may not show it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.browser import PHONE, House, expect, needs_browser, until

pytestmark = needs_browser


@contextmanager
def site(pages: dict[str, str]) -> Iterator[str]:
    """Another site: to a browser 127.0.0.1 and localhost have nothing in common."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
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


@pytest.mark.timeout(300)
def test_tickets_are_bought_inside_a_page_of_another_site(house: House) -> None:
    _office, login = house.newcomer()
    pages: dict[str, str] = {}
    with site(pages) as ours, site(pages) as stranger:
        made = house.served.change("a_framed_shop", login, ours)
        line = f'<script src="{house.address}/widget.js" data-shop="{made["slug"]}" async></script>'
        pages["/"] = f"<!doctype html><title>Theatre</title><h1>Theatre</h1>{line}<p>After it</p>"
        page = house.visitor(PHONE)
        page.goto(ours)
        frame = page.frame_locator("iframe")
        frame.get_by_role("link", name="Requiem").click()
        frame.get_by_label("Adult", exact=True).fill("2")
        frame.get_by_role("button", name="Continue").click()
        frame.get_by_label("E-mail").fill("vera@people.example")
        frame.get_by_role("button", name="Order and pay").click()
        expect(frame.get_by_role("heading", name="Order")).to_be_visible()
        until(page, "document.querySelector('iframe').offsetHeight !== 640")
        assert page.context.cookies(house.address) == [] or all(
            not cookie["name"].startswith("cart-") for cookie in page.context.cookies(house.address)
        )
        elsewhere = house.visitor(PHONE)
        elsewhere.goto(stranger)
        frames = until(elsewhere, "document.querySelectorAll('iframe').length")
        assert frames == 1
        elsewhere.wait_for_timeout(1500)
        assert elsewhere.frames[1].url.startswith("chrome-error:")
    house.faults[:] = [fault for fault in house.faults if "frame-ancestors" not in fault]
