# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes an order paid: its tickets let in from then on. No verb of its own: whoever calls it holds the locks."""

from datetime import datetime

from mazot.exchange.facts.tickets.sales import OrderPaid
from mazot.foundation.facts import tell
from mazot.foundation.statements import insert, update
from mazot.products.tickets.models import Entry, Order, Ticket
from mazot.tenancy.actor import Actor


def settle(actor: Actor, order: Order, at: datetime) -> None:
    """Mark an order as paid and its waiting tickets as valid."""
    order.state, order.paid_at, order.due_at = Order.State.PAID, at, None
    update(order, "state", "paid_at", "due_at", "paid")
    Ticket.objects.filter(order=order, state=Ticket.State.PENDING).update(state=Ticket.State.VALID)
    insert(Entry(order=order, what="paid", details={"paid": order.paid}, by_id=actor.person_id, at=at))
    tell(actor, OrderPaid(order.id, order.shop_id, order.number))
