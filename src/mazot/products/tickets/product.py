# SPDX-License-Identifier: AGPL-3.0-or-later
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mazot.exchange.facts.tickets import customers, gates, plans, programme, sales
from mazot.exchange.product import Every, Product, Removal, Storage
from mazot.products.tickets import jobs
from mazot.products.tickets.actions.furnish_demo import furnish_demo
from mazot.products.tickets.actions.giving_away import move_shop
from mazot.products.tickets.actions.leaving import forget_seller, keep_sales, keep_sellers
from mazot.products.tickets.actions.shops import open_shop
from mazot.products.tickets.models import Cart, Entry, Order, Payment, PlanVersion
from mazot.products.tickets.queries.storage import digests_in_use
from mazot.products.tickets.rights import CONTROL, SALES, STATISTICS, TECHNICAL
from mazot.tenancy.catalogue import Move

TICKETS = Product(
    key="tickets",
    title=pgettext_lazy("product", "Tickets"),
    icon="ticket",
    rights=(SALES, TECHNICAL, STATISTICS, CONTROL),
    order=60,
    home="tickets:home",
    use=SALES,
    shown_by=(TECHNICAL, STATISTICS, CONTROL),
    urls="mazot.products.tickets.web.urls",
    root_urls="mazot.products.tickets.web.entrance",
    facts=(
        programme.ShopChanged,
        programme.ShopPublished,
        programme.ShopClosed,
        programme.TrialModeChanged,
        programme.TrialOrdersPurged,
        programme.CodesMade,
        programme.EventMade,
        programme.EventChanged,
        programme.EventRemoved,
        programme.PerformancesAdded,
        programme.PerformancesChanged,
        programme.PerformanceRemoved,
        programme.PerformanceCancelled,
        programme.PricingChanged,
        plans.PlanMade,
        plans.PlanSaved,
        plans.PlanRemoved,
        plans.PlanAttached,
        plans.SeatsChanged,
        sales.OrderPlaced,
        sales.OrderPaid,
        sales.OrderExpired,
        sales.OrderCancelled,
        sales.OrderNeedsAttention,
        sales.OrderLetterAsked,
        sales.OrderReminded,
        sales.RefundAsked,
        sales.TicketMoved,
        customers.SalesExported,
        customers.CustomerErased,
        gates.CheckinListMade,
        gates.CheckinListChanged,
        gates.CheckinListRemoved,
        gates.ScannerInvited,
        gates.ScannerPaired,
        gates.ScannerRevoked,
    ),
    listeners=(
        (programme.PerformanceCancelled, jobs.hear_date),
        (sales.OrderPlaced, jobs.hear_order),
        (sales.OrderPaid, jobs.hear_order),
        (sales.OrderExpired, jobs.hear_order),
        (sales.OrderCancelled, jobs.hear_order),
        (sales.OrderNeedsAttention, jobs.hear_order),
        (sales.OrderLetterAsked, jobs.hear_order),
        (sales.OrderReminded, jobs.hear_order),
        (sales.RefundAsked, jobs.hear_refund),
    ),
    removal=(
        Removal(
            "tickets.traces",
            _("Names on orders and floor plans"),
            {
                Order: "keep_without_name",
                Cart: "keep_without_name",
                Entry: "keep_without_name",
                Payment: "keep_without_name",
                PlanVersion: "keep_without_name",
            },
            act=keep_sales,
            undo=keep_sellers,
            purge=forget_seller,
        ),
    ),
    # Pictures of events and plans are small and belong to what everybody pays for: no account holds them.
    storage=(Storage("tickets", digests_in_use=digests_in_use, bytes_by_holder=dict),),
    jobs=(jobs.sweep_holds, jobs.expire_orders, jobs.remind_orders),
    schedule=(
        Every(jobs.sweep_holds, minutes=5),
        Every(jobs.expire_orders, minutes=1),
        Every(jobs.remind_orders, minutes=5),
    ),
    open_instance=open_shop,
    move_instance=Move(move_shop),  # nobody comes along: its rights differ from person to person
    demo=furnish_demo,
    by_default=False,  # few organizations sell tickets: an administrator opens a shop when there is one to open
)
