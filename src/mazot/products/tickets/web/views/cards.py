# SPDX-License-Identifier: AGPL-3.0-or-later
"""Paying by card: off to the provider's page, its messages, and the page of the test provider."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.ids import new_secret
from mazot.products.tickets.actions.cards import record_card_payment
from mazot.products.tickets.actions.refunds import note_came_back, note_returned
from mazot.products.tickets.queries.cards import MESSAGE_LIMIT, card_page, card_shop, event_of, rehearsed, told_by
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.links import order_behind
from mazot.products.tickets.rules.cards import GIVEN_UP, CameBack, Returned
from mazot.products.tickets.web.guesses import may_be_a_guess

SIGNATURE = "Stripe-Signature"


@require_safe
def pay(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """Send the buyer to where the card is asked for. A link and no form: a form may not lead to other sites."""
    with may_be_a_guess(request, secret):
        order = order_behind(card_shop(slug), secret)
    test = order.method is not None and order.method.provider == "test"
    name = "shop-test-card" if test else "shop-order"
    return HttpResponseRedirect(card_page(order, back=request.build_absolute_uri(reverse(name, args=[slug, secret]))))


@csrf_exempt
@require_POST
def heard(request: HttpRequest, slug: str, provider: str) -> HttpResponse:
    """A message of a provider, which has no cookie of ours: its signature is what lets it in."""
    body = request.read(MESSAGE_LIMIT + 1)
    _record(card_shop(slug), provider, body, request.headers.get(SIGNATURE, ""))
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def test_card(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """Where a card would be asked for, in a shop that is being tried."""
    with may_be_a_guess(request, secret):
        order = order_behind(card_shop(slug), secret)
    if request.method != "POST":
        rehearsed(order, "declines", event="")  # absent unless the order waits for the test provider
        return render(request, "tickets/pages/test_card.html", {"order": order, "presses": _presses()})
    messages = rehearsed(order, request.POST.get("press", ""), event=new_secret())
    for body, signature in messages:
        _record(order.shop, "test", body, signature)
    back = reverse("shop-order", args=[slug, secret])
    return HttpResponseRedirect(back if messages else f"{back}?{GIVEN_UP}", status=303)


def _record(shop: Any, provider: str, body: bytes, signature: str) -> None:
    found = told_by(shop, provider, body=body, signature=signature)
    if found is None:
        return
    order, told = found
    if isinstance(told, Returned):
        note_returned(buyer_in(shop), order, provider=provider, reference=told.payment, amount=told.amount)
        return
    if isinstance(told, CameBack):
        note_came_back(
            buyer_in(shop),
            order,
            provider=provider,
            reference=told.payment,
            key=told.key,
            amount=told.amount,
            why=told.why,
        )
        return
    record_card_payment(
        buyer_in(shop),
        order,
        provider=provider,
        event=event_of(shop, told),
        amount=told.amount,
        currency=told.currency,
        reference=told.payment,
    )


def _presses() -> list[tuple[str, str]]:
    return [
        ("pays", _("Pay")),
        ("declines", _("Let the card be declined")),
        ("twice", _("Pay, and be told twice")),
        ("less", _("Pay half of it")),
        ("more", _("Pay too much")),
        ("stays", _("Pay with a card that takes nothing back")),
    ]
