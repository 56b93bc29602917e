# SPDX-License-Identifier: AGPL-3.0-or-later
from django.utils.translation import gettext_lazy as _

from mazot.exchange.facts.tickets import sales
from mazot.exchange.product import Product
from mazot.products.tickets.rights import CONTROL, SALES, STATISTICS, TECHNICAL

TICKETS = Product(
    key="tickets",
    title=_("Tickets"),
    icon="ticket",
    rights=(SALES, TECHNICAL, STATISTICS, CONTROL),
    order=60,
    home="tickets:home",
    use=SALES,
    shown_by=(TECHNICAL, STATISTICS, CONTROL),
    urls="mazot.products.tickets.web.urls",
    root_urls="mazot.products.tickets.web.entrance",
    facts=(sales.OrderPlaced, sales.OrderPaid, sales.OrderExpired, sales.OrderCancelled, sales.OrderNeedsAttention),
)
