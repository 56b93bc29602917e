# SPDX-License-Identifier: AGPL-3.0-or-later
"""Noting which letters about an order went out, so that none goes twice."""

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import insert
from mazot.products.tickets.models import Entry, Order
from mazot.products.tickets.queries.letters import was_sent
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def note_letter(actor: Actor, order: Order, *, letter: str) -> bool:
    """Write down that a letter of this kind was sent; says whether it was the first."""
    held = _LOCKED.first(order.id)
    if held is None:
        raise NotFound("not_found", _("This order is gone."))
    if was_sent(held, letter):
        return False
    insert(Entry(order=held, what="sent", details={"letter": letter}, by_id=actor.person_id, at=clock.now()))
    return True


_LOCKED = Prepared[Order](lambda order_id: Order.objects.select_for_update(no_key=True).filter(id=order_id))
