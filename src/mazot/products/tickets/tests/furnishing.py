# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shops and events for tests: open, with prices, ready to sell."""

from datetime import datetime, timedelta
from typing import Any

from mazot.foundation import clock
from mazot.products.tickets.actions.events import make_event
from mazot.products.tickets.actions.pricing import make_price, make_zone
from mazot.products.tickets.actions.shops import end_test, publish_shop, set_shop
from mazot.products.tickets.models import Event, Performance, Price, Shop
from mazot.tenancy.actions.products import open_product
from tests.cast import Cast


def a_shop(cast: Cast, *, name: str = "Season", **what: Any) -> Shop:
    """Mimosa's ticket shop, closed and in test mode, with what an invoice needs."""
    instance = open_product(cast.olive, cast.mimosa, product="tickets", name=name)
    creditor = {
        "name": "Mimosa",
        "street": "Rue du Lac",
        "house": "4",
        "postcode": "1800",
        "town": "Vevey",
        "country": "CH",
    }
    details = {"contact_email": "tickets@mimosa.example", "iban": "CH9300762011623852957", "creditor": creditor}
    return set_shop(cast.olive, Shop.objects.get(instance=instance), **(details | what))


def a_concert(
    cast: Cast,
    shop: Shop,
    *,
    title: str = "Requiem",
    starts: datetime | None = None,
    quantity: int | None = 100,
    amount: int = 2800,
    zone: str = "Hall",
    **zone_details: Any,
) -> Price:
    """A visible event in thirty days, with one zone and one price, which is answered: the rest hangs on it."""
    start = starts or clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    event = make_event(cast.olive, shop, title=title, starts=[start], online="visible")
    performance = event.performances.get()
    made = make_zone(cast.olive, performance, name=zone, **zone_details)
    return make_price(cast.olive, performance, zone=made, name="Adult", amount=amount, quantity=quantity)


def an_open_shop(cast: Cast, *, real: bool = True, **concert: Any) -> tuple[Shop, Price]:
    """A shop that is open to buyers, with one concert to sell; real, unless it is only being tried."""
    shop = a_shop(cast)
    price = a_concert(cast, shop, **concert)
    if real:
        shop = end_test(cast.olive, shop)
    return publish_shop(cast.olive, shop), price


def dates_of(event: Event) -> list[Performance]:
    return list(event.performances.order_by("starts_at", "id"))
