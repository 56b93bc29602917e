# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a buyer may cancel their own order now, until when, and what goes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mazot.products.tickets.models import Order, Payment, Ticket

OPEN = (Order.State.PENDING, Order.State.PAID)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a buyer may do with their order: whole or not at all, in smallest units of its currency."""

    is_open: bool = False
    until: datetime | None = None
    goes_back: int = 0
    keeps: int = 0
    tickets: tuple[UUID, ...] = ()


def withdrawal_of(order: Order, at: datetime) -> Withdrawal:
    """The terms of giving an order up at a moment. Once one of its tickets was used or cancelled, there are none.

    The shop keeps its part of what was paid, rounded in the buyer's favour; a deadline counts to the first date.
    """
    shop = order.shop
    if shop.cancel_hours is None or order.state not in OPEN:
        return Withdrawal()
    tickets = list(Ticket.objects.filter(order=order).select_related("performance").order_by("number"))
    if not tickets or any(ticket.state not in (Ticket.State.PENDING, Ticket.State.VALID) for ticket in tickets):
        return Withdrawal()
    until = min(ticket.performance.starts_at for ticket in tickets) - timedelta(hours=shop.cancel_hours)
    if at >= until:
        return Withdrawal(until=until)
    owed = Payment.objects.filter(order=order, kind=Payment.Kind.REFUND, is_done=False)
    kept = order.paid - order.refunded - sum(owed.values_list("amount", flat=True))
    keeps = kept * shop.cancel_keeps // 1000 if order.state == Order.State.PAID else 0
    return Withdrawal(True, until, kept - keeps, keeps, tuple(ticket.id for ticket in tickets))
