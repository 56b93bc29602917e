# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many who come to the waiting room in one moment."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.actions.carts import open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.actions.waiting import move_on, take_turn
from mazot.products.tickets.models import Cart, WaitingRoom
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 12


def test_everybody_gets_a_number_of_their_own(cast: Cast) -> None:
    shop, _price = an_open_shop(cast)
    shop, numbers = set_shop(cast.olive, shop, queue_size=5), []
    ended = at_once(
        *[lambda: numbers.append(take_turn(buyer_in(shop), shop)) for _n in range(MANY)],
        starts_within=20,
        ends_within=60,
    )
    assert [one.error for one in ended] == [None] * MANY
    assert sorted(numbers) == list(range(1, MANY + 1))


def test_however_many_move_it_on_it_moves_once_a_second(cast: Cast) -> None:
    shop, _price = an_open_shop(cast)
    shop = set_shop(cast.olive, shop, queue_size=5)
    for _n in range(50):
        take_turn(buyer_in(shop), shop)
    room = WaitingRoom.objects.get()
    assert room.allowed == 5
    CLOCK.advance(timedelta(seconds=91))
    ended = at_once(*[lambda: move_on(buyer_in(shop), shop)] * MANY, starts_within=20, ends_within=60)
    assert [one.error for one in ended] == [None] * MANY
    room.refresh_from_db()
    assert room.allowed == 10


def test_one_turn_opens_one_cart_in_however_many_windows(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    shop = set_shop(cast.olive, shop, queue_size=5)
    buyer, wants = buyer_in(shop), [Want(price.id, 1)]
    number = take_turn(buyer, shop)
    ended = at_once(
        *[lambda: open_cart(buyer, shop, language="en", wants=wants, turn=number)] * MANY,
        starts_within=20,
        ends_within=60,
    )
    assert sum(one.error is None for one in ended) == 1
    assert {one.error.reason for one in ended if one.error} == {"turn_used"}
    assert Cart.objects.count() == 1
