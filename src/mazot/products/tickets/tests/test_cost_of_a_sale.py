# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a sale asks of the database: as many statements as were counted when they were last looked at, and no more."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from mazot.foundation.errors import Conflict
from mazot.products.tickets.actions.carts import open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.pricing import make_price
from mazot.products.tickets.models import Cart, Order, PaymentMethod, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_concert, an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db

# The two that begin and end a transaction are counted with each.
HOLD, ORDER = 10, 21


def test_a_hold_and_an_order_ask_few_statements(cast: Cast, django_assert_max_num_queries: Callable[..., Any]) -> None:
    shop, price = an_open_shop(cast)
    free = a_concert(cast, shop, title="Open rehearsal", amount=0)
    buyer = buyer_in(shop)
    for wanted, kind, state in ((price, "on_site", "pending"), (free, "free", "paid")):
        method = PaymentMethod.objects.get(shop=shop, kind=kind)
        with django_assert_max_num_queries(HOLD):
            cart, _token = open_cart(buyer, shop, language="en", wants=[Want(wanted.id, 1)])
        with django_assert_max_num_queries(ORDER):
            order, _secret = place_order(buyer, cart, customer={"email": f"{kind}@example.org"}, method=method)
        assert Order.objects.get(id=order.id).state == state
        assert Ticket.objects.get(order=order).state == ("valid" if state == "paid" else "pending")
        assert (order.paid_at is None) == (state == "pending")
        assert (order.due_at is None) == (state == "paid")


def test_places_that_cannot_be_had_leave_no_cart(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    with pytest.raises(Conflict):
        open_cart(buyer_in(shop), shop, language="en", wants=[Want(price.id, 2)])
    assert not Cart.objects.filter(shop=shop).exists()
    assert not Ticket.objects.filter(performance=price.zone.performance).exists()


def test_best_seats_of_two_prices_in_one_press_are_different_seats(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    child = make_price(cast.olive, price.zone.performance, zone=price.zone, name="Child", amount=1000)
    cart, _token = open_cart(
        buyer_in(shop), shop, language="en", wants=[Want(price.id, 3), Want(child.id, 3)], picks_best=True
    )
    seats = [ticket.seat for ticket in Ticket.objects.filter(cart=cart)]
    assert len(set(seats)) == 6
    assert set(seats) < set(ids)


def test_the_page_of_an_event_travels_small(cast: Cast, client: Any) -> None:
    shop, price = an_open_shop(cast)
    address = reverse("shop-event", args=[shop.slug, price.zone.performance.event.slug])
    plain = client.get(address)
    small = client.get(address, headers={"accept-encoding": "gzip"})
    assert (plain.status_code, small.headers["Content-Encoding"]) == (200, "gzip")
    assert len(small.content) < len(plain.content) / 2
    assert b"Requiem" in gzip.decompress(small.content)
