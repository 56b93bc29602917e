# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.products.tickets.actions.cancelling import cancel_tickets, set_holder
from mazot.products.tickets.actions.carts import (
    change_price,
    drop_places,
    extend_cart,
    hold_best,
    hold_places,
    open_cart,
    set_code,
    sweep_holds,
)
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.orders import expire_orders, place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.pricing import make_price, set_price
from mazot.products.tickets.actions.refunds import finish_refund
from mazot.products.tickets.models import Cart, Order, Payment, PaymentMethod, Price, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_shop, an_open_shop
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WHO = {"email": "Margaux@Example.org", "first_name": "Margaux", "last_name": "Thévoz"}


def invoice_of(cast: Cast, shop: Shop) -> PaymentMethod:
    return set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)


def a_cart(shop: Shop) -> Cart:
    return open_cart(buyer_in(shop), shop, language="en")[0]


def held(shop: Shop, price: Price, count: int = 1) -> Cart:
    cart = a_cart(shop)
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, count)])
    return cart


def ordered(cast: Cast, shop: Shop, price: Price, count: int = 1) -> Order:
    method = invoice_of(cast, shop)
    return place_order(buyer_in(shop), held(shop, price, count), customer=WHO, method=method)[0]


def test_a_cart_becomes_one_order_however_often_it_is_confirmed(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    cart, method = held(shop, price, 2), invoice_of(cast, shop)
    first, secret = place_order(buyer_in(shop), cart, customer=WHO, method=method)
    again, same = place_order(buyer_in(shop), cart, customer=WHO, method=method)
    assert (first.id, secret) == (again.id, same)
    assert Order.objects.count() == 1
    assert (first.total, first.state, first.customer.email) == (5600, "pending", "margaux@example.org")
    assert list(first.tickets.values_list("number", "state")) == [(1, "pending"), (2, "pending")]


def test_what_is_held_is_not_left_for_others_until_it_runs_out(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=2)
    held(shop, price, 2)
    with pytest.raises(Conflict) as refused:
        held(shop, price)
    assert refused.value.reason == "none_left"
    CLOCK.advance(timedelta(minutes=15))
    assert held(shop, price, 2)
    assert Ticket.objects.count() == 2


def test_a_cart_that_ran_out_makes_no_order(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    cart, method = held(shop, price), invoice_of(cast, shop)
    CLOCK.advance(timedelta(minutes=15))
    with pytest.raises(Refused) as refused:
        place_order(buyer_in(shop), cart, customer=WHO, method=method)
    assert refused.value.reason == "cart_over"
    assert not Order.objects.exists()


def test_a_cart_is_extended_once(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    cart = held(shop, price)
    CLOCK.advance(timedelta(minutes=14))
    extend_cart(buyer_in(shop), cart)
    CLOCK.advance(timedelta(minutes=14))
    assert place_order(buyer_in(shop), cart, customer=WHO, method=invoice_of(cast, shop))
    other = held(shop, price)
    extend_cart(buyer_in(shop), other)
    with pytest.raises(Refused):
        extend_cart(buyer_in(shop), other)


def test_dropped_places_are_free_at_once(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    cart = held(shop, price)
    assert drop_places(buyer_in(shop), cart, tickets=list(cart.tickets.values_list("id", flat=True))) == 1
    assert held(shop, price)


def test_forgotten_carts_are_swept(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    held(shop, price)
    CLOCK.advance(timedelta(days=2))
    assert sweep_holds(buyer_in(shop), shop) == 1
    assert not Ticket.objects.exists()
    assert not Cart.objects.exists()


def test_ten_thousand_places_are_refused_before_anything_is_read(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    with pytest.raises(Refused) as refused:
        hold_places(buyer_in(shop), a_cart(shop), wants=[Want(price.id, 10_000)])
    assert refused.value.facts["limit"] == 100


def test_an_order_has_no_more_of_a_price_than_it_may(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    set_price(cast.olive, price.zone.performance, price=price, max_per_order=2)
    cart = held(shop, price, 2)
    with pytest.raises(Refused) as refused:
        hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)])
    assert refused.value.reason == "too_many_of_price"


def test_a_place_takes_another_price_without_being_let_go(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    child = make_price(cast.olive, price.zone.performance, zone=price.zone, name="Child", amount=1500)
    cart = held(shop, price)
    found = change_price(buyer_in(shop), cart, ticket=cart.tickets.get().id, price=child)
    assert (found.price_id, found.list_amount) == (child.id, 1500)


def test_the_best_places_of_a_free_zone_are_any(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    assert len(hold_best(buyer_in(shop), a_cart(shop), price=price, count=3)) == 3


def test_a_price_of_another_shop_is_absent(cast: Cast) -> None:
    _shop, _price = an_open_shop(cast)
    other = a_shop(cast, name="Other")
    with pytest.raises(NotFound):
        hold_places(buyer_in(other), a_cart(other), wants=[Want(_price.id, 1)])


def test_an_address_is_needed_online(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    for email in ("", "nobody", "a@b\r\nBcc: x@example.org"):
        with pytest.raises(Invalid):
            place_order(buyer_in(shop), held(shop, price), customer={"email": email}, method=invoice_of(cast, shop))


def test_an_order_of_nothing_is_paid_at_once(cast: Cast) -> None:
    shop, price = an_open_shop(cast, amount=0)
    free = shop.methods.get(kind="free")
    order, _secret = place_order(buyer_in(shop), held(shop, price), customer=WHO, method=free)
    assert (order.state, order.tickets.get().state) == ("paid", "valid")
    with pytest.raises(Refused):
        place_order(buyer_in(shop), held(shop, price), customer=WHO, method=invoice_of(cast, shop))


def test_money_makes_tickets_valid_once_for_each_event(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    for _time in range(3):
        record_payment(buyer_in(shop), order, provider="test", event="e1", amount=2800)
    order.refresh_from_db()
    assert (order.state, order.paid, Payment.objects.count()) == ("paid", 2800, 1)
    assert order.tickets.get().state == "valid"


def test_too_little_money_waits_and_too_much_is_owed_back(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    order = record_payment(buyer_in(shop), order, provider="test", event="e1", amount=1000)
    assert (order.state, bool(order.attention)) == ("pending", True)
    order = record_payment(buyer_in(shop), order, provider="test", event="e2", amount=2000)
    assert order.state == "paid"
    owed = Payment.objects.get(kind="refund")
    assert (owed.amount, owed.is_done) == (200, False)
    order = finish_refund(cast.olive, order, payment=owed)
    assert (order.refunded, order.attention) == (200, "")


def test_an_unpaid_order_expires_at_its_deadline_to_the_second(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=10) - timedelta(seconds=1))
    before = expire_orders(buyer_in(shop), shop)
    CLOCK.advance(timedelta(seconds=1))
    assert (before, expire_orders(buyer_in(shop), shop)) == (0, 1)
    order.refresh_from_db()
    assert order.state == "expired"
    assert held(shop, price)


def test_money_after_the_deadline_takes_the_places_again_if_they_are_free(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, order.tickets.get().takes_place) == ("paid", True)


def test_money_after_the_places_are_gone_is_owed_back(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    order = ordered(cast, shop, price)
    CLOCK.advance(timedelta(days=11))
    expire_orders(buyer_in(shop), shop)
    ordered(cast, shop, price)
    order = record_payment(buyer_in(shop), order, provider="test", event="late", amount=2800)
    assert (order.state, bool(order.attention)) == ("expired", True)
    assert Payment.objects.get(kind="refund", order=order).amount == 2800
    assert Ticket.objects.filter(takes_place=True).count() == 1


def test_cancelling_voids_and_frees_and_owes_only_what_is_asked(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=2)
    order = record_payment(cast.olive, ordered(cast, shop, price, 2), amount=5600)
    first, second = order.tickets.order_by("number")
    order = cancel_tickets(cast.olive, order, tickets=[first.id], frees=False)
    assert order.state == "partly_cancelled"
    with pytest.raises(Conflict):
        held(shop, price)
    order = cancel_tickets(cast.olive, order, tickets=[second.id], frees=True, refund=2800)
    assert order.state == "cancelled"
    assert held(shop, price)
    with pytest.raises(Invalid):
        cancel_tickets(cast.olive, order, tickets=[first.id], refund=5600)


def test_an_unpaid_order_is_cancelled_whole(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price, 2)
    with pytest.raises(Refused) as refused:
        cancel_tickets(cast.olive, order, tickets=[order.tickets.first().id])
    assert refused.value.reason == "unpaid"


def test_a_holder_is_renamed_until_the_gate(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    assert set_holder(cast.olive, order.tickets.get(), name="Ana Ruiz").holder_name == "Ana Ruiz"
    with pytest.raises(Invalid):
        set_holder(cast.olive, order.tickets.get(), name="Ana\nBcc: x")


def test_a_code_takes_off_what_it_says_and_runs_out(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    offer = make_offer(cast.olive, shop, name="Friends", kind="percent", value=250, max_tickets=3)
    make_codes(cast.olive, offer, code="Amis")
    cart, method = held(shop, price, 2), invoice_of(cast, shop)
    set_code(buyer_in(shop), cart, code=" AMIS ")
    cart.refresh_from_db()
    order, _secret = place_order(buyer_in(shop), cart, customer=WHO, method=method)
    assert order.total == 4200 == sum(order.tickets.values_list("amount", flat=True))
    other = held(shop, price, 2)
    with pytest.raises(Refused) as refused:
        set_code(buyer_in(shop), other, code="amis")
    assert refused.value.reason == "code_used_up"
    with pytest.raises(Refused) as refused:
        set_code(buyer_in(shop), other, code="nothing")
    assert refused.value.reason == "code_unknown"


def test_the_first_real_order_ends_the_test_for_ever(cast: Cast) -> None:
    shop, price = an_open_shop(cast, real=False)
    assert ordered(cast, shop, price).number == "TEST-0001"
    shop.refresh_from_db()
    assert shop.first_order_at is None


def test_otto_reaches_nothing_of_it(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    ticket, cart = order.tickets.get(), held(shop, price)
    deeds = (
        lambda: open_cart(cast.otto, shop, language="en"),
        lambda: hold_places(cast.otto, cart, wants=[Want(price.id, 1)]),
        lambda: hold_best(cast.otto, cart, price=price, count=1),
        lambda: drop_places(cast.otto, cart, tickets=[ticket.id]),
        lambda: change_price(cast.otto, cart, ticket=ticket.id, price=price),
        lambda: set_code(cast.otto, cart, code="x"),
        lambda: extend_cart(cast.otto, cart),
        lambda: sweep_holds(cast.otto, shop),
        lambda: place_order(cast.otto, cart, customer=WHO, method=shop.methods.get(kind="invoice")),
        lambda: expire_orders(cast.otto, shop),
        lambda: record_payment(cast.otto, order, amount=2800),
        lambda: finish_refund(cast.otto, order, payment=Payment()),
        lambda: cancel_tickets(cast.otto, order, tickets=[ticket.id]),
        lambda: set_holder(cast.otto, ticket, name="Otto"),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
