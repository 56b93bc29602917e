# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that comes too late or in parts, and carts whose world changed: owed back once, to the unit, or ordered."""

from datetime import timedelta

import pytest

from mazot.exchange.facts.tickets.sales import (
    OrderCancelled,
    OrderExpired,
    OrderNeedsAttention,
    OrderPaid,
    OrderPlaced,
)
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.carts import hold_places, set_code, sweep_holds
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.offers import make_codes, make_offer, set_offer
from mazot.products.tickets.actions.orders import expire_orders, place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.performances import cancel_performance
from mazot.products.tickets.actions.pricing import set_zone
from mazot.products.tickets.actions.seating import set_seats
from mazot.products.tickets.models import Order, Price, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import WHO, a_cart, held, invoice_of, ordered
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_part_of_the_money_is_owed_back_when_the_order_expires_and_pays_for_nothing_later(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    order = ordered(cast, shop, price)
    record_payment(buyer_in(shop), order, provider="test", event="half", amount=1000)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    order.refresh_from_db()
    assert (order.state, bool(order.attention)) == ("expired", True)
    order = record_payment(buyer_in(shop), order, provider="test", event="rest", amount=1800)
    assert order.state == "expired"
    assert sorted(order.payments.filter(kind="refund").values_list("amount", flat=True)) == [1000, 1800]
    order = record_payment(buyer_in(shop), order, provider="test", event="whole", amount=2800)
    assert (order.state, bool(order.attention)) == ("paid", True)  # what was owed still is


def test_late_money_that_comes_twice_is_owed_back_twice_and_not_more(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    ordered(cast, shop, price)
    for event in ("first", "second"):
        order = record_payment(buyer_in(shop), order, provider="test", event=event, amount=2800)
    assert list(order.payments.filter(kind="refund").values_list("amount", flat=True)) == [2800, 2800]


def test_late_money_for_a_date_that_was_cancelled_is_owed_back(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    cancel_performance(cast.olive, price.zone.performance)
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, order.payments.get(kind="refund").amount) == ("expired", 2800)


def test_late_money_does_not_overdraw_the_offer_that_made_the_order_cheaper(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    make_codes(cast.olive, make_offer(cast.olive, shop, name="One", kind="per_ticket", value=800), code="one")
    offer = shop.offers.get()
    set_offer(cast.olive, offer, max_tickets=1)

    def cheaper() -> Order:
        cart = held(shop, price)
        set_code(buyer_in(shop), cart, code="one")
        return place_order(buyer_in(shop), cart, customer=WHO, method=invoice_of(cast, shop))[0]

    order = cheaper()
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    assert cheaper().total == 2000
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2000)
    assert (order.state, order.payments.get(kind="refund").amount) == ("expired", 2000)


def test_a_code_whose_offer_was_switched_off_meanwhile_orders_nothing(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    offer = make_offer(cast.olive, shop, name="Friends", kind="percent", value=100)
    make_codes(cast.olive, offer, code="amis")
    cart, method = held(shop, price), invoice_of(cast, shop)
    set_code(buyer_in(shop), cart, code="amis")
    set_offer(cast.olive, offer, is_on=False)
    with pytest.raises(Refused) as refused:
        place_order(buyer_in(shop), cart, customer=WHO, method=method)
    assert refused.value.reason == "code_unknown"


def test_a_cart_that_was_swept_is_over_and_no_fault(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    cart, method = held(shop, price), invoice_of(cast, shop)
    CLOCK.advance(timedelta(days=2))
    sweep_holds(buyer_in(shop), shop)
    with pytest.raises(Refused) as refused:
        place_order(buyer_in(shop), cart, customer=WHO, method=method)
    assert refused.value.reason == "cart_over"


def test_the_log_tells_each_step_of_an_order(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = record_payment(cast.olive, ordered(cast, shop, price), amount=2900)
    cancel_tickets(cast.olive, order, tickets=[order.tickets.get().id], refund=2800)
    ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    told = set(FactRow.objects.filter(organization_id=shop.organization_id).values_list("kind", flat=True))
    assert told >= {fact.kind() for fact in (OrderPlaced, OrderPaid, OrderExpired, OrderCancelled, OrderNeedsAttention)}


def expired_on_a_seat(cast: Cast) -> tuple[Shop, Price, Order]:
    """An order of the first seat of a hall whose deadline is over."""
    shop, price, ids = a_hall(cast)
    method, cart = invoice_of(cast, shop), a_cart(shop)
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, seats=(ids[0],))])
    order, _secret = place_order(buyer_in(shop), cart, customer=WHO, method=method)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    return shop, price, order


@pytest.mark.parametrize("letters", [{"access": "o"}, {"zone": "."}])
def test_late_money_takes_no_seat_that_is_not_sold_to_its_buyer_any_more(cast: Cast, letters: dict[str, str]) -> None:
    shop, price, order = expired_on_a_seat(cast)
    set_seats(cast.olive, price.zone.performance, seats=[0], stamp=0, **letters)
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, order.payments.get(kind="refund").amount) == ("expired", 2800)


def test_late_money_takes_no_seat_in_a_zone_that_has_none_any_more(cast: Cast) -> None:
    shop, price, order = expired_on_a_seat(cast)
    set_zone(cast.olive, price.zone.performance, zone=price.zone, is_numbered=False)
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, order.payments.get(kind="refund").amount) == ("expired", 2800)


def test_late_money_takes_no_place_without_a_seat_where_each_has_one_now(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    set_zone(cast.olive, price.zone.performance, zone=price.zone, is_numbered=True)
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, order.payments.get(kind="refund").amount) == ("expired", 2800)
