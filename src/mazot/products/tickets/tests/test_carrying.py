# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shop inside another site's page: without cookies, for the named sites alone, and with nothing left to forge."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.errors import Invalid
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.models import Cart, Order, Price, Shop
from mazot.products.tickets.tests.furnishing import an_open_shop
from tests.cast import Cast

SITE = "https://theatre.example"


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    shop, price = an_open_shop(cast)
    shop.methods.filter(kind="on_site").update(is_on=True)
    return set_shop(cast.olive, shop, origins=[SITE]), price


@pytest.fixture
def stranger() -> Client:
    """A browser in a frame: it checks for forgery as for anyone, and has no cookie to show."""
    return Client(enforce_csrf_checks=True)


def address(sold: tuple[Shop, Price], name: str = "shop-event", cart: str | None = "") -> str:
    parts = [sold[0].slug]
    if name in ("shop-event", "shop-choose"):
        parts.append(sold[1].zone.performance.event.slug)
    return reverse(name, args=parts) + ("" if cart is None else f"?cart={cart}")


def choose(browser: Client, sold: tuple[Shop, Price], cart: str | None = "") -> Any:
    said = {"date": sold[1].zone.performance_id, f"count-{sold[1].id}": "2"}
    return browser.post(address(sold, "shop-choose", cart), said)


def test_a_stranger_buys_in_a_frame_without_any_cookie(stranger: Client, sold: tuple[Shop, Price]) -> None:
    answer = choose(stranger, sold)
    assert not stranger.cookies
    token = re.fullmatch(r".*/checkout\?cart=([\w-]{20,})", answer["Location"])[1]
    stranger.cookies.clear()
    page = stranger.get(answer["Location"]).content.decode()
    assert page.count(f"?cart={token}") >= 4
    assert "Go to your order" in stranger.get(address(sold, cart=token)).content.decode()
    method = re.search(r'name="method" value="([^"]+)"', page)[1]
    stranger.cookies.clear()
    order = stranger.post(address(sold, "shop-checkout", token), {"email": "vera@people.example", "method": method})
    assert f"?cart={token}" in order["Location"]
    assert stranger.get(order["Location"]).status_code == 200
    assert Order.objects.get().customer.email == "vera@people.example"
    page = stranger.get(order["Location"]).content.decode()
    letter = re.search(r'action="([^"]+/letter[^"]*)"', page)[1]
    stranger.cookies.clear()
    assert f"?cart={token}" in stranger.post(letter)["Location"]


def test_only_pages_without_cookies_are_framed_and_only_by_named_sites(
    stranger: Client, sold: tuple[Shop, Price]
) -> None:
    framed = stranger.get(address(sold))
    assert f"frame-ancestors 'self' {SITE}" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    own = stranger.get(address(sold, cart=None))
    assert own["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert "X-Frame-Options" in own


def test_a_shop_that_names_no_site_is_framed_by_none(cast: Cast, stranger: Client, sold: tuple[Shop, Price]) -> None:
    set_shop(cast.olive, sold[0], origins=[])
    answer = stranger.get(address(sold))
    assert answer["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert "X-Frame-Options" in answer


def test_a_forged_form_reaches_no_cart_of_a_cookie(sold: tuple[Shop, Price]) -> None:
    victim = Client()
    assert choose(victim, sold, cart=None).status_code == 302
    cart = Cart.objects.get()
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = victim.cookies
    assert choose(forger, sold, cart=None).status_code == 403
    assert forger.post(address(sold, "shop-extend", cart=None)).status_code == 403
    for name in ("shop-extend", "shop-code", "shop-drop", "shop-checkout"):
        forger.post(address(sold, name), {"code": "x", "email": "forger@people.example"})
    cart.refresh_from_db()
    assert (cart.extended, cart.code, Order.objects.count()) == (False, None, 0)


def test_a_cart_in_the_address_is_cleaned_before_it_stands_in_a_page(
    stranger: Client, sold: tuple[Shop, Price]
) -> None:
    page = stranger.get(address(sold, cart="%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).content.decode()
    assert "<script>alert" not in page
    assert "?cart=scriptalert1script" in page


@pytest.mark.parametrize(
    "origin",
    [
        "http://theatre.example",
        "https://theatre.example;script-src",
        "https://theatre.example *",
        "https://*.example",
        "https://a.example/path",
        "https://a@b.example",
        "https://",
        "https://-a.example",
        "https://a.example\nX: y",
    ],
)
def test_a_site_is_named_by_its_origin_and_nothing_else(cast: Cast, sold: tuple[Shop, Price], origin: str) -> None:
    with pytest.raises(Invalid):
        set_shop(cast.olive, sold[0], origins=[origin])


def test_the_widget_is_small_and_may_be_kept(stranger: Client) -> None:
    answer = stranger.get(reverse("shop-widget"))
    assert answer["Content-Type"] == "text/javascript"
    assert "max-age" in answer["Cache-Control"]
    assert len(answer.content) < 2500
