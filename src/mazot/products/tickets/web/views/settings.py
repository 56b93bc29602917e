# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shop itself: what it says, how it sells, its test mode, its ways to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings as config
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import Conflict, NotAllowed, Refused
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.shops import CREDITOR, begin_test, end_test, purge_test_orders, set_shop
from mazot.products.tickets.queries.methods import SECRETS, has_keys, method_of, methods_of
from mazot.products.tickets.queries.settings import count_test_orders
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.currencies import shown
from mazot.products.tickets.web.forms.base import Asked
from mazot.products.tickets.web.forms.settings import ContactForm, MethodForm, ShopForm
from mazot.products.tickets.web.frame import ask, attempt, in_shop, page
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.tickets.models import PaymentMethod, Shop

ASK = require_http_methods(["GET", "HEAD", "POST"])
ICONS = {"invoice": "receipt-text", "on_site": "store", "free": "gift", "card": "credit-card"}


@in_shop(TECHNICAL)
@ASK
def settings(request: Any, shop: Shop) -> HttpResponse:
    names: tuple[str, ...] = ("name", "slug", "introduction", "language", "currency", "timezone")
    names += ("hold_minutes", "number_prefix", "queue_size", "queue_opens_at", "vat_number", "iban")
    names += ("display", "displays", "cancel_hours", "cancel_keeps")
    initial = {name: getattr(shop, name) for name in names}
    initial |= {f"creditor_{key}": shop.creditor.get(key, "") for key in CREDITOR}
    initial["origins"] = "\n".join(shop.origins)
    form = ShopForm(request.POST or None, initial=initial)

    def deed(said: dict[str, Any]) -> None:
        creditor = {key: said.pop(f"creditor_{key}") for key in CREDITOR}
        set_shop(request.actor, shop, **said | {"creditor": creditor, "origins": said["origins"].splitlines()})

    script = config.MAZOT.address + reverse("shop-widget")
    context = {
        "place": "settings",
        "title": _("Shop"),
        "snippet": f'<script src="{script}" data-shop="{shop.slug}" async></script>',
        "home": config.MAZOT.address,
        "n_test_orders": count_test_orders(shop),
    }
    return _saved(request, shop, form, deed, name="settings", context=context)


@in_shop(TECHNICAL)
@ASK
def contact(request: Any, shop: Shop) -> HttpResponse:
    initial = {name: getattr(shop, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)

    def deed(said: dict[str, Any]) -> None:
        set_shop(request.actor, shop, **said)

    context = {"place": "contact", "title": _("Contact and terms")}
    return _saved(request, shop, form, deed, name="contact", context=context)


@in_shop(TECHNICAL)
@require_POST
def test_mode(request: Any, shop: Shop) -> HttpResponse:
    back = reverse("tickets:settings", args=[shop.id])
    if request.POST.get("to") == "on":
        said = _("The shop is in test mode: orders do not count.")
        return attempt(request, lambda: begin_test(request.actor, shop), said=said, back=back)
    said = _("Orders count from now on.")
    return attempt(request, lambda: end_test(request.actor, shop), said=said, back=back)


@in_shop(TECHNICAL)
@require_POST
def test_purge(request: Any, shop: Shop) -> HttpResponse:
    back = reverse("tickets:settings", args=[shop.id])
    n_orders = count_test_orders(shop)
    said = ngettext("%(n)d test order is gone.", "%(n)d test orders are gone.", n_orders) % {"n": n_orders}
    return attempt(request, lambda: purge_test_orders(request.actor, shop), said=said, back=back)


@in_shop(TECHNICAL)
@require_safe
def methods(request: Any, shop: Shop) -> HttpResponse:
    lines = [
        {"method": method, "icon": ICONS[method.kind], "fee": _fee_of(method, shop), "lacks": not has_keys(method)}
        for method in methods_of(shop)
    ]
    return page(request, shop, "methods", {"place": "methods", "lines": lines})


@in_shop(TECHNICAL)
@ASK
def method(request: Any, shop: Shop, method_id: UUID) -> HttpResponse:
    found = method_of(shop, method_id)
    initial = {name: getattr(found, name) for name in MethodForm.base_fields}
    form = MethodForm(request.POST or None, initial=initial, method=found, currency=shop.currency)
    words = {"title": found.name, "verb": _("Save"), "said": _("The payment method is saved."), "place": "methods"}

    def deed(said: dict[str, Any]) -> None:
        keys = {name: said.pop(name) for name in SECRETS.get(found.provider, ())}
        keys = {name: value for name, value in keys.items() if value}
        zeros = {name: said[name] or 0 for name in ("min_total", "fee_fixed", "fee_per_ticket", "cutoff_days")}
        set_method(request.actor, shop, method=found, keys=keys, **said | zeros)

    return ask(request, shop, form, deed, **words, back=reverse("tickets:methods", args=[shop.id]))


def _fee_of(method: PaymentMethod, shop: Shop) -> str:
    parts = []
    if method.fee_fixed:
        parts.append(_("%(amount)s per order") % {"amount": shown(method.fee_fixed, shop.currency)})
    if method.fee_permille:
        parts.append(f"{method.fee_permille / 10:g} %")
    if method.fee_per_ticket:
        amount = shown(method.fee_per_ticket, shop.currency)
        parts.append(_("%(amount)s per ticket") % {"amount": amount})
    return " + ".join(parts)


def _saved(request: Any, shop: Shop, form: Asked, deed: Any, *, name: str, context: dict[str, Any]) -> HttpResponse:
    """A page whose whole form is saved at once; what is refused stands beside its field."""
    if request.method == "POST" and form.is_valid():
        try:
            deed(form.cleaned_data)
        except (Conflict, NotAllowed, Refused) as error:
            form.refuse(error)
        else:
            toast_later(request, _("The settings are saved."))
            return HttpResponse(status=303, headers={"Location": request.path})
    return page(request, shop, name, context | {"form": form}, status=422 if form.is_bound else 200)
