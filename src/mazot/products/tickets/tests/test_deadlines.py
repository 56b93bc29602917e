# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deadlines to the second, over a change of the clocks, and what money means that comes after them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.counter import sell_cart
from mazot.products.tickets.actions.orders import expire_order, expire_orders, place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Order, Payment, Price, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_concert, an_open_shop
from mazot.products.tickets.tests.test_orders import WHO, held, invoice_of, ordered
from tests.cast import Cast, assemble
from tests.together import at_once

SECOND = timedelta(seconds=1)
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("ordered_at", "due"),
    [
        (datetime(2027, 3, 25, 18, 30, tzinfo=ZURICH), datetime(2027, 4, 4, 18, 30, tzinfo=ZURICH)),
        (datetime(2026, 10, 20, 9, 15, tzinfo=ZURICH), datetime(2026, 10, 30, 9, 15, tzinfo=ZURICH)),
    ],
)
def test_an_invoice_is_due_at_the_same_time_of_day_though_the_clocks_change(
    cast: Cast, ordered_at: datetime, due: datetime
) -> None:
    CLOCK.freeze(ordered_at - timedelta(days=1))
    shop, price = an_open_shop(cast, starts=due.astimezone(UTC) + timedelta(days=20))
    CLOCK.freeze(ordered_at)
    order = ordered(cast, shop, price)
    assert order.due_at == due
    for moment, over in ((due - SECOND, 0), (due, 1)):
        CLOCK.freeze(moment)
        assert expire_orders(buyer_in(shop), shop) == over


def test_an_order_expires_for_itself_and_only_when_it_is_due(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    assert expire_order(buyer_in(shop), order) is False
    CLOCK.advance(timedelta(days=11))
    with pytest.raises(NotFound):
        expire_order(cast.otto, order)
    assert expire_order(buyer_in(shop), order) is True
    assert expire_order(buyer_in(shop), order) is False


def test_money_that_comes_after_the_evening_buys_nothing_and_is_owed_back(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    CLOCK.freeze(price.zone.performance.starts_at + timedelta(hours=2))
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, bool(order.attention)) == ("expired", True)
    assert Payment.objects.get(kind="refund").amount == 2800


def test_no_invoice_is_written_once_the_evening_has_begun(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    invoice = invoice_of(cast, shop)
    start = price.zone.performance.starts_at
    CLOCK.freeze(start - SECOND)
    assert sell_cart(cast.adam, at_the_desk(cast, shop, price), customer=WHO, method=invoice).due_at == start
    CLOCK.freeze(start)
    with pytest.raises(Refused):
        sell_cart(cast.adam, at_the_desk(cast, shop, price), customer=WHO, method=invoice)


def at_the_desk(cast: Cast, shop: Shop, price: Price):
    return open_cart(cast.adam, shop, language="en", wants=[Want(price.id, 1)])[0]


def test_a_payment_that_is_told_again_with_another_amount_is_looked_at_and_counts_once(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order, other = ordered(cast, shop, price), ordered(cast, shop, price)
    tell = partial(record_payment, buyer_in(shop), provider="test", event="one")
    order = tell(order, amount=2800)
    assert (tell(order, amount=2800).attention, order.paid) == ("", 2800)
    assert tell(order, amount=1).attention
    assert tell(other, amount=2800).attention
    assert list(Payment.objects.values_list("amount", flat=True)) == [2800]
    assert Order.objects.get(id=other.id).paid == 0


def test_an_address_that_mail_cannot_carry_is_refused_and_never_cut(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    long = "a@" + ".".join(["b" * 60] * 4) + ".example.example"
    assert len(long) > 255
    with pytest.raises(Invalid) as refusal:
        place_order(buyer_in(shop), held(shop, price), customer={"email": long}, method=invoice_of(cast, shop))
    assert refusal.value.facts["field"] == "email"
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_buyers_of_several_dates_and_the_end_of_many_deadlines_never_wait_for_each_other() -> None:
    """Deadlines end in one order of the dates, carts claim in another; each order that expires lets go in between."""
    cast = assemble()
    shop, first = an_open_shop(cast)
    prices = [first, *(a_concert(cast, shop, title=f"Evening {n}") for n in range(3))]
    for price in reversed(prices):
        for _order in range(3):
            ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    buyer = buyer_in(shop)

    def buy() -> None:
        cart, _token = open_cart(buyer, shop, language="en")
        hold_places(buyer, cart, wants=[Want(price.id, 1) for price in prices])

    ended = at_once(*[buy] * 5, partial(expire_orders, buyer, shop), starts_within=20, ends_within=60)
    assert [one.error for one in ended if one.error] == []
    assert Order.objects.filter(state="expired").count() == 12
