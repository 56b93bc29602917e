# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is open when it is held is asked again when it is ordered: layers and ends of sale, at the doors of the shop."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import NotFound, Refused
from mazot.products.tickets.actions.carts import change_price, hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.performances import set_performance
from mazot.products.tickets.actions.pricing import make_price
from mazot.products.tickets.models import Event, Performance, Price, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_concert, an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
ZURICH = ZoneInfo("Europe/Zurich")


def test_a_numbered_zone_needs_seats_and_a_free_one_has_none(cast: Cast) -> None:
    shop, price, seats = a_hall(cast)
    free = a_concert(cast, shop, title="Standing only")
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    for want, reason in ((Want(price.id, 1), "seat_needed"), (Want(free.id, seats=(seats[0],)), "no_seats")):
        with pytest.raises(Refused) as refused:
            hold_places(buyer, cart, wants=[want])
        assert refused.value.reason == reason


def moved(performance: Performance, cast: Cast, **what: object) -> None:
    set_performance(cast.olive, Performance.objects.get(id=performance.id), **what)


def test_a_hold_is_refused_from_the_very_second_its_sale_is_over(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    ends = datetime(2027, 3, 28, 3, 0, tzinfo=ZURICH).astimezone(UTC)  # the first second of summer
    CLOCK.freeze(ends - timedelta(minutes=10))
    moved(price.zone.performance, cast, starts_at=ends + timedelta(days=2), online_until=ends)
    cart, _token = open_cart(buyer_in(shop), shop, language="en")
    CLOCK.freeze(ends - SECOND)
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)])
    CLOCK.freeze(ends)
    with pytest.raises(Refused) as refused:
        hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)])
    assert refused.value.reason == "over"
    with pytest.raises(Refused) as refused:  # and what was held is not ordered any more either
        place_order(
            buyer_in(shop), cart, customer={"email": "a@people.example"}, method=shop.methods.get(kind="on_site")
        )
    assert refused.value.reason == "over"
    seller = cast.olive  # the counter goes on
    counter, _token = open_cart(seller, shop, language="en")
    assert hold_places(seller, counter, wants=[Want(price.id, 1)])


@pytest.mark.parametrize("layer", ["shop", "event", "performance", "zone", "price", "secret"])
def test_what_is_hidden_is_absent_for_a_buyer(cast: Cast, layer: str) -> None:
    shop, price = an_open_shop(cast)
    child = make_price(cast.olive, price.zone.performance, zone=price.zone, name="Child", amount=1000)
    cart, _token = open_cart(buyer_in(shop), shop, language="en")
    (ticket,) = hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)])
    performance = price.zone.performance
    {
        "shop": lambda: Shop.objects.update(is_open=False),
        "event": lambda: Event.objects.update(online="hidden"),
        "performance": lambda: Performance.objects.filter(id=performance.id).update(online="hidden"),
        "zone": lambda: performance.zones.update(is_visible=False),
        "price": lambda: Price.objects.update(is_visible=False),
        "secret": lambda: Price.objects.update(is_secret=True),
    }[layer]()
    method = shop.methods.get(kind="on_site")
    deeds = (
        lambda: hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)]),
        lambda: change_price(buyer_in(shop), cart, ticket=ticket.id, price=child),
        lambda: place_order(buyer_in(shop), cart, customer={"email": "a@people.example"}, method=method),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
