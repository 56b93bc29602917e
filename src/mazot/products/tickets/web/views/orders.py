# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders for those who sell: find one, note its money, cancel tickets, and read what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation.ids import read_id
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.refunds import ask_refund_again, finish_refund
from mazot.products.tickets.queries.customers import sees_customer
from mazot.products.tickets.queries.documents import has_tickets
from mazot.products.tickets.queries.office import found_orders, order_lines, story_of
from mazot.products.tickets.queries.orders import order_for, tickets_of
from mazot.products.tickets.queries.showcase import said_amount
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.products.tickets.rules.currencies import amount_typed
from mazot.products.tickets.web.frame import attempt, in_shop, page

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mazot.products.tickets.models import Order, Shop

A_PAGE = 50
BADGE = "tickets/fragments/order_state.html"


@require_safe
@in_shop(SALES, TECHNICAL)
def orders(request: Any, shop: Shop) -> HttpResponse:
    words, state = request.GET.get("words", "")[:80], request.GET.get("state", "")[:20]
    channel = request.GET.get("channel", "")[:20]
    every = found_orders(request.actor, shop, words, state, channel)
    found = Paginator(every, A_PAGE).get_page(request.GET.get("page"))
    shown = order_lines(cast("QuerySet[Order]", found.object_list))
    badges = {line.look: line for line, _n_tickets in shown}  # drawn once for each look, not for each line
    drawn = {look: render_to_string(BADGE, {"order": line}) for look, line in badges.items()}
    lines = [(line, said_amount(line.total, line.currency), n_tickets, drawn[line.look]) for line, n_tickets in shown]
    context = {"place": "orders", "page": found, "lines": lines, "words": words, "state": state, "channel": channel}
    return page(request, shop, "orders", context)


@login_required
@require_safe
def order(request: Any, order_id: UUID) -> HttpResponse:
    found = order_for(request.actor, order_id)
    context = {
        "place": "orders",
        "order": found,
        "total": said_amount(found.total, found.currency),
        "open": said_amount(max(0, found.total - found.paid), found.currency) if found.state == "pending" else "",
        "tickets": [(ticket, said_amount(ticket.amount, found.currency)) for ticket in tickets_of(found)],
        "payments": [
            (payment, said_amount(payment.amount, found.currency)) for payment in found.payments.order_by("at", "id")
        ],
        "story": story_of(found),
        "sees_customer": sees_customer(request.actor, found),
        "has_tickets": has_tickets(found),
    }
    return page(request, found.shop, "order", context)


@login_required
@require_POST
def order_paid(request: Any, order_id: UUID) -> HttpResponse:
    """Note that the rest of the order's total came in."""
    found = order_for(request.actor, order_id, SALES)
    rest = found.total - found.paid
    return attempt(
        request,
        lambda: record_payment(request.actor, found, amount=rest),
        said=_("The payment is noted."),
        back=reverse("tickets:order", args=[order_id]),
    )


@login_required
@require_POST
def order_cancel(request: Any, order_id: UUID) -> HttpResponse:
    """Void the ticked tickets; free their places, pay back and write only where that is ticked too."""
    found, said = order_for(request.actor, order_id, SALES), request.POST
    chosen = [ticket_id for text in said.getlist("ticket") if (ticket_id := read_id(text)) is not None]
    refund = amount_typed(said.get("refund", "")[:20] or "0", found.currency)
    return attempt(
        request,
        lambda: cancel_tickets(
            request.actor,
            found,
            tickets=chosen,
            frees=said.get("frees") == "on",
            refund=-1 if refund is None else refund,
            tells=said.get("tells") == "on",
            reason=said.get("reason", "")[:800],
        ),
        said=_("The tickets are cancelled."),
        back=reverse("tickets:order", args=[order_id]),
    )


@login_required
@require_POST
def order_refunded(request: Any, order_id: UUID, payment_id: UUID) -> HttpResponse:
    """Note that money which was owed has gone back."""
    found = order_for(request.actor, order_id, SALES)
    payment = found.payments.filter(id=payment_id).first() or found.payments.model(id=payment_id)
    return attempt(
        request,
        lambda: finish_refund(request.actor, found, payment=payment),
        said=_("The refund is noted."),
        back=reverse("tickets:order", args=[order_id]),
    )


@login_required
@require_POST
def order_refund_again(request: Any, order_id: UUID, payment_id: UUID) -> HttpResponse:
    """Ask the card provider once more to give money back."""
    found = order_for(request.actor, order_id, SALES)
    payment = found.payments.filter(id=payment_id).first() or found.payments.model(id=payment_id)
    return attempt(
        request,
        lambda: ask_refund_again(request.actor, found, payment=payment),
        said=_("The card provider is asked again."),
        back=reverse("tickets:order", args=[order_id]),
    )
