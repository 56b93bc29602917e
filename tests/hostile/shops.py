# SPDX-License-Identifier: AGPL-3.0-or-later
"""A shop to attack: with a hall, carts and orders, a second shop of the same house, and every row to compare."""

from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.shops import end_test, publish_shop
from mazot.products.tickets.models import Seating
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_concert, a_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from mazot.products.tickets.web.entrance import urlpatterns
from tests.cast import Cast


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the room, and what was told."""
    models = [*apps.get_app_config("tickets").get_models(), FactRow]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


class World:
    """A shop with a hall and a cart, and a second one of the same house, each with an order."""

    def __init__(self, cast: Cast) -> None:
        self.shop, self.price, self.seats = a_hall(cast)
        self.shop.methods.filter(kind="on_site").update(is_on=True)
        self.date = self.price.zone.performance
        self.elsewhere = self._another_hall(cast)
        other = a_shop(cast, name="Other season")
        self.other_price = a_concert(cast, other, title="Elsewhere")
        self.other = publish_shop(cast.olive, end_test(cast.olive, other))
        self.order, self.secret = self._ordered(self.shop, self.price, self.seats[10])
        self.foreign, self.foreign_secret = self._ordered(self.other, self.other_price, "")
        self.cart, self.token = self._cart(self.shop, self.price, self.seats[0])
        _cart, self.foreign_token = self._cart(self.other, self.other_price, "")

    def _another_hall(self, cast: Cast) -> Any:
        """A price of another date, whose hall has seats of the same names."""
        price = a_concert(cast, self.shop, title="Magnificat", is_numbered=True)
        seating = Seating.objects.get()
        zones = price.zone.code * len(seating.zones)
        Seating.objects.create(
            performance=price.zone.performance, version_id=seating.version_id, zones=zones, access=seating.access
        )
        return price

    def _cart(self, shop: Any, price: Any, seat: str) -> Any:
        cart, token = open_cart(buyer_in(shop), shop, language="en")
        hold_places(buyer_in(shop), cart, wants=[Want(price.id, seats=(seat,)) if seat else Want(price.id, 1)])
        return cart, token

    def _ordered(self, shop: Any, price: Any, seat: str) -> Any:
        cart, _token = self._cart(shop, price, seat)
        who = {"email": "margaux@example.org"}
        return place_order(buyer_in(shop), cart, customer=who, method=shop.methods.get(kind="on_site"))

    def buyer(self) -> Client:
        client = Client(REMOTE_ADDR="192.0.2.7")
        client.cookies[f"cart-{self.shop.slug}"] = self.token
        return client

    def address(self, name: str, *, secret: str = "", **parts: Any) -> str:
        """A public address of the shop, with what it names there."""
        wanted = next(one for one in urlpatterns if one.name == name).pattern.converters  # type: ignore[attr-defined]
        known = {
            "slug": self.shop.slug,
            "event_slug": self.date.event.slug,
            "performance_id": self.date.id,
            "secret": secret or self.secret,
            "token": secret or "x" * 56,
            "ticket_id": self.foreign.tickets.get().id,
            "digest": "a" * 64,
            "provider": "stripe",
            "number": 7,
        }
        return reverse(name, kwargs={one: parts.get(one, known[one]) for one in wanted})
