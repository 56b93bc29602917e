# SPDX-License-Identifier: AGPL-3.0-or-later
"""A buyer gives up their own order, where the shop lets them and for what it keeps."""

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Refused
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.claims import lock_performances
from mazot.products.tickets.actions.payments import hold_order
from mazot.products.tickets.actions.settling import BY_HAND, flag
from mazot.products.tickets.models import Order, Payment, Ticket
from mazot.products.tickets.queries.withdrawing import withdrawal_of
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def withdraw_order(actor: Actor, order: Order, *, expects: int) -> Order:
    """Cancel all of an order for its buyer, who was told that `expects` goes back; anything else is asked again."""
    lock_performances(sorted(set(order.tickets.values_list("performance_id", flat=True))))
    held = hold_order(order)
    list(Ticket.objects.select_for_update().filter(order=held).order_by("number"))  # nobody scans one meanwhile
    terms = withdrawal_of(held, clock.now())
    if not terms.is_open:
        raise Refused("not_open", _("This order cannot be cancelled here any more."))
    if terms.goes_back != expects:
        raise Conflict("changed", _("What would be paid back has changed. Look again, and decide."))
    why = _("Cancelled by the buyer")
    done = cancel_tickets(actor, held, tickets=terms.tickets, refund=terms.goes_back, tells=True, reason=why)
    if Payment.objects.filter(order=done, provider=BY_HAND, is_done=False).exists():
        flag(actor, done, _("Its buyer cancelled it, and money has to go back."))
    return done
