# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the cart to the order on one page, and the order's own page behind its secret link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, DomainError, Invalid, NotFound, Refused, TooMany
from mazot.foundation.ids import read_id
from mazot.products.tickets.actions.carts import drop_places, extend_cart, set_code
from mazot.products.tickets.actions.orders import order_of, place_order
from mazot.products.tickets.queries.carts import bill_of, buyer_in, cart_behind, tickets_in
from mazot.products.tickets.queries.links import link_secret
from mazot.products.tickets.queries.methods import method_of
from mazot.products.tickets.queries.orders import fee_on, methods_for
from mazot.products.tickets.queries.showcase import questions_for, said_amount
from mazot.products.tickets.queries.sides import check_mailbox
from mazot.products.tickets.web.asked import answers_said, field_of
from mazot.products.tickets.web.carrying import keep_turn, onward, shown, token_of, unforged
from mazot.products.tickets.web.guesses import may_be_a_guess, told_when, tries_a_code
from mazot.products.tickets.web.views.shop import in_the_shop

if TYPE_CHECKING:
    from mazot.products.tickets.models import Cart, PaymentMethod, Shop
    from mazot.products.tickets.queries.carts import Bill

CUSTOMER = ("email", "first_name", "last_name", "phone")


@unforged
@require_http_methods(["GET", "HEAD", "POST"])
@in_the_shop
def checkout(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What is held, who orders, how it is paid: one page, one press, one order however often it is pressed."""
    cart = _cart(request, shop)
    if cart is None:
        return shown(request, "over", {"shop": shop, "was": False})
    if request.method == "POST":
        return _order(request, shop, cart)
    found = order_of(cart)
    if found is not None:
        return onward(request, "shop-order", shop.slug, link_secret(found.id))
    return _page(request, shop, cart)


def _order(request: HttpRequest, shop: Shop, cart: Cart) -> HttpResponse:
    said = request.POST
    method_id = read_id(said.get("method", ""))
    try:
        if shop.terms and said.get("terms") != "on":
            raise Invalid("terms", _("The terms of sale have to be accepted to order."), field="terms")
        if method_id is None:
            raise Invalid("method", _("Choose how to pay."), field="method")
        if order_of(cart) is None:
            check_mailbox(cart.side, said.get("email", ""), clock.now())
        _order_made, secret = place_order(
            buyer_in(shop),
            cart,
            customer={name: said.get(name, "") for name in CUSTOMER},
            method=method_of(shop, method_id),
            answers=answers_said(request),
            holders={
                ticket_id: value
                for name, value in said.items()
                if name.startswith("holder-") and (ticket_id := read_id(name.removeprefix("holder-"))) is not None
            },
        )
    except TooMany as error:
        return told_when(_page(request, shop, cart, error=error), error)
    except (Conflict, Invalid, Refused) as error:
        found = order_of(cart)  # made a moment ago, by another press
        if found is None:
            return _page(request, shop, cart, error=error)
        secret = link_secret(found.id)
    answer = onward(request, "shop-order", shop.slug, secret)
    if shop.queue_size is not None:  # a turn is for one order
        keep_turn(request, answer, shop, "")
    return answer


def _page(
    request: HttpRequest, shop: Shop, cart: Cart, *, error: DomainError | None = None, at_code: bool = False
) -> HttpResponse:
    at = clock.now()
    tickets = tickets_in(cart, at)
    if not tickets:
        return shown(request, "over", {"shop": shop, "was": cart.expires_at <= at}, status=410)
    bill = bill_of(tickets, cart.code.offer if cart.code and cart.code.offer.is_on else None)
    asked = questions_for(tickets)
    fields = dict(error.facts.get("fields", {})) if error else {}  # type: ignore[call-overload]
    said = request.POST
    context = {
        "shop": shop,
        "cart": cart,
        "seconds": int((cart.expires_at - at).total_seconds()),
        "lines": [
            (
                ticket,
                said_amount(ticket.list_amount - cut, shop.currency),
                [
                    field_of(question, str(ticket.id), said, fields)
                    for question in asked.get(ticket.price.form_id or ticket.id, [])
                ],
            )
            for ticket, cut in zip(bill.tickets, bill.cuts, strict=True)
        ],
        "order_fields": [
            field_of(question, "order", said, fields)
            for form_id in sorted(
                {t.performance.event.form_id for t in tickets if t.performance.event.form_id}, key=str
            )
            for question in asked.get(form_id, [])
        ],
        "discount": said_amount(bill.discount, shop.currency) if bill.discount else "",
        "total": said_amount(bill.total, shop.currency),
        "methods": [
            (method, _fee(method, bill, shop.currency)) for method in methods_for(cart, tickets, bill.total, at)
        ],
        "said": said,
        "code_fault": error if error is not None and (at_code or error.facts.get("field") == "code") else None,
        "error": error,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    answer = shown(request, "checkout", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _fee(method: PaymentMethod, bill: Bill, currency: str) -> str:
    fee = fee_on(method, bill)
    if not fee:
        return ""
    amounts = {"fee": said_amount(fee, currency), "total": said_amount(bill.total + fee, currency)}
    return _("A fee of %(fee)s comes on top: %(total)s in all.") % amounts


@unforged
@require_POST
@in_the_shop
def change(request: HttpRequest, shop: Shop, deed: str) -> HttpResponse:
    """Let a place go, use a promo code, or take the time once more; then the page again."""
    cart = _cart(request, shop)
    if cart is None:
        return onward(request, "shop", shop.slug)
    if order_of(cart) is not None:
        return onward(request, "shop-checkout", shop.slug)
    buyer = buyer_in(shop)
    try:
        if deed == "drop":
            ticket_id = read_id(request.POST.get("ticket", ""))
            drop_places(buyer, cart, tickets=[ticket_id] if ticket_id else [])
        elif deed == "code":
            code = request.POST.get("code", "")[:80]
            with tries_a_code(request, cart, code):
                set_code(buyer, cart, code=code)
        else:
            extend_cart(buyer, cart)
    except NotFound:  # let go a moment ago, by a press before this one
        return onward(request, "shop-checkout", shop.slug)
    except (Conflict, Invalid, Refused) as error:
        return _page(request, shop, cart, error=error)
    except TooMany as error:
        return told_when(_page(request, shop, cart, error=error, at_code=True), error)
    return onward(request, "shop-checkout", shop.slug)


def _cart(request: HttpRequest, shop: Shop) -> Cart | None:
    """The cart of this browser, also one that ran out or was ordered: the pages say what became of it."""
    token = token_of(request, shop)
    try:
        with may_be_a_guess(request, token):
            return cart_behind(shop, token) if token else None
    except NotFound:
        return None
