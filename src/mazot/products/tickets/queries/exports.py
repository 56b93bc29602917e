# SPDX-License-Identifier: AGPL-3.0-or-later
"""Orders, tickets, customers and sums as tables for other programs, read from the database while they are written."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation import clock
from mazot.foundation.errors import NotFound, Refused
from mazot.foundation.sheets import Cell
from mazot.products.tickets.models import Customer, Order, Shop, Ticket
from mazot.products.tickets.queries.shops import shop_for
from mazot.products.tickets.queries.statistics import Tally, statistics_for
from mazot.products.tickets.rights import STATISTICS, TECHNICAL
from mazot.products.tickets.rules.currencies import typed_amount
from mazot.products.tickets.rules.money import tax_in
from mazot.tenancy.actor import Actor

MOST_OF_A_WORKBOOK = 50_000  # rows; a workbook is made whole in memory
NAMES: dict[str, str | Promise] = {
    "orders": _("orders"),
    "tickets": _("tickets"),
    "customers": _("customers"),
    "statistics": _("statistics"),
}
COLUMNS = {
    "orders": (
        "number", "ordered", "state", "channel", "test", "first_name", "last_name", "company", "email", "phone",
        "method", "currency", "tickets", "total", "fee", "paid", "paid_at", "paid_back", "due", "reference",
    ),
    "tickets": (
        "order", "ticket", "code", "state", "test", "ordered", "channel", "event", "date", "zone", "seat", "price",
        "holder", "currency", "list_price", "gross", "net", "tax", "tax_percent", "used_at",
    ),
    "customers": ("email", "first_name", "last_name", "company", "phone", "orders", "spent", "currency", "since"),
    "statistics": ("by", "name", "sold", "waiting", "gross", "net", "tax", "currency"),
}  # fmt: skip
Rows = Iterator[list[Cell]]


def export_for(actor: Actor, shop: Shop, what: str) -> tuple[tuple[str, ...], Rows]:
    """The columns of an export and its rows. People are exported by those who set up the shop, sums by those who
    read its statistics; neither by those who only sell."""
    if what not in COLUMNS:
        raise NotFound("not_found")
    shop_for(actor, shop.id, STATISTICS if what == "statistics" else TECHNICAL)
    if what == "statistics":
        return COLUMNS[what], _statistics(actor, shop)
    rows = {"orders": _orders, "tickets": _tickets, "customers": _customers}[what]
    return COLUMNS[what], rows(shop)


def for_a_workbook(rows: Rows) -> list[list[Cell]]:
    """All rows at once, when they are not too many for that."""
    found: list[list[Cell]] = []
    for row in rows:
        found.append(row)
        if len(found) > MOST_OF_A_WORKBOOK:
            sentence = _("A workbook holds up to %(limit)d lines here.") % {"limit": MOST_OF_A_WORKBOOK}
            raise Refused("too_many_lines", sentence, way_out=_("Export it as CSV, which has no limit."))
    return found


def _orders(shop: Shop) -> Rows:
    every = Order.objects.filter(shop=shop).select_related("customer", "method").annotate(n_tickets=Count("tickets"))
    for one in every.order_by("created_at", "id").iterator(1000):
        who = one.customer if one.customer and not one.customer.erased_at else Customer()
        yield [
            one.number, _moment(shop, one.created_at), one.state, one.channel, _yes(one.is_test), who.first_name,
            who.last_name, who.company, who.email, who.phone, one.method.name if one.method else "", one.currency,
            one.n_tickets, _money(one, one.total), _money(one, one.fee), _money(one, one.paid),
            _moment(shop, one.paid_at), _money(one, one.refunded), _moment(shop, one.due_at), one.reference,
        ]  # fmt: skip


def _tickets(shop: Shop) -> Rows:
    every = Ticket.objects.filter(order__shop=shop).select_related("order", "performance__event", "zone", "price")
    for one in every.order_by("order__created_at", "order_id", "number").iterator(1000):
        order = one.order
        assert order is not None
        tax = tax_in(one.amount, one.vat_permille)
        yield [
            order.number, one.number, one.code, one.state, _yes(order.is_test), _moment(shop, order.created_at),
            order.channel, one.performance.event.title, _moment(shop, one.performance.starts_at), one.zone.name,
            one.seat_label, one.price.name, one.holder_name, order.currency, _money(order, one.list_amount),
            _money(order, one.amount), _money(order, one.amount - tax), _money(order, tax),
            Decimal(one.vat_permille) / 10, _moment(shop, one.used_at),
        ]  # fmt: skip


def _customers(shop: Shop) -> Rows:
    real = Q(orders__is_test=False)
    every = Customer.objects.filter(shop=shop, erased_at__isnull=True)
    every = every.annotate(n_orders=Count("orders", filter=real), paid=Sum("orders__paid", filter=real))
    every = every.annotate(back=Sum("orders__refunded", filter=real))
    for one in every.order_by("email").iterator(1000):
        spent = Decimal(typed_amount((one.paid or 0) - (one.back or 0), shop.currency))
        names = [one.email, one.first_name, one.last_name, one.company, one.phone]
        yield [*names, one.n_orders, spent, shop.currency, _moment(shop, one.created_at)]


def _statistics(actor: Actor, shop: Shop) -> Rows:
    found = statistics_for(actor, shop, clock.now())
    titles = {key: f"{title}, {_moment(shop, start)}" for key, (title, start) in found.names.items()}
    parts: list[tuple[str, Iterable[tuple[str, Tally]]]] = [
        ("total", [(shop.name, found.total)]),
        ("date", ((titles[key], one) for key, one in found.dates.items())),
        ("zone", ((key[0], one) for key, one in found.zones.items())),
        ("price", ((key[0], one) for key, one in found.prices.items())),
        ("channel", found.channels.items()),
        ("day", ((day.isoformat(), one) for day, one in sorted(found.days.items()))),
    ]
    for part, lines in parts:
        for name, one in lines:
            money = [Decimal(typed_amount(value, shop.currency)) for value in (one.gross, one.net, one.tax)]
            yield [part, name, one.sold, one.waiting, *money, shop.currency]


def _money(order: Order, amount: int) -> Decimal:
    return Decimal(typed_amount(amount, order.currency))


def _moment(shop: Shop, when: datetime | None) -> str:
    """In the time of the shop, as every program reads it."""
    return when.astimezone(ZoneInfo(shop.timezone)).isoformat(sep=" ", timespec="minutes") if when else ""


def _yes(value: bool) -> str:
    return "yes" if value else ""
