# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many buyers in one moment: nobody gets a seat twice, no quota is overdrawn, and sums agree to the unit."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import Sum

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import DomainError
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.carts import hold_places, open_cart, set_code
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.orders import expire_orders, place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Cart, Order, Payment, Price, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests import together
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 16


def at_once(*deeds: Callable[[], object]) -> list[BaseException | None]:
    return [ended.error for ended in together.at_once(*deeds, starts_within=20, ends_within=90)]


def unexpected(ended: list[BaseException | None]) -> list[BaseException]:
    return [error for error in ended if error is not None and not isinstance(error, DomainError)]


def buy(shop: Shop, want: Want, *, code: str = "", pays: bool = True) -> None:
    """What a buyer does: hold, perhaps a code, confirm twice, and pay."""
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[want])
    if code:
        set_code(buyer, cart, code=code)
        cart.refresh_from_db()
    method = shop.methods.get(kind="invoice")
    order, secret = place_order(buyer, cart, customer={"email": "one@example.org"}, method=method)
    assert place_order(buyer, cart, customer={"email": "one@example.org"}, method=method) == (order, secret)
    if pays:
        record_payment(buyer, order, provider="test", event=str(order.id), amount=order.total)


def check_books(shop: Shop) -> None:
    """What must be true whatever happened."""
    live = Ticket.objects.filter(takes_place=True, seat__isnull=False)
    assert len(set(live.values_list("performance", "seat"))) == live.count()
    for order in Order.objects.filter(shop=shop):
        tickets = order.tickets.aggregate(sum=Sum("amount"))["sum"]
        assert tickets + order.fee == order.total
        money = order.payments.filter(kind="payment").aggregate(sum=Sum("amount"))["sum"] or 0
        assert money == order.paid
        if order.state == "paid":
            assert not order.tickets.filter(takes_place=False).exists()
        elif order.paid:
            owed = order.payments.filter(kind="refund").aggregate(sum=Sum("amount"))["sum"] or 0
            assert order.attention or order.state in ("cancelled", "partly_cancelled") or owed == order.paid


def ready(cast: Cast, made: tuple[Shop, Price]) -> tuple[Shop, Price]:
    shop, price = made
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    return shop, price


def test_one_seat_has_one_buyer(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    ready(cast, (shop, price))
    for seat in ids[:3]:
        ended = at_once(*[lambda seat=seat: buy(shop, Want(price.id, seats=(seat,)))] * BUYERS)
        assert not unexpected(ended)
        assert ended.count(None) == 1
        assert Ticket.objects.filter(seat=seat, takes_place=True).count() == 1
    check_books(shop)


def test_the_last_places_are_sold_once(cast: Cast) -> None:
    shop, price = ready(cast, an_open_shop(cast, quantity=5))
    ended = at_once(*[lambda: buy(shop, Want(price.id, 1))] * BUYERS)
    assert not unexpected(ended)
    assert ended.count(None) == 5 == Ticket.objects.filter(takes_place=True).count()
    check_books(shop)


def test_an_offer_is_not_overdrawn(cast: Cast) -> None:
    shop, price = ready(cast, an_open_shop(cast, quantity=100))
    offer = make_offer(cast.olive, shop, name="Friends", kind="per_ticket", value=800, max_tickets=6)
    make_codes(cast.olive, offer, code="amis")
    ended = at_once(*[lambda: buy(shop, Want(price.id, 2), code="amis")] * 10)
    assert not unexpected(ended)
    assert Ticket.objects.filter(offer=offer, takes_place=True).count() == 6
    check_books(shop)


def test_one_cart_confirmed_by_many_is_one_order(cast: Cast) -> None:
    shop, price = ready(cast, an_open_shop(cast))
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[Want(price.id, 2)])
    method, found = shop.methods.get(kind="invoice"), []

    def confirm() -> None:
        fresh = Cart.objects.select_related("shop", "code__offer").get(id=cart.id)
        found.append(place_order(buyer, fresh, customer={"email": "one@example.org"}, method=method)[0].id)

    assert at_once(*[confirm] * 8) == [None] * 8
    assert len(set(found)) == 1 == Order.objects.count()
    check_books(shop)


def test_late_money_expiry_and_new_buyers_at_once_sell_no_seat_twice(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    ready(cast, (shop, price))
    for seat in ids[:4]:
        buy(shop, Want(price.id, seats=(seat,)), pays=False)
    late = list(Order.objects.filter(shop=shop))
    CLOCK.advance(timedelta(days=11))
    buyer = buyer_in(shop)
    deeds: list[Callable[[], object]] = [lambda: expire_orders(buyer, shop)]
    for order in late:
        deeds.append(
            lambda order=order: record_payment(buyer, order, provider="test", event=f"late {order.id}", amount=2800)
        )
    deeds += [lambda seat=seat: buy(shop, Want(price.id, seats=(seat,))) for seat in ids[:4]]
    assert not unexpected(at_once(*deeds))
    expire_orders(buyer, shop)
    check_books(shop)
    assert Payment.objects.filter(kind="payment", order__in=late).count() == 4


def test_cancelling_and_buying_at_once_keep_the_books(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    ready(cast, (shop, price))
    buy(shop, Want(price.id, seats=tuple(ids[:4])))
    order = Order.objects.get()
    tickets = list(order.tickets.values_list("id", flat=True))
    deeds: list[Callable[[], object]] = [
        lambda ticket=ticket: cancel_tickets(cast.olive, order, tickets=[ticket], refund=2800) for ticket in tickets
    ]
    deeds += [lambda seat=seat: buy(shop, Want(price.id, seats=(seat,))) for seat in ids[:4]]
    ended = at_once(*deeds)
    assert not unexpected(ended)
    assert ended[:4] == [None] * 4
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert sum(order.payments.filter(kind="refund").values_list("amount", flat=True)) == order.paid
    check_books(shop)
