# SPDX-License-Identifier: AGPL-3.0-or-later
"""Move a ticket to another seat at the same price; its code stays, so what was printed lets its holder in (A11.5)."""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.sales import TicketMoved
from mazot.foundation import clock
from mazot.foundation.errors import NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.statements import insert, update
from mazot.products.tickets.actions.claims import label_seats, lock_performances, seats_gone
from mazot.products.tickets.actions.holding import drop_expired
from mazot.products.tickets.models import Entry, Order, Ticket
from mazot.products.tickets.rights import SALES, channel_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def move_ticket(actor: Actor, ticket: Ticket, *, seat: str) -> Ticket:
    """Give a ticket another free seat of its zone, one that this seller may sell."""
    lock_performances([ticket.performance_id])
    at = clock.now()
    drop_expired([ticket.performance_id], at)
    order = Order.objects.select_for_update(no_key=True).filter(id=ticket.order_id).first()
    rows = Ticket.objects.select_related("price__zone__performance__event__shop").filter(id=ticket.id)
    held = rows.filter(performance_id=ticket.performance_id).first()
    if order is None or held is None or held.order_id != order.id or order.organization_id != ticket.organization_id:
        raise NotFound("not_found")
    if held.state not in (Ticket.State.PENDING, Ticket.State.VALID):
        raise Refused("not_open", _("This ticket was used or cancelled, so its seat stays."))
    if held.seat is None:
        raise Refused("no_seats", _("This ticket has no seat to move from."))
    (label,) = label_seats(held.price, [seat], channel_of(actor), at)
    before, held.seat, held.seat_label = held.seat_label, seat, label
    try:
        update(held, "seat", "seat_label")
    except IntegrityError as error:  # the database knew better than the look at it
        raise seats_gone([seat]) from error
    details = {"ticket": held.number, "before": before, "after": label}
    insert(Entry(order=order, what="moved", details=details, by_id=actor.person_id, at=at))
    tell(actor, TicketMoved(order.id, order.shop_id, order.number, before, label))
    return held
