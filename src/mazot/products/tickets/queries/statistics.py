# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a shop sold, in numbers: one question counts every ticket, and Python adds the counts up in each direction.

Tickets of test orders are no sale. Tax is rounded on each ticket, as the export does, so that both add up alike.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, Substr

from mazot.products.tickets.models import Order, Shop, Ticket, Zone
from mazot.products.tickets.queries.places import Places, places_of
from mazot.products.tickets.queries.shops import shop_for
from mazot.products.tickets.rights import STATISTICS
from mazot.products.tickets.rules.money import tax_in
from mazot.tenancy.actor import Actor

SOLD = (Ticket.State.VALID, Ticket.State.USED)
KEPT = (Order.State.PAID, Order.State.PARTLY_CANCELLED)
HOUR, MINUTE = len("2026-11-23 14"), len("2026-11-23 14:05")


@dataclass(slots=True)
class Tally:
    """Tickets that are sold or wait for money, and what the sold ones brought."""

    sold: int = 0
    waiting: int = 0
    came: int = 0  # of the sold ones: somebody went in with it
    gross: int = 0
    tax: int = 0

    @property
    def net(self) -> int:
        return self.gross - self.tax

    def add(self, state: str, count: int, amount: int, permille: int) -> None:
        if state in SOLD:
            self.sold += count
            self.gross += count * amount
            self.tax += count * tax_in(amount, permille)
            self.came += count if state == Ticket.State.USED else 0
        elif state == Ticket.State.PENDING:
            self.waiting += count


@dataclass(slots=True)
class Statistics:
    """The sums of a shop or of one of its dates, in every direction somebody asks for."""

    total: Tally = field(default_factory=Tally)
    dates: dict[UUID, Tally] = field(default_factory=lambda: defaultdict(Tally))
    zones: dict[tuple[str, ...], Tally] = field(default_factory=lambda: defaultdict(Tally))
    prices: dict[tuple[str, ...], Tally] = field(default_factory=lambda: defaultdict(Tally))
    channels: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    days: dict[date, Tally] = field(default_factory=lambda: defaultdict(Tally))
    places: dict[UUID, Places] = field(default_factory=dict)  # by date
    names: dict[UUID, tuple[str, datetime]] = field(default_factory=dict)  # title and start of each date
    fees: int = 0  # of whole orders, so of the whole shop only
    owed: int = 0  # paid back so far


def statistics_for(actor: Actor, shop: Shop, at: datetime, performance_id: UUID | None = None) -> Statistics:
    """What was sold until now; of one date where one is named."""
    shop_for(actor, shop.id, STATISTICS)
    found = Statistics()
    every = Ticket.objects.filter(instance_id=shop.instance_id)
    zones = Zone.objects.filter(performance__instance_id=shop.instance_id)
    if performance_id is not None:
        every, zones = every.filter(performance_id=performance_id), zones.filter(performance_id=performance_id)
    zones = zones.select_related("performance__event").prefetch_related("prices").order_by("position", "id")
    inside = {zone.id: zone for zone in zones}
    labels = {price.id: (price.name,) for zone in inside.values() for price in zone.prices.all()}
    taken: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _date, zone_id, price_id, channel, state, is_test, takes, amount, permille, count in _counts(every, at):
        if takes:
            taken[zone_id]["other" if is_test or state == Ticket.State.VOID else state] += count
        if is_test is not False or state == Ticket.State.VOID:
            continue
        for one in (
            found.total,
            found.dates[_date],
            found.zones[(inside[zone_id].name,)],
            found.prices[labels[price_id]],
            found.channels[channel],
        ):
            one.add(state, count, amount, permille)
    found.names = {zone.performance_id: _name(zone) for zone in inside.values()}
    found.places = places_of(list(inside.values()), taken, at)
    _add_days(found, every, ZoneInfo(shop.timezone), at)
    if performance_id is None:
        real = Order.objects.filter(shop=shop, is_test=False)
        sums = real.aggregate(fees=Sum("fee", filter=Q(state__in=KEPT)), owed=Sum("refunded"))
        found.fees, found.owed = sums["fees"] or 0, sums["owed"] or 0
    return found


def _name(zone: Zone) -> tuple[str, datetime]:
    return zone.performance.event.title, zone.performance.starts_at


def _counts(every: QuerySet[Ticket], at: datetime) -> QuerySet[Ticket, Any]:
    """Every ticket that is sold, waits or takes a place, counted by all that distinguishes it here."""
    now = every.filter(~Q(state=Ticket.State.HELD) | Q(hold_until__gt=at))
    now = now.filter(Q(takes_place=True) | ~Q(state=Ticket.State.VOID))
    said = ("order__channel", "state", "order__is_test", "takes_place", "amount", "vat_permille")
    rows = now.values_list("performance_id", "zone_id", "price_id", *said)
    return rows.annotate(count=Count("id")).order_by()


def _add_days(found: Statistics, every: QuerySet[Ticket], zone: ZoneInfo, at: datetime) -> None:
    """Sales by the day of the shop on which they were ordered.

    The database groups by the hour in UTC, which it does alike everywhere; where clocks are off by part of an hour,
    it groups by the minute.
    """
    length = MINUTE if (at.astimezone(zone).utcoffset() or timedelta()).seconds % 3600 else HOUR
    sold = every.filter(state__in=SOLD, order__is_test=False)
    moment = Substr(Cast("order__created_at", TextField()), 1, length)
    rows = sold.annotate(moment=moment).values_list("moment", "amount", "vat_permille").annotate(count=Count("id"))
    for text, amount, permille, count in rows.order_by():
        when = datetime.fromisoformat(text if length == MINUTE else f"{text}:00").replace(tzinfo=UTC)
        found.days[when.astimezone(zone).date()].add(Ticket.State.VALID, count, amount, permille)
