# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done to an order besides its money: its letter again, another seat for a ticket."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Busy, Conflict
from mazot.products.tickets.actions.letters import ask_letter
from mazot.products.tickets.actions.moving import move_ticket
from mazot.products.tickets.queries.orders import free_seats, order_for, ticket_in
from mazot.products.tickets.rights import SALES, channel_of
from mazot.products.tickets.web.forms.base import choosing
from mazot.products.tickets.web.forms.orders import MoveAsked
from mazot.products.tickets.web.frame import ask, attempt


@login_required
@require_POST
def order_letter(request: Any, order_id: UUID) -> HttpResponse:
    """Have the letter that fits the order now sent once more."""
    found = order_for(request.actor, order_id, SALES)
    back = reverse("tickets:order", args=[order_id])

    def deed() -> None:
        try:
            ask_letter(request.actor, found)
        except Busy as error:
            raise Conflict(error.reason, error.sentence, way_out=error.way_out) from error

    return attempt(request, deed, said=_("The letter is on its way."), back=back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order_move(request: Any, order_id: UUID, ticket_id: UUID) -> HttpResponse:
    """Give a ticket another free seat of its zone."""
    found = order_for(request.actor, order_id, SALES)
    ticket = ticket_in(found, ticket_id)
    form = MoveAsked(request.POST if request.method == "POST" else None)
    choosing(form.fields["seat"], free_seats(ticket, channel_of(request.actor)))
    return ask(
        request,
        found.shop,
        form,
        lambda said: move_ticket(request.actor, ticket, seat=said["seat"]),
        title=_("Move from %(seat)s") % {"seat": ticket.seat_label},
        verb=_("Move it"),
        said=_("The ticket has its new seat."),
        back=reverse("tickets:order", args=[order_id]),
        place="orders",
    )
