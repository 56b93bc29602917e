# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest

from mazot.foundation import clock
from mazot.foundation.errors import Refused
from mazot.products.tickets.actions.shops import publish_shop
from mazot.products.tickets.models import PaymentMethod, Shop
from mazot.products.tickets.tests.furnishing import a_concert, a_shop, an_open_shop


def test_a_new_shop_is_closed_and_in_test_mode_with_ways_to_pay(cast):
    shop = a_shop(cast)
    assert (shop.is_open, shop.is_test, shop.slug) == (False, True, "season")
    on = set(PaymentMethod.objects.filter(shop=shop, is_on=True).values_list("kind", flat=True))
    assert on == {"on_site", "free"}


def test_a_shop_opens_when_something_can_be_bought_and_not_before(cast, olive):
    shop = a_shop(cast)
    with pytest.raises(Refused) as refusal:
        publish_shop(olive, shop)
    assert refusal.value.facts["missing"] == ["event", "visible", "price"]
    a_concert(cast, shop)
    assert publish_shop(olive, shop).is_open


def test_an_open_shop_sells_a_concert_to_come(cast):
    shop, price = an_open_shop(cast)
    assert (shop.is_open, shop.is_test) == (True, False)
    assert price.zone.performance.starts_at > clock.now() + timedelta(days=29)
    assert Shop.objects.get().slug == "season"
