# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drives and spaces an actor reaches, and what a drive's plan allows."""

from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation import quota
from mazot.foundation.errors import NotFound
from mazot.products.drive.models import Space
from mazot.products.drive.rights import USE, reached_by
from mazot.products.drive.rules.limits import DEFAULTS
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.queries.rights import instance_for, instances_for

ACCOUNT = "drive"  # the kind of a drive's account in the storage ledger


def drives_for(actor: Actor) -> QuerySet[ProductInstance]:
    """The live drives the actor may open, oldest first."""
    return instances_for(actor, USE)


def drive_for(actor: Actor, instance_id: UUID) -> ProductInstance:
    return instance_for(actor, USE, instance_id)


def spaces_for(actor: Actor, instance: ProductInstance) -> QuerySet[Space]:
    """The person's own folder first (when it exists), then the organization folders by name."""
    return (
        Space.objects.filter(reached_by(actor), instance_id=instance.id, root__isnull=False)
        .select_related("root")
        .order_by("-kind", "name")
    )


def space_for(actor: Actor, space_id: UUID) -> Space:
    found = Space.objects.filter(reached_by(actor), id=space_id).select_related("root", "instance__plan").first()
    if found is None or (not actor.is_system and not drives_for(actor).filter(id=found.instance_id).exists()):
        raise NotFound("not_found")
    return found


def limit_of(instance: ProductInstance, key: str) -> int | None:
    """What the plan says, or the default when there is no plan or it is silent; none means no limit."""
    told = instance.plan.limits if instance.plan else {}
    value = told.get(key, DEFAULTS[key])
    return None if value is None else int(value)


def usage_of(actor: Actor, instance: ProductInstance) -> tuple[int, int | None]:
    """Bytes used and allowed in a drive that `drives_for` gave."""
    if instance.organization_id != actor.organization_id:
        raise NotFound("not_found")
    return quota.used_and_allowed(instance.id, ACCOUNT)


def live_drives() -> QuerySet[ProductInstance]:
    """Every drive of this server, for the jobs."""
    return ProductInstance.objects.filter(product="drive", ended_at__isnull=True).select_related("plan")
