# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zones, prices and seats of one date, made again for another."""

from mazot.products.tickets.models import Performance, Price, Quota, Seating, Zone

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


def copy_pricing_rows(source: Performance, target: Performance) -> None:
    """Give a date without zones those of another one, with their prices and which seat is in which zone.

    Shared quotas stay with the prices they were made for: the number would otherwise be shared by every date.
    """
    for zone in source.zones.order_by("position", "id").prefetch_related("prices"):
        made = Zone(performance=target, **{name: getattr(zone, name) for name in OF_A_ZONE})
        made.save(force_insert=True)
        Price.objects.bulk_create(
            Price(zone=made, **{name: getattr(price, name) for name in OF_A_PRICE}) for price in zone.prices.all()
        )
    seating = Seating.objects.filter(performance=source).first()
    if seating is not None:
        row = Seating(performance=target, version_id=seating.version_id, zones=seating.zones, access=seating.access)
        row.save(force_insert=True)


def clear_pricing_rows(performance: Performance) -> None:
    """Take the zones, prices and seats of a date of which nothing was ordered."""
    Seating.objects.filter(performance=performance).delete()
    through = Quota.prices.through.objects.filter(price__zone__performance=performance)
    through.delete()
    Zone.objects.filter(performance=performance).delete()
