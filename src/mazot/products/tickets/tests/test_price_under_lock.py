# SPDX-License-Identifier: AGPL-3.0-or-later
"""A price that changes while a buyer waits for its date is sold as it was changed."""

import threading

import pytest
from django.db import connection, transaction

from mazot.products.tickets.actions.carts import change_price, hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.pricing import make_price, set_price
from mazot.products.tickets.models import Cart, Price, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.tenancy.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

WAITS = 0.6  # seconds, in which the other thread certainly comes to the lock


def while_it_changes(cast: Cast, price: Price, deed: object, *, amount: int) -> None:
    """Change the price in a transaction that ends only after the deed waits for its date."""

    def do() -> None:
        try:
            deed()  # type: ignore[operator]
        finally:
            connection.close()

    thread = threading.Thread(target=do)
    with transaction.atomic():
        set_price(cast.olive, price.zone.performance, price=price, amount=amount)
        thread.start()
        thread.join(WAITS)
        assert thread.is_alive(), "the deed waited for nothing"
    thread.join(20)
    assert not thread.is_alive()


def test_what_is_held_costs_what_the_price_was_changed_to(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    buyer: Actor = buyer_in(shop)
    while_it_changes(cast, price, lambda: open_cart(buyer, shop, language="en", wants=[Want(price.id, 2)]), amount=3100)
    assert {(ticket.amount, ticket.list_amount) for ticket in Ticket.objects.all()} == {(3100, 3100)}


def test_another_price_of_the_zone_costs_what_it_was_changed_to(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    child = make_price(cast.olive, price.zone.performance, zone=price.zone, name="Child", amount=900)
    buyer: Actor = buyer_in(shop)
    cart: Cart = open_cart(buyer, shop, language="en")[0]
    (ticket,) = hold_places(buyer, cart, wants=[Want(price.id, 1)])
    while_it_changes(cast, child, lambda: change_price(buyer, cart, ticket=ticket.id, price=child), amount=1200)
    assert (Ticket.objects.get().price_id, Ticket.objects.get().amount) == (child.id, 1200)
