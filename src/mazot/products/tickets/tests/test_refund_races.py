# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that goes back while others press: once, and never together with an entry at the gate."""

import pytest
from django.test import Client

from mazot.foundation.errors import DomainError
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.refunds import finish_refund, note_returned
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.actions.withdrawing import withdraw_order
from mazot.products.tickets.jobs import send_refunds
from mazot.products.tickets.models import Order, Payment
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.test_cards import address, an_order
from tests.cast import Cast
from tests.together import Ended, at_once

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8


@pytest.fixture
def order(cast: Cast) -> Order:
    made = an_order(cast, count=2)
    set_shop(cast.olive, made.shop, cancel_hours=1, cancel_keeps=0)
    assert Client().post(address(made, "/test-card"), {"press": "pays"}).status_code == 303
    return Order.objects.select_related("shop").get(id=made.id)


def faults(ended: list[Ended]) -> list[BaseException]:
    return [one.error for one in ended if one.error is not None and not isinstance(one.error, DomainError)]


def check(order: Order, *, back: int) -> None:
    order.refresh_from_db()
    rows = list(order.payments.filter(kind="refund"))
    assert sum(row.amount for row in rows) == back
    assert order.refunded == sum(row.amount for row in rows if row.is_done)
    assert 0 <= order.refunded <= order.paid


def test_a_buyer_who_presses_often_cancels_once(order: Order) -> None:
    ended = at_once(
        *[lambda: withdraw_order(buyer_in(order.shop), order, expects=5600)] * MANY, starts_within=20, ends_within=60
    )
    assert faults(ended) == []
    assert sum(one.error is None for one in ended) == 1
    check(order, back=5600)


def test_a_buyer_and_a_seller_who_cancel_at_once_give_the_money_back_once(order: Order, cast: Cast) -> None:
    ids = list(order.tickets.values_list("id", flat=True))
    ended = at_once(
        *[lambda: withdraw_order(buyer_in(order.shop), order, expects=5600)] * (MANY // 2),
        *[lambda: cancel_tickets(cast.olive, order, tickets=ids, refund=5600)] * (MANY // 2),
        starts_within=20,
        ends_within=60,
    )
    assert faults(ended) == []
    assert sum(one.error is None for one in ended) == 1
    check(order, back=5600)


def test_several_workers_and_the_provider_note_one_refund(order: Order, cast: Cast) -> None:
    ids = list(order.tickets.values_list("id", flat=True))
    cancel_tickets(cast.olive, order, tickets=ids, refund=5600)
    row = Payment.objects.get(order=order, kind="refund")
    told = {"provider": "test", "reference": row.reference, "amount": 5600}
    ended = at_once(
        *[lambda: send_refunds(str(order.id))] * 4,
        *[lambda: note_returned(buyer_in(order.shop), order, **told)] * 2,
        *[lambda: finish_refund(cast.olive, order, payment=row)] * 2,
        starts_within=20,
        ends_within=60,
    )
    assert faults(ended) == []
    check(order, back=5600)
    assert order.refunded == 5600
    assert order.entries.filter(what="refunded").count() == 1
