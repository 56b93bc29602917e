# SPDX-License-Identifier: AGPL-3.0-or-later
"""A shop goes to another organization: with all of its rows, without a bank account that is not theirs."""

from datetime import timedelta

import pytest
from django.apps import apps

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.products.tickets.actions.carts import open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.forms import make_form
from mazot.products.tickets.actions.giving_away import move_shop
from mazot.products.tickets.actions.offers import make_offer
from mazot.products.tickets.actions.pricing import make_quota
from mazot.products.tickets.models import Order, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import ordered
from mazot.tenancy.actions.transfers import offer_transfer, take_transfer
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def owners(shop: Shop) -> set[object]:
    """Whom any row of the shop says it belongs to."""
    found: set[object] = set()
    for model in apps.get_app_config("tickets").get_models():
        names = {field.name for field in model._meta.get_fields()}
        if {"organization", "instance"} <= names:
            rows = model._default_manager.filter(instance_id=shop.instance_id)
            found.update(rows.values_list("organization_id", flat=True))
    return found


def test_a_shop_is_given_away_with_all_of_it_and_closed(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    make_offer(cast.olive, shop, name="Friends", kind="percent", value=100)
    make_form(cast.olive, shop, name="Welcome", scope="order")
    make_quota(cast.olive, shop, name="All", size=10, prices=[price])
    order = ordered(cast, shop, price)
    _offer, token = offer_transfer(cast.olive, shop.instance)
    take_transfer(cast.otto, cast.rival, token=token)
    assert owners(shop) == {cast.rival.id}
    shop.refresh_from_db()
    assert (shop.is_open, shop.iban, shop.creditor) == (False, "", {})
    assert Order.objects.get().number == order.number


def test_a_shop_in_which_somebody_buys_stays_where_it_is(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    open_cart(buyer_in(shop), shop, language="en", wants=[Want(price.id, 1)])
    with pytest.raises(Refused) as refused:
        move_shop(cast.olive, shop.instance, cast.rival.id)
    assert refused.value.reason == "held"
    assert owners(shop) == {cast.mimosa.id}
    CLOCK.advance(timedelta(minutes=16))
    move_shop(cast.olive, shop.instance, cast.rival.id)
    assert owners(shop) == {cast.rival.id}


def test_nobody_else_moves_a_shop(cast: Cast) -> None:
    shop, _price = an_open_shop(cast)
    for actor, told in ((cast.malik, NotAllowed), (cast.gaia, NotAllowed), (cast.otto, NotFound)):
        with pytest.raises(told):
            move_shop(actor, shop.instance, cast.rival.id)
    assert owners(shop) == {cast.mimosa.id}
