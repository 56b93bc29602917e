# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plans of products, which an operator may change afterwards."""

from typing import Any

from mazot.foundation.errors import NotAllowed
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Plan
from mazot.tenancy.rights import action


@action(needs=None)
def offer_plan(
    actor: Actor, product: str, *, key: str, title: str, features: dict[str, bool], limits: dict[str, Any]
) -> Plan:
    """Make a plan of a product; one that is there already stays as the operator has it."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    plan, _ = Plan.objects.get_or_create(
        product=product, key=key, defaults={"title": title, "features": features, "limits": limits}
    )
    return plan
