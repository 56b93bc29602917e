# SPDX-License-Identifier: AGPL-3.0-or-later
"""A buyer cancels their own order: where the shop lets them, until its hour, for what the page said."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.actions.withdrawing import withdraw_order
from mazot.products.tickets.jobs import send_refunds
from mazot.products.tickets.models import Order, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.test_cards import address, an_order
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast: Cast) -> Order:
    """A paid order of two tickets in a shop whose buyers may cancel until a day before, for a tenth of it."""
    made = an_order(cast, count=2)
    set_shop(cast.olive, made.shop, cancel_hours=24, cancel_keeps=100)
    assert Client().post(address(made, "/test-card"), {"press": "pays"}).status_code == 303
    return Order.objects.select_related("shop").get(id=made.id)


def page_of(order: Order) -> str:
    return Client().get(address(order)).content.decode()


def withdraw(order: Order, **said: Any) -> Any:
    return Client().post(address(order, "/cancel"), {"sure": "on", "expects": "5040"} | said)


def test_the_page_says_what_goes_back_and_it_does(order: Order) -> None:
    page = page_of(order)
    assert "CHF 50.40 goes back to you." in page.replace("\u00a0", " ")
    assert "CHF 5.60 stays with the organizer." in page.replace("\u00a0", " ")
    assert withdraw(order).status_code == 302
    send_refunds(str(order.id))
    order.refresh_from_db()
    assert (order.state, order.paid, order.refunded) == ("cancelled", 5600, 5040)
    assert not Ticket.objects.filter(order=order, takes_place=True).exists()
    assert {ticket.state for ticket in order.tickets.all()} == {"void"}
    assert "Cancel this order" not in page_of(order)
    assert withdraw(order).status_code == 422
    order.refresh_from_db()
    assert order.refunded == 5040


def test_it_ends_at_its_second(order: Order) -> None:
    start = order.tickets.first().performance.starts_at
    CLOCK.advance(start - timedelta(hours=24, seconds=1) - clock.now())
    assert "Cancel this order" in page_of(order)
    CLOCK.advance(start - timedelta(hours=24) - clock.now())
    assert "Cancel this order" not in page_of(order)
    with pytest.raises(Refused):
        withdraw_order(buyer_in(order.shop), order, expects=5040)


def test_another_amount_than_was_shown_is_asked_again(order: Order, cast: Cast) -> None:
    set_shop(cast.olive, order.shop, cancel_keeps=500)
    answer = withdraw(order)
    assert answer.status_code == 409
    assert "has changed" in answer.content.decode()
    assert "CHF 28.00 goes back to you." in answer.content.decode().replace("\u00a0", " ")
    assert Order.objects.get(id=order.id).state == "paid"
    with pytest.raises(Conflict):
        withdraw_order(buyer_in(order.shop), order, expects=5040)


@pytest.mark.parametrize(
    "said", [{"sure": ""}, {"expects": ""}, {"expects": "-1"}, {"expects": "٥٠٤٠"}, {"expects": "9" * 400}]
)
def test_nonsense_cancels_nothing(order: Order, said: dict[str, str]) -> None:
    assert withdraw(order, **said).status_code in (409, 422)
    assert Order.objects.get(id=order.id).state == "paid"


def test_a_shop_that_does_not_let_them_has_no_such_page(order: Order, cast: Cast) -> None:
    set_shop(cast.olive, order.shop, cancel_hours=None)
    assert "Cancel this order" not in page_of(order)
    assert withdraw(order).status_code == 422


def test_a_used_ticket_ends_it(order: Order) -> None:
    Ticket.objects.filter(order=order, number=1).update(state="used")
    assert "Cancel this order" not in page_of(order)
    assert withdraw(order).status_code == 422


def test_a_part_that_the_office_cancelled_ends_it(order: Order, cast: Cast) -> None:
    cancel_tickets(cast.olive, order, tickets=[order.tickets.first().id], refund=0)
    assert "Cancel this order" not in page_of(order)


def test_an_unpaid_order_is_given_up_and_its_money_comes_back_whole(cast: Cast) -> None:
    made = an_order(cast, count=2)
    set_shop(cast.olive, made.shop, cancel_hours=0, cancel_keeps=1000)
    record_payment(cast.olive, made, amount=1000)
    assert Client().post(address(made, "/cancel"), {"sure": "on", "expects": "1000"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.attention) == ("cancelled", "Its buyer cancelled it, and money has to go back.")
    assert made.payments.get(kind="refund").amount == 1000


@pytest.mark.parametrize(
    ("paid", "permille", "back"), [(5600, 333, 3736), (5600, 1000, 0), (5600, 0, 5600), (5600, 1, 5595)]
)
def test_what_stays_is_rounded_in_the_buyers_favour(
    order: Order, cast: Cast, paid: int, permille: int, back: int
) -> None:
    set_shop(cast.olive, order.shop, cancel_keeps=permille)
    done = withdraw_order(buyer_in(order.shop), Order.objects.select_related("shop").get(id=order.id), expects=back)
    assert done.paid == paid
    assert sum(done.payments.filter(kind="refund").values_list("amount", flat=True)) == back


@pytest.mark.parametrize(
    "what", [{"cancel_hours": -1}, {"cancel_hours": 9000}, {"cancel_keeps": 1001}, {"cancel_keeps": None}]
)
def test_terms_that_make_no_sense_are_refused(order: Order, cast: Cast, what: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        set_shop(cast.olive, order.shop, **what)


def test_otto_withdraws_nothing(order: Order, cast: Cast) -> None:
    with pytest.raises(NotFound):
        withdraw_order(cast.otto, order, expects=5040)
