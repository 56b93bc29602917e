# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person may do in a ticket shop, in the words a manager reads; who manages the organization may do it all."""

from django.utils.translation import gettext_lazy as _

from mazot.products.tickets.models import Channel
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import Right

TECHNICAL = Right(
    "tickets.technical",
    _("Set up the shop, its programme, prices and floor plans; see, export and write to its customers."),
)
STATISTICS = Right("tickets.statistics", _("Read what was sold, in numbers and charts."), to_write=False)
CONTROL = Right("tickets.control", _("Let people in at the gate, and look after the scanners."))
SALES = Right("tickets.sales", _("Sell at the counter, and find, change and cancel orders."))


def channel_of(actor: Actor) -> Channel:
    """Through which counter this actor sells: strangers online, managers as administrators, others as resellers."""
    if actor.is_system:
        return Channel.ONLINE
    return Channel.ADMIN if actor.manages_organization else Channel.RESELLER
