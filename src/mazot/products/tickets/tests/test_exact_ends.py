# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each end at its second, in the nights when the clocks change: baskets, counters, codes, cards and late money."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import DomainError, Refused
from mazot.products.tickets.actions.carts import hold_places, open_cart, set_code
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.counter import sell_cart
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.orders import expire_orders, place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.performances import set_performance
from mazot.products.tickets.actions.pricing import set_price
from mazot.products.tickets.models import Offer, Order, Price, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import WHO, held, invoice_of, ordered
from mazot.products.tickets.tests.test_seats_on_sale import seller
from mazot.tenancy.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ZURICH = ZoneInfo("Europe/Zurich")
# Ten minutes before the clocks go back from three to two, and before they go from two to three.
AUTUMN = datetime(2026, 10, 25, 2, 50, tzinfo=ZURICH).astimezone(UTC)
SPRING = datetime(2027, 3, 28, 1, 50, tzinfo=ZURICH).astimezone(UTC)
NIGHTS = pytest.mark.parametrize("night", [AUTUMN, SPRING], ids=["autumn", "spring"])


def open_before(cast: Cast, night: datetime, *, starts: timedelta = timedelta(days=20)) -> tuple[Shop, Price]:
    """A shop that sells a concert so long after the night; it is a week before it now."""
    CLOCK.freeze(night - timedelta(days=7))
    return an_open_shop(cast, quantity=1, starts=night + starts)


@NIGHTS
def test_a_basket_lasts_its_minutes_whatever_the_clock_on_the_wall_says(cast: Cast, night: datetime) -> None:
    shop, price = open_before(cast, night)
    method = invoice_of(cast, shop)
    CLOCK.freeze(night)
    cart = held(shop, price)
    CLOCK.freeze(night + timedelta(minutes=15) - SECOND)
    with pytest.raises(DomainError):
        held(shop, price)
    assert place_order(buyer_in(shop), cart, customer=WHO, method=method)


@NIGHTS
def test_a_basket_is_over_and_its_place_free_at_the_same_second(cast: Cast, night: datetime) -> None:
    shop, price = open_before(cast, night)
    method = invoice_of(cast, shop)
    CLOCK.freeze(night)
    cart = held(shop, price)
    CLOCK.freeze(night + timedelta(minutes=15))
    with pytest.raises(Refused) as refused:
        place_order(buyer_in(shop), cart, customer=WHO, method=method)
    assert refused.value.reason == "cart_over"
    assert held(shop, price)


def sells(actor: Actor, shop: Shop, price: Price) -> bool:
    """Whether this seller gets a place into a basket and out of it as an order; the basket is undone by its end."""
    cart, _token = open_cart(actor, shop, language="en")
    try:
        hold_places(actor, cart, wants=[Want(price.id, 1)])
        sell_cart(actor, cart, customer={}, method=shop.methods.get(kind="on_site"))
    except Refused as refused:
        if refused.reason != "over":
            raise
        return False
    return True


@NIGHTS
@pytest.mark.parametrize("channel", ["reseller", "admin"])
@pytest.mark.parametrize("told", [False, True], ids=["by itself", "as told"])
def test_each_counter_ends_at_its_second(cast: Cast, night: datetime, channel: str, told: bool) -> None:
    """Two hours after the start by any clock that runs, or when it was told to."""
    shop, price = open_before(cast, night, starts=timedelta())
    set_price(cast.olive, price.zone.performance, price=price, quantity=9)
    set_method(cast.olive, shop, method=shop.methods.get(kind="on_site"), is_on=True)
    actor, end = seller(cast, shop, channel), night + (HOUR if told else 2 * HOUR)
    if told:
        set_performance(cast.olive, price.zone.performance, **{f"{channel}_until": end})
    CLOCK.freeze(end - SECOND)
    assert sells(actor, shop, price)
    CLOCK.freeze(end)
    assert not sells(actor, shop, price)


@NIGHTS
def test_a_counter_that_is_told_to_end_early_does_not_end_the_other_one(cast: Cast, night: datetime) -> None:
    shop, price = open_before(cast, night, starts=timedelta())
    set_price(cast.olive, price.zone.performance, price=price, quantity=9)
    set_method(cast.olive, shop, method=shop.methods.get(kind="on_site"), is_on=True)
    set_performance(cast.olive, price.zone.performance, reseller_until=night)
    CLOCK.freeze(night)
    assert [sells(seller(cast, shop, channel), shop, price) for channel in ("reseller", "admin")] == [False, True]


@NIGHTS
def test_a_code_begins_and_ends_at_its_seconds(cast: Cast, night: datetime) -> None:
    """At the basket and again at the order: the two ends lie an hour apart, with one time of day or two hours between."""
    shop, price = open_before(cast, night)
    offer = make_offer(cast.olive, shop, name="Night", kind="percent", value=100, starts_at=night, ends_at=night + HOUR)
    make_codes(cast.olive, offer, code="night")
    buyer, method = buyer_in(shop), invoice_of(cast, shop)
    CLOCK.freeze(night - SECOND)
    cart = held(shop, price)
    with pytest.raises(Refused, match="yet"):
        set_code(buyer, cart, code="night")
    CLOCK.freeze(night)
    assert set_code(buyer, cart, code="night")
    CLOCK.freeze(night + HOUR - SECOND)
    late = held(shop, price)
    assert set_code(buyer, late, code="night")
    CLOCK.freeze(night + HOUR)
    with pytest.raises(Refused, match="expired"):
        set_code(buyer, late, code="night")
    with pytest.raises(Refused, match="expired"):
        place_order(buyer, late, customer=WHO, method=method)
    Offer.objects.update(ends_at=night + HOUR + SECOND)
    assert place_order(buyer, late, customer=WHO, method=method)[0].total == 2520


@NIGHTS
def test_a_price_is_sold_from_its_first_second_to_its_last(cast: Cast, night: datetime) -> None:
    shop, price = open_before(cast, night)
    row = price.zone.performance
    set_price(cast.olive, row, price=price, quantity=9, sale_from=night, sale_until=night + HOUR)
    for moment in (night, night + HOUR - SECOND):
        CLOCK.freeze(moment)
        assert held(shop, price)
    for moment, why in ((night - SECOND, "before"), (night + HOUR, "over")):
        CLOCK.freeze(moment)
        with pytest.raises(Refused) as refused:
            held(shop, price)
        assert refused.value.reason == why


@NIGHTS
def test_money_at_the_last_second_pays_and_at_the_deadline_only_while_the_place_is_free(
    cast: Cast, night: datetime
) -> None:
    shop, price = open_before(cast, night)
    set_price(cast.olive, price.zone.performance, price=price, quantity=2)
    buyer = buyer_in(shop)
    CLOCK.freeze(night - timedelta(days=5))
    early, late = ordered(cast, shop, price), ordered(cast, shop, price)
    due = late.due_at
    assert (
        due.astimezone(ZURICH).time() == (night - timedelta(days=5)).astimezone(ZURICH).time()
    )  # though clocks changed
    CLOCK.freeze(due - SECOND)
    assert expire_orders(buyer, shop) == 0
    assert record_payment(buyer, early, amount=2800, provider="test", event="early").state == "paid"
    CLOCK.freeze(due)
    assert expire_orders(buyer, shop) == 1
    other = held(shop, price)
    assert record_payment(buyer, late, amount=2800, provider="test", event="late").state == "expired"
    CLOCK.freeze(due + timedelta(minutes=15))  # the other one's basket has run out, at this very second
    assert record_payment(buyer, late, amount=2800, provider="test", event="later").state == "paid"
    assert other.id
    assert sum(late.payments.filter(kind="refund").values_list("amount", flat=True)) == 2800


@NIGHTS
def test_a_card_has_half_an_hour_by_a_clock_that_runs(cast: Cast, night: datetime) -> None:
    CLOCK.freeze(night - timedelta(days=7))
    shop, price = an_open_shop(cast, real=False, starts=night + timedelta(days=20))
    card = set_method(cast.olive, shop, method=shop.methods.get(provider="test"), is_on=True)
    CLOCK.freeze(night)
    order, _secret = place_order(buyer_in(shop), held(shop, price), customer=WHO, method=card)
    for moment, over in ((night + HOUR / 2 - SECOND, 0), (night + HOUR / 2, 1)):
        CLOCK.freeze(moment)
        assert expire_orders(buyer_in(shop), shop) == over
    assert Order.objects.get(id=order.id).state == "expired"
