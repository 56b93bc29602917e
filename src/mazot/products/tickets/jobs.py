# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tickets does by itself. Each job may run twice, and goes on with the next shop when one is busy."""

from collections.abc import Callable
from typing import Any

import structlog

from mazot.foundation.errors import DomainError
from mazot.products.tickets.actions import carts, orders
from mazot.products.tickets.queries.shops import every_shop
from mazot.tenancy.actor import Actor

log = structlog.get_logger(__name__)


def sweep_holds() -> int:
    """Let places go that forgotten carts still hold."""
    return _in_every_shop(carts.sweep_holds, because="carts hold places for the minutes of their shop")


def expire_orders() -> int:
    """Cancel orders that were not paid by their deadline."""
    return _in_every_shop(orders.expire_orders, because="unpaid orders hold places until their deadline")


def _in_every_shop(deed: Callable[[Actor, Any], int], *, because: str) -> int:
    total = 0
    for shop in every_shop():
        try:
            total += deed(Actor.system(shop.organization_id, because=because), shop)
        except DomainError as error:
            log.warning("tickets job passed over a shop", shop=str(shop.id), reason=error.reason)
    return total
