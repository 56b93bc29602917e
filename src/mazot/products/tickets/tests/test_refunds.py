# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money goes back through the provider it came from: once, never more than came, and a refusal is seen."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.exchange.facts.tickets.sales import RefundAsked
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Busy, Invalid, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.orders import expire_orders
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.refunds import (
    ask_refund_again,
    finish_refund,
    note_refund_fault,
    note_returned,
)
from mazot.products.tickets.jobs import send_refunds
from mazot.products.tickets.models import Order, Payment
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.orders import order_for
from mazot.products.tickets.tests.test_cards import (
    KEYS,
    address,
    an_order,
    another,
    send,
    session_of,
    till,  # noqa: F401 - a fixture
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db

GIVEN = b'{"object": "refund", "id": "re_1", "status": "succeeded"}'


def pressed(order: Order, press: str) -> Order:
    """A test order after a press on the page of the test provider."""
    assert Client().post(address(order, "/test-card"), {"press": press}).status_code == 303
    order.refresh_from_db()
    return order


def paid_by_stripe(cast: Cast, count: int = 1, payment: str = "pi_1") -> Order:
    order = an_order(cast, provider="stripe", count=count)
    assert send(order, session_of(order, payment_intent=payment)) == 204
    order.refresh_from_db()
    return order


def cancelled(cast: Cast, order: Order, refund: int, count: int = 1) -> Order:
    ids = list(order.tickets.order_by("number").values_list("id", flat=True))[:count]
    return cancel_tickets(cast.olive, order, tickets=ids, refund=refund)


def books(order: Order) -> tuple[int, int, list[tuple[str, int, bool]]]:
    order.refresh_from_db()
    rows = order.payments.filter(kind="refund").order_by("at", "id")
    return order.paid, order.refunded, [(row.provider, row.amount, row.is_done) for row in rows]


def test_a_card_is_given_back_what_was_ticked(cast: Cast) -> None:
    order = pressed(an_order(cast, count=2), "pays")
    cancelled(cast, order, 2800)
    assert books(order) == (5600, 0, [("test", 2800, False)])
    send_refunds(str(order.id))
    send_refunds(str(order.id))
    assert books(order) == (5600, 2800, [("test", 2800, True)])
    cancelled(cast, order, 2800, count=2)
    send_refunds(str(order.id))
    assert books(order) == (5600, 5600, [("test", 2800, True)] * 2)
    with pytest.raises((Refused, Invalid)):
        cancelled(cast, order, 1, count=2)


def test_what_came_by_hand_goes_back_by_hand_and_the_rest_by_card(cast: Cast) -> None:
    order = pressed(an_order(cast), "less")
    record_payment(cast.olive, order, amount=1400)
    cancelled(cast, order, 2800)
    send_refunds(str(order.id))
    assert books(order) == (2800, 1400, [("test", 1400, True), ("hand", 1400, False)])


def test_each_of_two_payments_is_given_back_by_itself(cast: Cast) -> None:
    order = pressed(an_order(cast), "more")
    send_refunds(str(order.id))
    assert books(order) == (2900, 100, [("test", 100, True)])
    assert not order.attention, "what was too much went back, so nobody has to look"


def test_money_that_came_too_late_goes_back_by_itself(cast: Cast, till: Any) -> None:  # noqa: F811
    order = an_order(cast, provider="stripe", quantity=1)
    body = session_of(order, payment_intent="pi_late")
    CLOCK.advance(timedelta(minutes=31))
    expire_orders(buyer_in(order.shop), order.shop)
    another(order.shop)
    assert send(order, body) == 204
    till.says = GIVEN
    send_refunds(str(order.id))
    assert books(order) == (2800, 2800, [("stripe", 2800, True)])
    assert not order.attention


def test_stripe_is_asked_with_one_key_however_often(cast: Cast, till: Any) -> None:  # noqa: F811
    order = paid_by_stripe(cast, count=2)
    cancelled(cast, order, 1000)
    till.status = 500
    for _time in range(2):
        with pytest.raises(Busy):
            send_refunds(str(order.id))
    assert books(order) == (5600, 0, [("stripe", 1000, False)])
    till.status, till.says = 200, GIVEN
    send_refunds(str(order.id))
    send_refunds(str(order.id))
    assert books(order) == (5600, 1000, [("stripe", 1000, True)])
    assert len(till.seen) == 3
    assert len({headers["Idempotency-Key"] for headers, _said in till.seen}) == 1
    headers, said = till.seen[-1]
    key = order.payments.get(kind="refund").event
    assert said == {"payment_intent": ["pi_1"], "amount": ["1000"], "metadata[key]": [key]}
    assert headers["Authorization"] == f"Bearer {KEYS['secret_key']}"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (402, b'{"error": {"code": "insufficient_funds"}}'),
        (200, b'{"object": "refund", "status": "failed"}'),
        (200, b"[]"),
        (200, b"\xff"),
    ],
)
def test_a_refusal_is_seen_and_can_be_asked_again(cast: Cast, till: Any, status: int, says: bytes) -> None:  # noqa: F811
    order = paid_by_stripe(cast)
    cancelled(cast, order, 2800)
    till.status, till.says = status, says
    send_refunds(str(order.id))
    row = order.payments.get(kind="refund")
    assert row.fault
    assert books(order)[1] == 0
    assert "did not give money back" in order.attention
    send_refunds(str(order.id))
    assert len(till.seen) == 1, "what was refused is not asked again by itself"
    till.status, till.says = 200, GIVEN
    ask_refund_again(cast.olive, order, payment=row)
    send_refunds(str(order.id))
    assert books(order) == (2800, 2800, [("stripe", 2800, True)])
    assert not order.attention


def test_nobody_pays_by_hand_what_is_on_its_way(cast: Cast) -> None:
    order = pressed(an_order(cast), "stays")
    cancelled(cast, order, 2800)
    row = order.payments.get(kind="refund")
    with pytest.raises(Refused, match="at this moment"):
        finish_refund(cast.olive, order, payment=row)
    with pytest.raises(Refused, match="nothing to ask"):
        ask_refund_again(cast.olive, order, payment=row)
    send_refunds(str(order.id))
    finish_refund(cast.olive, order, payment=row)
    send_refunds(str(order.id))
    assert books(order) == (2800, 2800, [("test", 2800, True)])


def returned(payment: str, amount: object) -> bytes:
    charge = {"payment_intent": payment, "amount_refunded": amount}
    return json.dumps({"type": "charge.refunded", "data": {"object": charge}}).encode()


def test_what_went_back_at_the_provider_itself_is_noted_once(cast: Cast, till: Any) -> None:  # noqa: F811
    order = paid_by_stripe(cast, count=2)
    cancelled(cast, order, 1000)
    till.says = GIVEN
    assert send(order, returned("pi_1", 1000)) == 204, "our own, told before its answer came"
    send_refunds(str(order.id))
    assert send(order, returned("pi_1", 1000)) == 204
    assert books(order) == (5600, 1000, [("stripe", 1000, True)])
    for _time in range(2):
        assert send(order, returned("pi_1", 2500)) == 204
    assert books(order) == (5600, 2500, [("stripe", 1000, True), ("stripe", 1500, True)])
    assert order.attention == "Money went back at the card provider."


@pytest.mark.parametrize("amount", [0, -5, "10", None, 1.5, True])
def test_a_return_that_makes_no_sense_is_not_believed(cast: Cast, amount: object) -> None:
    order = paid_by_stripe(cast)
    assert send(order, returned("pi_1", amount)) == 422
    assert send(order, returned("pi_of_another_shop", 5)) == 404
    assert books(order) == (2800, 0, [])


def test_the_office_sees_what_was_refused_and_asks_again(cast: Cast, signed_in: Any) -> None:
    order = pressed(an_order(cast), "stays")
    cancelled(cast, order, 2800)
    office = signed_in(cast.olive)
    page = office.get(reverse("tickets:order", args=[order.id])).content.decode()
    assert "Goes back through the card provider" in page
    assert "It is paid back" not in page
    send_refunds(str(order.id))
    page = office.get(reverse("tickets:order", args=[order.id])).content.decode()
    assert "The card provider refused: refused" in page
    row = order.payments.get(kind="refund")
    again = office.post(reverse("tickets:order-again", args=[order.id, row.id]))
    assert again.status_code in (200, 302, 303)
    assert not Payment.objects.get(id=row.id).fault


def test_it_is_told_that_money_goes_back_so_that_the_provider_is_asked(cast: Cast) -> None:
    order = pressed(an_order(cast, count=2), "pays")
    cancelled(cast, order, 0)
    assert not FactRow.objects.filter(kind=RefundAsked.kind()).exists()
    cancelled(cast, order, 100, count=2)
    assert FactRow.objects.filter(kind=RefundAsked.kind()).count() == 1


def test_otto_gives_nothing_back(cast: Cast) -> None:
    order = pressed(an_order(cast), "pays")
    cancelled(cast, order, 2800)
    row = order.payments.get(kind="refund")
    for deed in (finish_refund, ask_refund_again):
        with pytest.raises(NotFound):
            deed(cast.otto, order, payment=row)
    with pytest.raises(NotFound):
        note_refund_fault(cast.otto, order, payment=row, why="x")
    with pytest.raises(NotFound):
        note_returned(cast.otto, order, provider="test", reference="x", amount=1)
    with pytest.raises(NotFound):
        order_for(cast.otto, order.id)
