# SPDX-License-Identifier: AGPL-3.0-or-later
"""One address keeps no house empty, and a school behind one address buys what it wants."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import TooMany
from mazot.products.tickets.actions.carts import open_cart, sweep_holds
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.letters import ask_letter
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Cart, Order, Price, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.sides import MOST_OF_A_SIDE, MOST_TO_A_MAILBOX, side_behind
from mazot.products.tickets.tests.test_shop import choose, confirm, selling
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HERE, NEXT_DOOR, ELSEWHERE = "2001:db8:7:7::1", "2001:db8:7:7:ffff::9", "2001:db8:7:8::1"
SECOND = timedelta(seconds=1)


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    CLOCK.freeze(CLOCK.now())
    return selling(cast, quantity=3000)


def holds(sold: tuple[Shop, Price], count: int, address: str = HERE) -> Cart:
    shop, price = sold
    wants = [Want(price.id, count)]
    return open_cart(buyer_in(shop), shop, language="en", wants=wants, side=side_behind(address))[0]


def orders(sold: tuple[Shop, Price], cart: Cart) -> Order:
    who = {"email": "margaux@example.org"}
    return place_order(buyer_in(sold[0]), cart, customer=who, method=sold[0].methods.get(kind="invoice"))[0]


def tries(sold: tuple[Shop, Price], address: str = HERE, count: int = 1) -> Any:
    return choose(Client(REMOTE_ADDR=address), sold[1], count)


def test_one_address_holds_a_thousand_places_and_then_waits_until_some_are_free(sold: tuple[Shop, Price]) -> None:
    for turn in range(10):
        holds(sold, 100)
        CLOCK.advance(timedelta(seconds=10 if turn < 9 else 0))
    n_tickets = Ticket.objects.count()
    refused = tries(sold, NEXT_DOOR)  # the same customer of a provider has all of a /64
    assert refused.status_code == 429
    assert f"{MOST_OF_A_SIDE} places are held" in refused.text
    assert "Requiem" in refused.text  # on the page of the event, where there is another try
    assert Ticket.objects.count() == n_tickets
    wait = int(refused["Retry-After"])
    assert wait == 15 * 60 - 90
    assert tries(sold, ELSEWHERE).status_code == 302
    CLOCK.advance(timedelta(seconds=wait) - SECOND)
    assert tries(sold).status_code == 429
    CLOCK.advance(SECOND)
    assert tries(sold).status_code == 302
    assert tries(sold, count=100).status_code == 429  # the first hundred are free, and one of them is taken
    assert tries(sold, count=99).status_code == 302


def test_a_cart_that_is_open_takes_no_more_than_a_new_one(sold: tuple[Shop, Price]) -> None:
    buyer = Client(REMOTE_ADDR=HERE)
    assert choose(buyer, sold[1], 50).status_code == 302
    for _turn in range(9):
        holds(sold, 100)
    assert choose(buyer, sold[1], 50).status_code == 302
    assert choose(buyer, sold[1], 1).status_code == 429
    assert Ticket.objects.count() == MOST_OF_A_SIDE


def test_orders_that_nobody_pays_keep_no_house_empty(cast: Cast, sold: tuple[Shop, Price]) -> None:
    placed = [orders(sold, holds(sold, 100)) for _turn in range(10)]
    assert tries(sold).status_code == 429
    record_payment(cast.olive, placed[0], amount=placed[0].total, event="by hand")
    assert tries(sold, count=100).status_code == 302  # what is paid is bought, and has no limit
    refused = tries(sold)
    assert refused.status_code == 429
    CLOCK.advance(timedelta(seconds=int(refused["Retry-After"])))
    assert tries(sold).status_code == 302


def test_three_hundred_of_a_school_hold_three_places_each_and_order_by_invoice(sold: tuple[Shop, Price]) -> None:
    for pupil in range(299):
        cart = holds(sold, 3)
        if pupil % 30 == 0:
            orders(sold, cart)
    last = Client(REMOTE_ADDR=HERE)
    assert choose(last, sold[1], 3).status_code == 302
    assert Ticket.objects.filter(takes_place=True).count() == 900


def places(sold: tuple[Shop, Price], email: str, address: str = HERE) -> Any:
    client = Client(REMOTE_ADDR=address)
    assert choose(client, sold[1]).status_code == 302
    return confirm(client, sold[0], email=email)


def test_a_crowd_of_fake_orders_does_not_fill_somebody_elses_mailbox(cast: Cast, sold: tuple[Shop, Price]) -> None:
    """The same mailbox in other letters, with a word behind a plus sign, and from beside in the same network."""
    names = ["victim@example.org", "VICTIM@Example.org", "victim+news@example.org", "victim+2@example.org"]
    for turn in range(MOST_TO_A_MAILBOX):
        assert places(sold, names[turn % 4], (HERE, NEXT_DOOR)[turn % 2]).status_code == 302
        CLOCK.advance(timedelta(minutes=1))
    refused = places(sold, "victim+more@example.org", NEXT_DOOR)
    assert refused.status_code == 429
    assert "20 orders went to this e-mail address within an hour" in refused.text
    assert "order again in 40 minutes" in refused.text
    assert int(refused["Retry-After"]) == 40 * 60
    assert Order.objects.count() == MOST_TO_A_MAILBOX
    assert places(sold, "pupil@example.org").status_code == 302, "a school orders on"
    assert places(sold, "victim@example.org", ELSEWHERE).status_code == 302, "whose mailbox it is, orders from home"
    first = Order.objects.order_by("created_at")[0]
    record_payment(cast.olive, first, amount=first.total, event="by hand")
    assert places(sold, "victim@example.org").status_code == 302, "who pays, orders on"
    assert places(sold, "victim@example.org").status_code == 429
    CLOCK.advance(timedelta(minutes=41))
    assert places(sold, "victim@example.org").status_code == 302


def test_a_repeat_of_a_confirm_finds_its_order_however_many_there_are(sold: tuple[Shop, Price]) -> None:
    client = Client(REMOTE_ADDR=HERE)
    choose(client, sold[1])
    placed = confirm(client, sold[0], email="victim@example.org")
    for _turn in range(MOST_TO_A_MAILBOX - 1):
        assert places(sold, "victim@example.org").status_code == 302
    assert places(sold, "victim@example.org").status_code == 429
    again = confirm(client, sold[0], email="victim@example.org")
    assert (again.status_code, again["Location"]) == (302, placed["Location"])


def test_a_school_places_three_hundred_orders_within_an_hour(sold: tuple[Shop, Price]) -> None:
    for pupil in range(300):
        cart = holds(sold, 1)
        customer = {"email": f"pupil{pupil}@example.org"}
        place_order(buyer_in(sold[0]), cart, customer=customer, method=sold[0].methods.get(kind="invoice"))
    assert places(sold, "last@example.org").status_code == 302


def test_a_buyer_has_a_letter_sent_again_five_times_a_day_and_a_member_as_often_as_asked(
    cast: Cast, sold: tuple[Shop, Price]
) -> None:
    order, buyer = orders(sold, holds(sold, 1)), buyer_in(sold[0])
    for _turn in range(5):
        CLOCK.advance(timedelta(minutes=6))
        ask_letter(buyer, order)
    CLOCK.advance(timedelta(minutes=6))
    with pytest.raises(TooMany, match="5 times today"):
        ask_letter(buyer, order)
    ask_letter(cast.olive, order)
    CLOCK.advance(timedelta(days=1))
    ask_letter(buyer, order)


def test_where_a_cart_came_from_is_forgotten_after_a_day(sold: tuple[Shop, Price]) -> None:
    order = orders(sold, holds(sold, 1))
    cart = Cart.objects.get(id=order.cart_id)
    assert cart.side
    assert "2001" not in cart.side
    CLOCK.advance(timedelta(days=1))
    sweep_holds(buyer_in(sold[0]), sold[0])
    cart.refresh_from_db()
    assert cart.side == ""


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_behind_a_proxy_that_is_not_trusted_not_all_are_one_side(sold: tuple[Shop, Price], address: str) -> None:
    for _turn in range(10):
        holds(sold, 100, address)
    assert tries(sold, address).status_code == 302
