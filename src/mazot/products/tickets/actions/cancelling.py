# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cancel tickets of an order, with each consequence chosen by itself (rule A11.2), and rename who holds one."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.sales import OrderCancelled
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.statements import insert, update
from mazot.products.tickets.actions.claims import lock_performances
from mazot.products.tickets.actions.settling import kept_of, write_refunds
from mazot.products.tickets.models import Entry, Order, Performance, Ticket
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import checked_name
from mazot.tenancy.rights import action


@action(needs=SALES)
def cancel_tickets(
    actor: Actor,
    order: Order,
    *,
    tickets: Sequence[UUID],
    frees: bool = True,
    refund: int = 0,
    tells: bool = True,
    reason: str = "",
) -> Order:
    """Void tickets at the gate; free their places, owe money back and write to the customer only where that is asked.

    Of an order that waits for its money only all tickets can be cancelled: its bill says what is to be paid.
    """
    if not tickets:
        raise Invalid("nothing", _("Tick at least one ticket."), field="tickets")
    why, at = checked_name(reason, field="reason", limit=200, may_be_empty=True), clock.now()
    lock_performances(sorted(set(order.tickets.values_list("performance_id", flat=True))))
    held = Order.objects.select_for_update(no_key=True, of=("self",)).filter(id=order.id).first()
    if held is None or held.organization_id != order.organization_id:
        raise NotFound("not_found")
    every = list(Ticket.objects.filter(order=held))
    chosen = [ticket for ticket in every if ticket.id in set(tickets)]
    if not chosen or len(chosen) != len(set(tickets)):
        raise NotFound("not_found")
    if all(ticket.state == Ticket.State.VOID and (not frees or not ticket.takes_place) for ticket in chosen):
        raise Refused("void", _("These tickets are cancelled already."))
    if held.state == Order.State.PENDING and len(chosen) < len(every):
        sentence = _("This order is not paid, so its tickets cannot be cancelled one by one.")
        raise Refused("unpaid", sentence, way_out=_("Cancel all of it, and order anew."))
    _check_refund(held, refund)
    for ticket in chosen:
        ticket.state = Ticket.State.VOID
        ticket.takes_place = ticket.takes_place and not frees
        update(ticket, "state", "takes_place")
    live = any(ticket.state != Ticket.State.VOID for ticket in every)
    held.state = Order.State.PARTLY_CANCELLED if live else Order.State.CANCELLED
    held.due_at = None
    update(held, "state", "due_at")
    if refund:
        write_refunds(actor, held, refund, why, at)
    details = {"tickets": [ticket.number for ticket in chosen], "frees": frees, "refund": refund, "tells": tells}
    insert(Entry(order=held, what="cancelled", details=details | {"reason": why}, by_id=actor.person_id, at=at))
    tell(
        actor,
        OrderCancelled(
            held.id, held.shop_id, held.number, n_tickets=len(chosen), freed=frees, refunded=refund, tells=tells
        ),
    )
    return held


@action(needs=SALES)
def cancel_date_of_order(
    actor: Actor, order: Order, *, performance: Performance, refunds: bool, tells: bool, reason: str = ""
) -> Order | None:
    """Cancel an order's tickets of one date and, if asked, owe back what they cost; none when it has none left.

    A fee stays: it was for the order. Raises where a part of an unpaid order cannot be cancelled by itself.
    """
    lock_performances(sorted(set(order.tickets.values_list("performance_id", flat=True))))
    live = (Ticket.State.PENDING, Ticket.State.VALID, Ticket.State.USED)
    chosen = list(Ticket.objects.filter(order=order, performance=performance, state__in=live))
    if not chosen:
        return None
    held = Order.objects.select_for_update(no_key=True).get(id=order.id)
    refund = min(sum(ticket.amount for ticket in chosen), kept_of(held)) if refunds else 0
    ids = [ticket.id for ticket in chosen]
    return cancel_tickets(actor, held, tickets=ids, refund=max(0, refund), tells=tells, reason=reason)


@action(needs=SALES)
def set_holder(actor: Actor, ticket: Ticket, *, name: str) -> Ticket:
    """Write another name on a ticket that nobody used; its code stays."""
    wanted = checked_name(name, field="holder", limit=160, may_be_empty=True)
    held = Ticket.objects.select_for_update(of=("self",)).select_related("order").filter(id=ticket.id).first()
    if held is None or held.organization_id != ticket.organization_id or held.order is None:
        raise NotFound("not_found")
    if held.state not in (Ticket.State.PENDING, Ticket.State.VALID):
        raise Refused("not_open", _("This ticket was used or cancelled, so its name stays."))
    held.holder_name = wanted
    update(held, "holder_name")
    details = {"ticket": held.number}
    insert(Entry(order=held.order, what="renamed", details=details, by_id=actor.person_id, at=clock.now()))
    return held


def _check_refund(order: Order, refund: int) -> None:
    most = kept_of(order)
    if not 0 <= refund <= most:
        raise Invalid("refund", _("More than what was paid cannot go back."), field="refund", limit=most)
