# SPDX-License-Identifier: AGPL-3.0-or-later
"""Otto, of another organization, does nothing in Mimosa's shop: to him none of it is there."""

from datetime import timedelta

import pytest

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.tickets.actions import (
    events,
    forms,
    leaving,
    methods,
    offers,
    performances,
    pricing,
    shops,
    waiting,
)
from mazot.products.tickets.actions.offers import make_offer
from mazot.products.tickets.models import Event, Order, Price, Shop
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.tenancy.models import Membership

SOON = timedelta(days=3)


@pytest.fixture
def world(cast, olive):
    shop, price = an_open_shop(cast)
    zone = price.zone
    return {
        "shop": shop,
        "instance": shop.instance,
        "price": price,
        "zone": zone,
        "performance": zone.performance,
        "event": zone.performance.event,
        "offer": make_offer(olive, shop, name="Friends", kind="percent", value=100),
        "form": forms.make_form(olive, shop, name="Welcome", scope="order"),
        "quota": pricing.make_quota(olive, shop, name="All", size=10, prices=[price]),
        "method": shop.methods.get(kind="invoice"),
        "membership": Membership.objects.get(person=cast.people.malik),
    }


ENDING = {"key": "tickets.traces", "choice": {}, "record": {}}
DEEDS = {
    "open_shop": (shops.open_shop, "instance", lambda w: {}),
    "set_shop": (shops.set_shop, "shop", lambda w: {"name": "x"}),
    "publish_shop": (shops.publish_shop, "shop", lambda w: {}),
    "close_shop": (shops.close_shop, "shop", lambda w: {}),
    "end_test": (shops.end_test, "shop", lambda w: {}),
    "begin_test": (shops.begin_test, "shop", lambda w: {}),
    "purge_test_orders": (shops.purge_test_orders, "shop", lambda w: {}),
    "take_turn": (waiting.take_turn, "shop", lambda w: {}),
    "move_on": (waiting.move_on, "shop", lambda w: {}),
    "set_method": (methods.set_method, "shop", lambda w: {"method": w["method"], "is_on": False}),
    "make_event": (events.make_event, "shop", lambda w: {"title": "x", "starts": [clock.now() + SOON]}),
    "set_event": (events.set_event, "event", lambda w: {"title": "x"}),
    "set_picture": (events.set_picture, "event", lambda w: {"digest": "a" * 64}),
    "duplicate_event": (events.duplicate_event, "event", lambda w: {"title": "x", "starts": [clock.now() + SOON]}),
    "remove_event": (events.remove_event, "event", lambda w: {}),
    "add_performances": (performances.add_performances, "event", lambda w: {"starts": [clock.now() + SOON]}),
    "set_performance": (performances.set_performance, "performance", lambda w: {"capacity": 1}),
    "set_performances": (
        performances.set_performances,
        "event",
        lambda w: {"performances": [w["performance"]], "online": "hidden"},
    ),
    "cancel_performance": (performances.cancel_performance, "performance", lambda w: {}),
    "remove_performance": (performances.remove_performance, "performance", lambda w: {}),
    "make_zone": (pricing.make_zone, "performance", lambda w: {"name": "x"}),
    "set_zone": (pricing.set_zone, "performance", lambda w: {"zone": w["zone"], "name": "x"}),
    "remove_zone": (pricing.remove_zone, "performance", lambda w: {"zone": w["zone"]}),
    "make_price": (pricing.make_price, "performance", lambda w: {"zone": w["zone"], "name": "x", "amount": 1}),
    "set_price": (pricing.set_price, "performance", lambda w: {"price": w["price"], "amount": 1}),
    "remove_price": (pricing.remove_price, "performance", lambda w: {"price": w["price"]}),
    "copy_pricing": (pricing.copy_pricing, "performance", lambda w: {"to": []}),
    "make_quota": (pricing.make_quota, "shop", lambda w: {"name": "x", "size": 1, "prices": []}),
    "set_quota": (pricing.set_quota, "quota", lambda w: {"size": 1}),
    "remove_quota": (pricing.remove_quota, "quota", lambda w: {}),
    "make_offer": (offers.make_offer, "shop", lambda w: {"name": "x", "kind": "percent", "value": 10}),
    "set_offer": (offers.set_offer, "offer", lambda w: {"name": "x"}),
    "make_codes": (offers.make_codes, "offer", lambda w: {"code": "x"}),
    "make_form": (forms.make_form, "shop", lambda w: {"name": "x", "scope": "order"}),
    "set_form": (forms.set_form, "form", lambda w: {"name": "x"}),
    "remove_form": (forms.remove_form, "form", lambda w: {}),
    "keep_sales": (leaving.keep_sales, "membership", lambda w: ENDING),
    "keep_sellers": (leaving.keep_sellers, "membership", lambda w: ENDING),
    "forget_seller": (leaving.forget_seller, "membership", lambda w: ENDING),
}


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_to_otto_the_shop_is_not_there(otto, world, name):
    deed, about, details = DEEDS[name]
    before = [Shop.objects.get(), Event.objects.get(), Price.objects.get(), Order.objects.count()]
    with pytest.raises(NotFound):
        deed(otto, world[about], **details(world))
    assert [Shop.objects.get(), Event.objects.get(), Price.objects.get(), Order.objects.count()] == before


def test_what_is_of_another_shop_is_absent_for_its_own_people_too(cast, olive, world):
    second, price = an_open_shop(cast)
    with pytest.raises(NotFound):
        pricing.set_price(olive, world["performance"], price=price, amount=1)
    with pytest.raises(NotFound):
        pricing.make_quota(olive, second, name="x", size=1, prices=[world["price"]])
    with pytest.raises(NotFound):
        methods.set_method(olive, second, method=world["method"], is_on=False)
    with pytest.raises(NotFound):
        events.set_event(olive, price.zone.performance.event, form=world["form"])
