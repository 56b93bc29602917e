# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sell at the desk: the order of a cart, and its money at once where it is paid there."""

from collections.abc import Mapping
from typing import Any

from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Cart, Order, PaymentMethod, Ticket
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def sell_cart(
    actor: Actor,
    cart: Cart,
    *,
    customer: Mapping[str, str],
    method: PaymentMethod,
    answers: Mapping[str, Any] | None = None,
    holder: str = "",
) -> Order:
    """Make the order of a cart at the counter; who sells it takes the money of what is paid on site. Twice is once.

    `holder` is the name on every ticket.
    """
    names = dict.fromkeys(Ticket.objects.filter(cart=cart).values_list("id", flat=True), holder) if holder else {}
    order, _secret = place_order(actor, cart, customer=customer, method=method, answers=answers, holders=names)
    is_paid_here = order.method_id == method.id and method.kind == PaymentMethod.Kind.ON_SITE
    if is_paid_here and order.state == Order.State.PENDING:
        return record_payment(actor, order, amount=order.total)
    return order
