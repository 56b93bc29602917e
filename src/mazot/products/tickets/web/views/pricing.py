# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zones and prices of one date, each deed in a dialog or on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.products.tickets.actions.pricing import (
    make_price,
    make_zone,
    remove_price,
    remove_zone,
    set_price,
    set_zone,
)
from mazot.products.tickets.queries.programme import price_in, progress_of, sold_by_price, zone_in, zones_text_of
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.currencies import typed_amount
from mazot.products.tickets.web.forms.base import Nothing
from mazot.products.tickets.web.forms.programme import PriceForm, ZoneForm
from mazot.products.tickets.web.frame import ANY, ask, attempt, event_context, on_date, page
from mazot.products.tickets.web.places import pricing_of
from mazot.products.tickets.web.views.events import form_of, forms_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Performance, Price

ASK = require_http_methods(["GET", "HEAD", "POST"])


@on_date(*ANY)
@require_safe
def pricing(request: Any, performance: Performance) -> HttpResponse:
    """The zones of a date with their prices, and how far each is sold."""
    event = performance.event
    sold = sold_by_price(performance)
    letters = zones_text_of(performance)
    zones = []
    for zone in performance.zones.order_by("position", "id").prefetch_related("prices"):
        prices = sorted(zone.prices.all(), key=lambda price: (price.position, price.id))
        lines = [
            {
                "price": price,
                "amount": typed_amount(price.amount, event.shop.currency),
                "sold": sold.get(price.id, 0),
                "share": min(100, sold.get(price.id, 0) * 100 // price.quantity) if price.quantity else 0,
            }
            for price in prices
        ]
        seats = (letters or "").count(zone.code)
        zones.append({"zone": zone, "lines": lines, "seats": seats})
    context = event_context(event, "dates") | {
        "performance": performance,
        "zones": zones,
        "progress": progress_of([performance])[performance.id],
        "has_plan": letters is not None,
        "is_numbered": performance.zones.filter(is_numbered=True).exists(),
        "quotas": event.shop.quotas.filter(prices__zone__performance=performance).distinct(),
    }
    return page(request, event.shop, "pricing", context)


@on_date(TECHNICAL)
@ASK
def zone_new(request: Any, performance: Performance) -> HttpResponse:
    tint = performance.zones.count() % 8 + 1
    form = ZoneForm(request.POST or None, initial={"tint": tint})
    words = {"title": _("New zone"), "verb": _("Add the zone"), "said": _("The zone is there. It needs a price.")}
    shop, back = performance.event.shop, pricing_of(performance)
    return ask(request, shop, form, lambda said: make_zone(request.actor, performance, **said), **words, back=back)


@on_date(TECHNICAL)
@ASK
def zone(request: Any, performance: Performance, zone_id: UUID) -> HttpResponse:
    found = zone_in(performance, zone_id)
    initial = {name: getattr(found, name) for name in ("name", "quota", "tint", "is_numbered", "is_visible")}
    form = ZoneForm(request.POST or None, initial=initial)
    words = {"title": _("Modify the zone"), "verb": _("Save"), "said": _("The zone is saved.")}

    def deed(said: dict[str, Any]) -> None:
        set_zone(request.actor, performance, zone=found, **said)

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@require_POST
def zone_turn(request: Any, performance: Performance, zone_id: UUID) -> HttpResponse:
    """Turn one thing of a zone on or off, from its menu."""
    found = zone_in(performance, zone_id)
    name = "is_numbered" if request.POST.get("what") == "numbered" else "is_visible"
    is_on = request.POST.get("on") == "1"
    return attempt(
        request,
        lambda: set_zone(request.actor, performance, zone=found, **{name: is_on}),
        said=_("The zone is saved."),
        back=pricing_of(performance),
    )


@on_date(TECHNICAL)
@ASK
def zone_remove(request: Any, performance: Performance, zone_id: UUID) -> HttpResponse:
    found = zone_in(performance, zone_id)
    lead = _("Its prices go with it, and its seats belong to no zone. A zone with orders stays.")
    form = Nothing(request.POST if request.method == "POST" else None, lead=lead)
    title = _("Remove %(name)s") % {"name": found.name}
    words = {"title": title, "verb": _("Remove"), "said": _("The zone is gone."), "kind": "danger"}

    def deed(_said: dict[str, Any]) -> None:
        remove_zone(request.actor, performance, zone=found)

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@ASK
def price_new(request: Any, performance: Performance, zone_id: UUID) -> HttpResponse:
    found = zone_in(performance, zone_id)
    form = _price_form(request, performance, None)
    title = _("New price in %(zone)s") % {"zone": found.name}
    words = {"title": title, "verb": _("Add the price"), "said": _("The price is there.")}

    def deed(said: dict[str, Any]) -> None:
        make_price(request.actor, performance, zone=found, **_priced(performance, said))

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@ASK
def price(request: Any, performance: Performance, price_id: UUID) -> HttpResponse:
    found = price_in(performance, price_id)
    form = _price_form(request, performance, found)
    words = {"title": _("Modify the price"), "verb": _("Save"), "said": _("The price is saved.")}

    def deed(said: dict[str, Any]) -> None:
        set_price(request.actor, performance, price=found, **_priced(performance, said))

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@ASK
def price_remove(request: Any, performance: Performance, price_id: UUID) -> HttpResponse:
    found = price_in(performance, price_id)
    lead = _("A price at which something was ordered stays: hide it instead.")
    form = Nothing(request.POST if request.method == "POST" else None, lead=lead)
    title = _("Remove %(name)s") % {"name": found.name}
    words = {"title": title, "verb": _("Remove"), "said": _("The price is gone."), "kind": "danger"}

    def deed(_said: dict[str, Any]) -> None:
        remove_price(request.actor, performance, price=found)

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


def _price_form(request: Any, performance: Performance, price: Price | None) -> PriceForm:
    shop = performance.event.shop
    initial: dict[str, Any] = {}
    if price is not None:
        initial = {name: getattr(price, name) for name in PriceForm.base_fields if name != "form"}
        initial["form"] = str(price.form_id or "")
        initial["min_per_order"] = price.min_per_order or None
    return PriceForm(request.POST or None, initial=initial, shop=shop, forms_=forms_of(shop, "price"))


def _priced(performance: Performance, said: dict[str, Any]) -> dict[str, Any]:
    chosen = form_of(performance.event.shop, said["form"])
    return said | {"form": chosen, "min_per_order": said["min_per_order"] or 0}
