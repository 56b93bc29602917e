# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that a bank did not take comes back days later: the order owes it again, and somebody is told once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import NotFound
from mazot.products.tickets.actions.refunds import note_came_back, note_returned
from mazot.products.tickets.jobs import send_refunds
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.test_cards import an_order, send, till  # noqa: F401 - a fixture
from mazot.products.tickets.tests.test_refunds import GIVEN, books, cancelled, paid_by_stripe, pressed, returned
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def came_back(payment: str, key: str | None, amount: object = 1000, **more: object) -> bytes:
    refund = {"object": "refund", "status": "failed", "failure_reason": "lost_or_stolen_card", "amount": amount}
    refund |= {"payment_intent": payment, "metadata": {} if key is None else {"key": key}} | more
    return json.dumps({"type": "refund.failed", "data": {"object": refund}}).encode()


def test_a_refund_that_fails_days_later_is_owed_again_and_asked_again_under_a_name_of_its_own(
    cast: Cast,
    till: Any,  # noqa: F811
    signed_in: Any,
) -> None:
    order = paid_by_stripe(cast, count=2)
    cancelled(cast, order, 1000)
    till.says = GIVEN
    send_refunds(str(order.id))
    first = till.seen[-1][1]["metadata[key]"][0]
    CLOCK.advance(timedelta(days=5))
    for kind in ("refund.failed", "refund.updated", "charge.refund.updated"):
        body = came_back("pi_1", first).replace(b"refund.failed", kind.encode())
        assert send(order, body) == 204
        assert books(order) == (5600, 0, [("stripe", 1000, False)])
    assert order.attention == "Money that went back came back from the bank: lost_or_stolen_card"
    assert order.entries.filter(what="came_back").count() == 1
    send_refunds(str(order.id))
    assert len(till.seen) == 1, "what came back is not sent again by itself"
    office, address_ = signed_in(cast.olive), reverse("tickets:order", args=[order.id])
    page = office.get(address_).content.decode()
    assert "The card provider refused: lost_or_stolen_card" in page
    assert "Money paid back came back" in page
    row = order.payments.get(kind="refund")
    assert office.post(reverse("tickets:order-again", args=[order.id, row.id])).status_code in (200, 302, 303)
    send_refunds(str(order.id))
    _headers, said = till.seen[-1]
    assert said["metadata[key]"][0] != first
    assert len({headers["Idempotency-Key"] for headers, _said in till.seen}) == 2
    assert books(order) == (5600, 1000, [("stripe", 1000, True)])
    assert not order.attention
    assert send(order, came_back("pi_1", first)) == 204, "told again after it went back"
    assert books(order) == (5600, 1000, [("stripe", 1000, True)])


def test_what_somebody_gave_back_at_the_provider_can_come_back_too(cast: Cast) -> None:
    order = paid_by_stripe(cast)
    assert send(order, returned("pi_1", 800)) == 204
    for _time in range(2):
        assert send(order, came_back("pi_1", None, 800)) == 204
        assert books(order) == (2800, 0, [("stripe", 800, False)])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (came_back("pi_1", "x", 1000, status="succeeded"), 204),
        (came_back("pi_1", "of another"), 204),
        (came_back("pi_1", None, 999), 204),
        (came_back("pi_1", None, metadata=[]), 204),
        (came_back("pi_of_another_shop", None), 404),
        (came_back("pi_1", None, "1000"), 422),
        (came_back("pi_1", None, -1000), 422),
        (came_back("", None), 422),
    ],
)
def test_what_did_not_go_back_does_not_come_back(cast: Cast, till: Any, body: bytes, status: int) -> None:  # noqa: F811
    order = paid_by_stripe(cast)
    till.status = 402
    cancelled(cast, order, 1000)
    send_refunds(str(order.id))
    assert send(order, body) == status
    assert books(order) == (2800, 0, [("stripe", 1000, False)])
    assert not order.entries.filter(what="came_back").exists()


def test_a_provider_that_says_more_went_back_than_came_is_not_believed(cast: Cast) -> None:
    order = paid_by_stripe(cast)
    assert send(order, returned("pi_1", 800)) == 204
    assert send(order, returned("pi_1", 5000)) == 204
    assert books(order)[:2] == (2800, 2800)


def test_a_card_is_asked_for_what_went_back_before_the_order_was_paid(cast: Cast) -> None:
    order = pressed(an_order(cast), "less")
    came = order.payments.get()
    note_returned(buyer_in(order.shop), order, provider="test", reference=came.reference, amount=1400)
    order = pressed(order, "pays")
    assert (order.state, order.paid, order.refunded) == ("paid", 4200, 1400)


def test_otto_brings_nothing_back(cast: Cast) -> None:
    order = pressed(an_order(cast), "pays")
    with pytest.raises(NotFound):
        note_came_back(cast.otto, order, provider="test", reference="x", key="", amount=1, why="x")
