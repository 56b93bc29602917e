# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write on a customer's file, and forget who a customer is (rule A12.2)."""

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.customers import CustomerErased
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.statements import update
from mazot.foundation.text import composed
from mazot.products.tickets.models import Customer, Order, Ticket
from mazot.products.tickets.queries.customers import coming, customer_for
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

LONGEST = 5000  # letters of notes


@action(needs=SALES)
def set_notes(actor: Actor, customer: Customer, *, notes: str) -> Customer:
    """Write what colleagues should know of a customer; who only sells, of those they sold to."""
    if not actor.is_system:
        customer_for(actor, customer.id)
    if len(notes) > LONGEST:
        raise Invalid("too_long", _("Notes have up to %(limit)d letters.") % {"limit": LONGEST}, field="notes")
    held = _locked(customer)
    held.notes = composed(notes.replace("\r\n", "\n")).replace("\0", "")
    update(held, "notes")
    return held


@action(needs=TECHNICAL)
def erase_customer(actor: Actor, customer: Customer) -> Customer:
    """Remove all that tells who a customer is. Orders stay with their amounts, dates and tax, as the law asks."""
    held, at = _locked(customer), clock.now()
    if coming(held, at).exists():
        sentence = _("This customer has tickets for a date to come.")
        raise Refused("coming", sentence, way_out=_("Cancel them first, or wait until it is over."))
    orders = Order.objects.filter(customer=held)
    Ticket.objects.filter(order__in=orders).update(holder_name="", answers={})
    n_orders = orders.update(answers={})
    held.email = f"erased-{held.id.hex}"  # one customer per address: this one is nobody's
    held.first_name = held.last_name = held.company = held.phone = held.notes = held.sought = ""
    held.erased_at = at
    update(held, "email", "first_name", "last_name", "company", "phone", "notes", "sought", "erased_at")
    tell(actor, CustomerErased(held.id, held.shop_id, held.shop.name, n_orders))
    return held


def _locked(customer: Customer) -> Customer:
    rows = Customer.objects.select_for_update(of=("self",)).select_related("shop")
    held = rows.filter(id=customer.id, organization_id=customer.organization_id, erased_at__isnull=True).first()
    if held is None:
        raise NotFound("not_found")
    return held
