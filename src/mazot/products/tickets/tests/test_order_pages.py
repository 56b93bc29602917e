# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders in the back office: found, paid, cancelled, and read again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.products.tickets.models import Order, Payment
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import ordered
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_order_is_found_by_number_name_and_code(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    browser: Client = signed_in(cast.adam)
    address = reverse("tickets:orders", args=[shop.id])
    for words in (order.number, "thevoz", "margaux@", order.tickets.get().code):
        assert order.number in browser.get(address, {"words": words}).content.decode()
    assert order.number not in browser.get(address, {"words": "nobody"}).content.decode()
    assert order.number not in browser.get(address, {"state": "paid"}).content.decode()


def test_an_order_is_paid_cancelled_and_paid_back_in_its_page(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price, 2)
    browser: Client = signed_in(cast.adam)
    page = reverse("tickets:order", args=[order.id])
    assert browser.post(reverse("tickets:order-paid", args=[order.id])).url == page
    first = order.tickets.order_by("number").first()
    assert first is not None
    said = {"ticket": str(first.id), "frees": "on", "refund": "28.00", "reason": "Ill"}
    browser.post(reverse("tickets:order-cancel", args=[order.id]), said)
    owed = Payment.objects.get(kind="refund")
    browser.post(reverse("tickets:order-refunded", args=[order.id, owed.id]))
    order = Order.objects.get()
    assert (order.state, order.paid, order.refunded) == ("partly_cancelled", 5600, 2800)
    told = browser.get(page).content.decode()
    assert "Paid back" in told
    assert "Ill" in told


def test_more_than_was_paid_does_not_go_back(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    browser: Client = signed_in(cast.adam)
    browser.post(reverse("tickets:order-paid", args=[order.id]))
    for refund in ("28.01", "-1", "x"):
        said = {"ticket": str(order.tickets.get().id), "refund": refund}
        browser.post(reverse("tickets:order-cancel", args=[order.id]), said)
    assert order.tickets.get().state == "valid"
