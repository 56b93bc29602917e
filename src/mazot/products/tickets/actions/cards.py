# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a card provider told about an order, taken into its books."""

from django.utils.translation import gettext as _

from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.settling import flag
from mazot.products.tickets.models import Order
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def record_card_payment(
    actor: Actor, order: Order, *, provider: str, event: str, amount: int, currency: str, reference: str = ""
) -> Order:
    """Note money that a provider says came in; in another currency it pays for nothing, and somebody looks at it."""
    if currency == order.currency:
        return record_payment(actor, order, provider=provider, event=event, amount=amount, reference=reference)
    held = Order.objects.select_for_update(no_key=True, of=("self",)).get(id=order.id)
    why = _("%(amount)d came in %(currency)s, which is not its currency.") % {"amount": amount, "currency": currency}
    if held.attention != why[:200]:  # the provider may tell it again
        flag(actor, held, why)
    return held
