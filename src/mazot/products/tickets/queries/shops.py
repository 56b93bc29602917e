# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ticket shops an actor reaches."""

from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Shop
from mazot.products.tickets.rights import CONTROL, SALES, STATISTICS, TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.rights import instances_for
from mazot.tenancy.rights import Right


def shops_for(actor: Actor, *rights: Right) -> QuerySet[Shop]:
    """The shops on which the actor holds any of these rights (any right at all when none is named), oldest first."""
    asked = rights or (SALES, TECHNICAL, STATISTICS, CONTROL)
    if actor.manages_organization:
        asked = asked[:1]  # who manages holds every right alike, so one question answers all
    reached = {
        instance_id for right in asked for instance_id in instances_for(actor, right).values_list("id", flat=True)
    }
    return Shop.objects.filter(instance_id__in=reached).select_related("organization").order_by("created_at", "id")


def shop_for(actor: Actor, shop_id: UUID, *rights: Right) -> Shop:
    """One shop; one the actor does not reach is absent."""
    found = shops_for(actor, *rights).filter(id=shop_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def every_shop() -> QuerySet[Shop]:
    """All shops of all organizations that have not ended: for what Tickets does by itself."""
    return Shop.objects.filter(instance__ended_at__isnull=True).order_by("id")
