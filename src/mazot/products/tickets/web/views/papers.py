# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tickets and invoices as files: for the buyer by the link of the order, for members by their rights."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mazot.foundation.paper import CONTENT_TYPE
from mazot.products.tickets.queries.cards import card_shop
from mazot.products.tickets.queries.documents import ticket_pdf
from mazot.products.tickets.queries.invoices import invoice_pdf
from mazot.products.tickets.queries.links import order_behind
from mazot.products.tickets.web.guesses import may_be_a_guess
from mazot.wire.http.disposition import disposition


@require_safe
def tickets(request: HttpRequest, slug: str, secret: str, number: int | None = None) -> HttpResponse:
    """The tickets of the order that this link opens, or one of them."""
    with may_be_a_guess(request, secret):
        order = order_behind(card_shop(slug), secret)
    return as_paper(ticket_pdf(order, number=number), f"{order.number}-{number}" if number else order.number)


@require_safe
def invoice(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The invoice of the order that this link opens."""
    with may_be_a_guess(request, secret):
        order = order_behind(card_shop(slug), secret)
    return as_paper(invoice_pdf(order), f"{order.number}-invoice")


def as_paper(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = disposition(f"{name}.pdf", inline=True)
    # The address is a secret and the paper names a person: nobody on the way keeps it, and no page shows it in a frame.
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response
