# SPDX-License-Identifier: AGPL-3.0-or-later
"""What makes an order paid, what is owed back, what somebody must see. No verbs: whoever calls holds the locks."""

from datetime import datetime

from mazot.exchange.facts.tickets.sales import OrderNeedsAttention, OrderPaid, RefundAsked
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
    write_refunds(actor, order, amount, str(why)[:200], at)
    flag(actor, order, why)


def write_refunds(actor: Actor, order: Order, amount: int, why: str, at: datetime) -> None:
    """Write down what goes back through the providers it came from, and what somebody has to pay back by hand."""
    parts = _parts_of(order, amount)
    for provider, reference, part in parts:
        refund = Payment(
            order=order,
            kind=Payment.Kind.REFUND,
            provider=provider,
            event=str(new_id()),
            reference=reference,
            amount=part,
            reason=why,
            is_done=False,
            by_id=actor.person_id,
            at=at,
        )
        insert(refund)
    if any(provider != BY_HAND for provider, _reference, _part in parts):
        tell(actor, RefundAsked(order.id, order.shop_id, order.number))


def _parts_of(order: Order, amount: int) -> list[tuple[str, str, int]]:
    """An amount by the payments it goes back to, the last one first; never more of a payment than came by it."""
    rows = list(Payment.objects.filter(order=order).exclude(reference="").order_by("-at", "-id"))
    parts, rest = [], amount
    for came in (row for row in rows if row.kind == Payment.Kind.PAYMENT):
        refunds = (row.amount for row in rows if row.kind == Payment.Kind.REFUND and row.reference == came.reference)
        part = min(rest, came.amount - sum(refunds))
        if part > 0:
            parts.append((came.provider, came.reference, part))
            rest -= part
    return [*parts, (BY_HAND, "", rest)] if rest else parts


def flag(actor: Actor, order: Order, why: str) -> None:
    order.attention = str(why)[:200]
    update(order, "attention")
    insert(Entry(order=order, what="attention", details={"why": order.attention}, by_id=None, at=clock.now()))
    tell(actor, OrderNeedsAttention(order.id, order.shop_id, order.number, why=order.attention))
