# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plan every product has from the start: all of its features, and the limits it declares."""

from mazot.exchange.registry import products
from mazot.tenancy.actions.plans import offer_plan
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import STANDARD_PLAN


def offer_standard_plans() -> None:
    """Make the standard plan of each product that has none."""
    actor = Actor.system(None, because="every product has a standard plan")
    for product in products():
        limits = {limit.key: limit.default for limit in product.limits if limit.default is not None}
        features = {feature.key: True for feature in product.features}
        offer_plan(actor, product.key, key=STANDARD_PLAN, title="Standard", features=features, limits=limits)
