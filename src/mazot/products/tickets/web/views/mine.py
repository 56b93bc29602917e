# SPDX-License-Identifier: AGPL-3.0-or-later
"""A buyer's way back to their orders: an address is asked, the answer is always the same, the link comes by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import Busy, NotFound, Refused, TooMany
from mazot.products.tickets.actions.letters import ask_letter
from mazot.products.tickets.jobs import send_link
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.customers import orders_of
from mazot.products.tickets.queries.links import customer_behind, link_secret, order_behind
from mazot.products.tickets.queries.showcase import said_amount
from mazot.products.tickets.web.carrying import onward, unforged
from mazot.products.tickets.web.guesses import asks_for_a_letter, may_be_a_guess, told_when
from mazot.products.tickets.web.views.shop import behind_the_shop

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop


@require_http_methods(["GET", "HEAD", "POST"])
@behind_the_shop
def ask_link(request: Any, shop: Shop) -> HttpResponse:
    """Ask for an address, and say the same whether it ever bought here or not."""
    context: dict[str, Any] = {"shop": shop, "email": request.POST.get("email", "").strip()[:254]}
    status, waits = 200, None
    if request.method == "POST":
        try:
            validate_email(context["email"])
            asks_for_a_letter(request, shop, context["email"])
        except ValidationError:
            context["fault"], status = _("This is no e-mail address."), 422
        except TooMany as error:
            context["fault"], waits = error.sentence, error
        else:
            send_link.later(shop.slug, context["email"], request.LANGUAGE_CODE)
            context["is_sent"] = True
    answer = _private(render(request, "tickets/shop/ask_link.html", context, status=status))
    return told_when(answer, waits) if waits else answer


@require_safe
@behind_the_shop
def mine(request: HttpRequest, shop: Shop, token: str) -> HttpResponse:
    """The orders of whoever holds the link, while it lasts."""
    try:
        with may_be_a_guess(request, token):
            customer = customer_behind(shop, token)
    except NotFound:
        return _private(render(request, "tickets/shop/ask_link.html", {"shop": shop, "is_over": True}, status=404))
    lines = [(order, said_amount(order.total, order.currency), link_secret(order.id)) for order in orders_of(customer)]
    return _private(render(request, "tickets/shop/mine.html", {"shop": shop, "customer": customer, "lines": lines}))


@unforged
@require_POST
@behind_the_shop
def letter(request: HttpRequest, shop: Shop, secret: str) -> HttpResponse:
    """The buyer's own letter once more."""
    with may_be_a_guess(request, secret):
        found = order_behind(shop, secret)
    try:
        ask_letter(buyer_in(shop), found)
    except (Busy, Refused):
        return onward(request, "shop-order", shop.slug, secret)
    answer = onward(request, "shop-order", shop.slug, secret)
    answer["Location"] += "&sent=1" if "?" in answer["Location"] else "?sent=1"
    return answer


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
