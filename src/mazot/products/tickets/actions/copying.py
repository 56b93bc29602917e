# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zones, prices and seats of one date, made again for another."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from mazot.products.tickets.models import Performance, Price, Quota, Seating, Zone
from mazot.products.tickets.rules.recurrence import moved

AT_ONCE = 200
FROM_ITS_START = ("ends_at", "doors_at", "online_until", "reseller_until", "admin_until")
OF_A_ZONE = ("code", "name", "tint", "is_numbered", "is_visible", "quota", "position")
OF_A_PRICE = (
    "name",
    "description",
    "amount",
    "vat_permille",
    "quantity",
    "min_per_order",
    "max_per_order",
    "online",
    "reseller",
    "admin",
    "sale_from",
    "sale_until",
    "is_visible",
    "is_secret",
    "proof",
    "scan_icon",
    "form_id",
    "position",
)


def copy_pricing_rows(pairs: Sequence[tuple[Performance, Performance]]) -> None:
    """Give dates without zones those of another one, with their prices and which seat is in which zone: from, to.

    Shared quotas stay with the prices they were made for: the number would otherwise be shared by every date.
    """
    sources = {source.id for source, _target in pairs}
    zones: dict[UUID, list[Zone]] = {}
    for zone in Zone.objects.filter(performance__in=sources).order_by("position", "id").prefetch_related("prices"):
        zones.setdefault(zone.performance_id, []).append(zone)
    seatings = {row.performance_id: row for row in Seating.objects.filter(performance__in=sources)}
    made: list[Zone] = []
    prices: list[Price] = []
    for source, target in pairs:
        for zone in zones.get(source.id, []):
            made.append(Zone(performance=target, **{name: getattr(zone, name) for name in OF_A_ZONE}))
            prices += (
                Price(zone=made[-1], **{name: getattr(price, name) for name in OF_A_PRICE})
                for price in zone.prices.all()
            )
    Zone.objects.bulk_create(made, AT_ONCE)
    Price.objects.bulk_create(prices, AT_ONCE)
    Seating.objects.bulk_create(
        [
            Seating(performance=target, version_id=row.version_id, zones=row.zones, access=row.access)
            for source, target in pairs
            if (row := seatings.get(source.id)) is not None
        ],
        AT_ONCE,
    )


def liken(source: Performance, target: Performance, zone: ZoneInfo) -> None:
    """Give a new date the length, the doors, the places and the ends of sale of another one, on the clock of the place.

    When its online sale begins stays that moment: a season begins to sell at once.
    """
    for name in FROM_ITS_START:
        moment = getattr(source, name)
        setattr(target, name, moment and moved(moment, source.starts_at, target.starts_at, zone))
    target.capacity = source.capacity
    if source.online_from is not None and source.online_from < (target.online_until or target.starts_at):
        target.online_from = source.online_from


def clear_pricing_rows(performance: Performance) -> None:
    """Take the zones, prices and seats of a date of which nothing was ordered."""
    Seating.objects.filter(performance=performance).delete()
    through = Quota.prices.through.objects.filter(price__zone__performance=performance)
    through.delete()
    Zone.objects.filter(performance=performance).delete()
