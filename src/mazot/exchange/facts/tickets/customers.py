# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to what a shop knows about its customers: taken out of it, or forgotten."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class SalesExported(Fact):
    """Somebody took orders, tickets, customers or sums of a shop out as a file."""

    product = "tickets"
    sentence = _("%(who)s exported the %(what)s of the shop %(shop)s.")

    shop_id: UUID
    shop: str
    what: str
    format: str  # "csv", "xlsx"


@dataclass(frozen=True, slots=True)
class CustomerErased(Fact):
    """What said who a customer is was removed; the fact names nobody."""

    product = "tickets"
    sentence = _("%(who)s removed all that tells who a customer of the shop %(shop)s is.")

    customer_id: UUID
    shop_id: UUID
    shop: str
    n_orders: int
