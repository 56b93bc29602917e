# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody bought, behind its secret link: the order, the names on its tickets, and giving it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, DomainError, Invalid, NotFound, Refused
from mazot.products.tickets.actions.cancelling import set_holder
from mazot.products.tickets.actions.withdrawing import withdraw_order
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.links import order_behind
from mazot.products.tickets.queries.orders import tickets_of
from mazot.products.tickets.queries.showcase import said_amount
from mazot.products.tickets.queries.withdrawing import withdrawal_of
from mazot.products.tickets.rules.accounts import iban_in_groups
from mazot.products.tickets.web.carrying import onward, shown, unforged
from mazot.products.tickets.web.guesses import may_be_a_guess
from mazot.products.tickets.web.views.shop import behind_the_shop

if TYPE_CHECKING:
    from mazot.products.tickets.models import Order, Shop, Ticket


@require_safe
@behind_the_shop
def order(request: HttpRequest, shop: Shop, secret: str) -> HttpResponse:
    """The order as its buyer sees it: what is to be paid and how, the tickets, their codes once they are valid."""
    with may_be_a_guess(request, secret):
        return _page(request, shop, secret, order_behind(shop, secret))


def _page(
    request: HttpRequest, shop: Shop, secret: str, found: Order, *, error: DomainError | None = None
) -> HttpResponse:
    tickets, terms = tickets_of(found), withdrawal_of(found, clock.now())
    context: dict[str, Any] = {
        "shop": shop,
        "order": found,
        "secret": secret,
        "was_asked": request.GET.get("sent") == "1",
        "was_given_up": request.GET.get("card") == "no" and found.state == "pending",
        "total": said_amount(found.total, found.currency),
        "fee": said_amount(found.fee, found.currency) if found.fee else "",
        "iban": iban_in_groups(shop.iban),
        "tickets": [(ticket, said_amount(ticket.amount, found.currency), _code(ticket)) for ticket in tickets],
    }
    if terms.is_open:
        context["terms"] = {
            "terms": terms,
            "goes_back": said_amount(terms.goes_back, found.currency) if terms.goes_back else "",
            "keeps": said_amount(terms.keeps, found.currency) if terms.keeps else "",
        }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    answer = shown(request, "order", context | {"error": error}, status=status)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _code(ticket: Ticket) -> str:
    """The QR of a ticket that lets somebody in, as a drawing in the page."""
    if ticket.state != "valid":
        return ""
    # Its light ground is drawn too: a scanner needs it, also on a dark page.
    drawn = segno.make(ticket.code.upper(), error="m").svg_inline(border=4, omitsize=True, dark="black", light="white")
    return mark_safe(drawn)  # noqa: S308 - made by segno of letters that we drew


@unforged
@require_POST
@behind_the_shop
def holder(request: HttpRequest, shop: Shop, secret: str, ticket_id: UUID) -> HttpResponse:
    """Write another name on one of the buyer's own tickets."""
    with may_be_a_guess(request, secret):
        found: Order = order_behind(shop, secret)
    ticket = found.tickets.filter(id=ticket_id).first()
    if ticket is None:
        raise NotFound("not_found")
    set_holder(buyer_in(shop), ticket, name=request.POST.get("name", "")[:400])
    return onward(request, "shop-order", shop.slug, secret)


@unforged
@require_POST
@behind_the_shop
def withdraw(request: HttpRequest, shop: Shop, secret: str) -> HttpResponse:
    """Cancel one's own order, for what its page said goes back."""
    with may_be_a_guess(request, secret):
        found = order_behind(shop, secret)
    expects = request.POST.get("expects", "")[:20]
    try:
        if request.POST.get("sure") != "on" or not (expects.isascii() and expects.isdigit()):
            raise Invalid("sure", _("Tick that the order is to be cancelled."), field="sure")
        withdraw_order(buyer_in(shop), found, expects=int(expects))
    except (Conflict, Invalid, Refused) as error:
        return _page(request, shop, secret, order_behind(shop, secret), error=error)
    return onward(request, "shop-order", shop.slug, secret)
