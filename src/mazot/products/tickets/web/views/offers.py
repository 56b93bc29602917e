# SPDX-License-Identifier: AGPL-3.0-or-later
"""Promotional offers with their codes, and shared quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mazot.foundation.sheets import as_csv
from mazot.products.tickets.actions.offers import make_codes, make_offer, set_offer
from mazot.products.tickets.actions.pricing import make_quota, remove_quota, set_quota
from mazot.products.tickets.queries.settings import (
    codes_as_rows,
    codes_of,
    offer_of,
    offers_of,
    prices_named,
    prices_of_shop,
    prices_to_choose,
    quota_in,
)
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.currencies import shown, typed_amount
from mazot.products.tickets.web.forms.programme import QuotaForm
from mazot.products.tickets.web.forms.settings import CodesForm, OfferForm
from mazot.products.tickets.web.frame import ask, in_shop, on_date, page
from mazot.products.tickets.web.places import pricing_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Offer, Performance, Shop

ASK = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 100


@in_shop(TECHNICAL)
@require_safe
def offers(request: Any, shop: Shop) -> HttpResponse:
    lines = [(offer, said_of(offer, shop)) for offer in offers_of(shop)]
    return page(request, shop, "offers", {"place": "offers", "lines": lines})


@in_shop(TECHNICAL)
@require_safe
def offer(request: Any, shop: Shop, offer_id: UUID) -> HttpResponse:
    """One offer with its codes, and how often each was used."""
    found = offer_of(shop, offer_id)
    words = request.GET.get("words", "")[:40].lower()
    turned = Paginator(codes_of(found, words), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "offers",
        "offer": found,
        "gives": said_of(found, shop),
        "page": turned,
        "words": words,
        "n_prices": found.prices.count(),
    }
    return page(request, shop, "offer", context)


@in_shop(TECHNICAL)
@ASK
def offer_new(request: Any, shop: Shop) -> HttpResponse:
    form = OfferForm(request.POST or None, currency=shop.currency, prices=_choices(shop))
    words = {"title": _("New offer"), "verb": _("Make the offer"), "said": _("The offer is there. It needs a code.")}

    def deed(said: dict[str, Any]) -> None:
        make_offer(request.actor, shop, **said | {"prices": prices_named(shop, said["prices"])})

    back = reverse("tickets:offers", args=[shop.id])
    return ask(request, shop, form, deed, **words, back=back, place="offers")


@in_shop(TECHNICAL)
@ASK
def offer_edit(request: Any, shop: Shop, offer_id: UUID) -> HttpResponse:
    found = offer_of(shop, offer_id)
    names = ("name", "kind", "is_on", "max_tickets", "max_per_order", "starts_at", "ends_at", "shows_secret")
    initial = {name: getattr(found, name) for name in names}
    initial["value"] = f"{found.value / 10:g}" if found.kind == "percent" else typed_amount(found.value, shop.currency)
    initial["prices"] = [str(price_id) for price_id in found.prices.values_list("id", flat=True)]
    form = OfferForm(request.POST or None, initial=initial, currency=shop.currency, prices=_choices(shop))
    words = {"title": _("Modify the offer"), "verb": _("Save"), "said": _("The offer is saved.")}

    def deed(said: dict[str, Any]) -> None:
        set_offer(request.actor, found, **said | {"prices": prices_named(shop, said["prices"])})

    back = reverse("tickets:offer", args=[shop.id, found.id])
    return ask(request, shop, form, deed, **words, back=back, place="offers")


@in_shop(TECHNICAL)
@ASK
def codes_new(request: Any, shop: Shop, offer_id: UUID) -> HttpResponse:
    found = offer_of(shop, offer_id)
    form = CodesForm(request.POST or None)
    words = {"title": _("New codes"), "verb": _("Make them"), "said": _("The codes are made.")}

    def deed(said: dict[str, Any]) -> None:
        details = {"code": said["code"], "prefix": said["beginning"], "max_orders": said["max_orders"]}
        make_codes(request.actor, found, **details, count=1 if said["code"] else said["count"] or 1)

    back = reverse("tickets:offer", args=[shop.id, found.id])
    return ask(request, shop, form, deed, **words, back=back, place="offers")


@in_shop(TECHNICAL)
@require_safe
def codes_export(request: Any, shop: Shop, offer_id: UUID) -> HttpResponse:  # noqa: ARG001 - the frame asked who it is
    """All codes of an offer as a table for other programs."""
    found = offer_of(shop, offer_id)
    rows = codes_as_rows(found)
    answer = HttpResponse(as_csv([_("Code"), _("Orders"), _("At most")], rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="codes.csv"'
    return answer


@on_date(TECHNICAL)
@ASK
def quota_new(request: Any, performance: Performance) -> HttpResponse:
    shop = performance.event.shop
    form = QuotaForm(request.POST or None, prices=_choices(shop, performance))
    words = {"title": _("New shared quota"), "verb": _("Add the quota"), "said": _("The quota is there.")}

    def deed(said: dict[str, Any]) -> None:
        make_quota(request.actor, shop, **said | {"prices": prices_named(shop, said["prices"])})

    return ask(request, shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@ASK
def quota(request: Any, performance: Performance, quota_id: UUID) -> HttpResponse:
    """Change a quota; without a price it goes."""
    shop = performance.event.shop
    found = quota_in(shop, quota_id)
    chosen = [str(price_id) for price_id in found.prices.values_list("id", flat=True)]
    initial = {"name": found.name, "size": found.size, "prices": chosen}
    form = QuotaForm(request.POST or None, initial=initial, prices=_choices(shop, performance, also=chosen))
    form.fields["prices"].required = False
    form.fields["prices"].help_text = _("None ticked: the quota goes.")
    words = {"title": _("Modify the quota"), "verb": _("Save"), "said": _("The quota is saved.")}

    def deed(said: dict[str, Any]) -> None:
        if not said["prices"]:
            remove_quota(request.actor, found)
            return
        set_quota(request.actor, found, **said | {"prices": prices_named(shop, said["prices"])})

    return ask(request, shop, form, deed, **words, back=pricing_of(performance))


def said_of(offer: Offer, shop: Shop) -> str:
    if offer.kind == "percent":
        return _("%(percent)s %% off each price") % {"percent": f"{offer.value / 10:g}"}
    amount = {"amount": shown(offer.value, shop.currency)}
    if offer.kind == "per_ticket":
        return _("%(amount)s off each ticket") % amount
    return _("%(amount)s off the order") % amount


def _choices(
    shop: Shop, performance: Performance | None = None, also: list[str] | None = None
) -> list[tuple[str, str]]:
    return prices_to_choose(prices_of_shop(shop, performance, also=also))
