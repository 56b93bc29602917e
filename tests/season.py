# SPDX-License-Identifier: AGPL-3.0-or-later
"""The season of the demo for one organization: an open shop with a hall, a series, an offer, a form and an order."""

from typing import Any

from mazot.products.tickets.actions.furnish_demo import furnish_demo
from mazot.products.tickets.models import Performance, Price, Shop
from mazot.products.tickets.queries.orders import orders_for
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.models import Organization


def a_season(actor: Any) -> dict[str, str]:
    organization = Organization.objects.get(id=actor.organization_id)
    instance = open_product(actor, organization, product="tickets", name="Season")
    furnish_demo(actor, instance, people={})
    shop = Shop.objects.get(instance=instance)
    date = Performance.objects.get(event__shop=shop, event__slug="requiem-de-faure")
    series = shop.events.get(slug="pierre-et-le-loup")
    price = Price.objects.filter(zone__performance=date).order_by("id")[0]
    made = {"shop": shop, "date": date, "event": date.event, "series": series, "price": price, "zone": price.zone}
    made |= {"plan": shop.plans.get(), "form": shop.forms.get(), "offer": shop.offers.get()}
    made["method"] = shop.methods.get(kind="invoice")
    return {name: str(row.id) for name, row in made.items()} | {"slug": shop.slug}


def orders_in(actor: Any, shop_id: str) -> dict[str, list[str]]:
    """The orders of a shop, newest first."""
    found = orders_for(actor, Shop.objects.get(id=shop_id)).order_by("-created_at")
    return {"orders": [str(order.id) for order in found]}
