# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say in the log that somebody takes data out of a shop: before the first line leaves it."""

from mazot.exchange.facts.tickets.customers import SalesExported
from mazot.foundation.facts import tell
from mazot.products.tickets.models import Shop
from mazot.products.tickets.rights import STATISTICS, TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=TECHNICAL)
def note_export(actor: Actor, shop: Shop, *, what: str, kind: str) -> None:
    """Orders, tickets or customers leave the shop as a file."""
    tell(actor, SalesExported(shop.id, shop.name, what, kind))


@action(needs=STATISTICS)
def note_statistics_export(actor: Actor, shop: Shop, *, kind: str) -> None:
    """The sums of the shop leave it as a file."""
    tell(actor, SalesExported(shop.id, shop.name, "statistics", kind))
