# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes an order paid, what is owed back, what somebody must see. No verbs: whoever calls holds the locks."""

from datetime import datetime

from mazot.exchange.facts.tickets.sales import OrderNeedsAttention, OrderPaid
from mazot.foundation import clock
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_id
from mazot.foundation.statements import insert, update
from mazot.products.tickets.models import Entry, Order, Payment, Ticket
from mazot.tenancy.actor import Actor

BY_HAND = "hand"


def settle(actor: Actor, order: Order, at: datetime) -> None:
    """Mark an order as paid and its waiting tickets as valid."""
    order.state, order.paid_at, order.due_at = Order.State.PAID, at, None
    update(order, "state", "paid_at", "due_at", "paid")
    Ticket.objects.filter(order=order, state=Ticket.State.PENDING).update(state=Ticket.State.VALID)
    tell_paid(actor, order, at)


def tell_paid(actor: Actor, order: Order, at: datetime) -> None:
    """Note that an order is paid, and say so."""
    insert(Entry(order=order, what="paid", details={"paid": order.paid}, by_id=actor.person_id, at=at))
    tell(actor, OrderPaid(order.id, order.shop_id, order.number))


def kept_of(order: Order) -> int:
    """The money of an order that is not owed back and did not go back; the order is locked."""
    owed = Payment.objects.filter(order=order, kind=Payment.Kind.REFUND, is_done=False).values_list("amount", flat=True)
    return order.paid - order.refunded - sum(owed)


def owe(actor: Actor, order: Order, amount: int, why: str, at: datetime) -> None:
    """Write down money that has to go back, and have somebody look at the order."""
    refund = Payment(
        order=order,
        kind=Payment.Kind.REFUND,
        provider=BY_HAND,
        event=str(new_id()),
        amount=amount,
        reason=str(why)[:200],
        is_done=False,
        by_id=actor.person_id,
        at=at,
    )
    insert(refund)
    flag(actor, order, why)


def flag(actor: Actor, order: Order, why: str) -> None:
    order.attention = str(why)[:200]
    update(order, "attention")
    insert(Entry(order=order, what="attention", details={"why": order.attention}, by_id=None, at=clock.now()))
    tell(actor, OrderNeedsAttention(order.id, order.shop_id, order.number, why=order.attention))
