# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan every product has from the start: all of its features, and the limits it declares."""

from mazot.exchange.registry import products
from mazot.tenancy.models import Plan

STANDARD = "standard"


def ensure_plans() -> None:
    """Make the standard plan of each product that has none; an operator's changes to it stay."""
    for product in products():
        Plan.objects.get_or_create(
            product=product.key,
            key=STANDARD,
            defaults={
                "title": "Standard",
                "features": {feature.key: True for feature in product.features},
                "limits": {limit.key: limit.default for limit in product.limits if limit.default is not None},
            },
        )
