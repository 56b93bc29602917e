# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mail services an actor manages, and what of them is used."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from mazot.foundation.errors import NotFound
from mazot.products.mail.models import Address, Service
from mazot.products.mail.rights import MANAGE
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.rights import instances_for

REAL = Q(addresses__kind=Address.Kind.REAL, addresses__deleted_at__isnull=True)


def services_for(actor: Actor) -> QuerySet[Service]:
    """The services whose addresses the actor sets up, by domain, with how many real addresses each has."""
    live = instances_for(actor, MANAGE).order_by().values("id")
    found = Service.objects.filter(instance_id__in=live, organization_id=actor.organization_id)
    return (
        found.annotate(n_real=Count("addresses", filter=REAL))
        .select_related("instance", "health")
        .order_by("domain", "id")
    )


def service_for(actor: Actor, service_id: UUID) -> Service:
    """One of them, or NotFound."""
    found = services_for(actor).filter(id=service_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def services_named(domain: str) -> list[Service]:
    """Every live service of a domain, proved or not, of any organization: for whoever runs the server."""
    return list(
        Service.objects.filter(domain=domain, instance__ended_at__isnull=True)
        .select_related("organization", "instance")
        .order_by("created_at")
    )


def used_addresses(service: Service) -> int:
    """How many of its addresses count: the real ones that are not in the bin."""
    return Address.objects.filter(service=service, kind=Address.Kind.REAL, deleted_at__isnull=True).count()


def service_of(actor: Actor, instance_id: UUID) -> Service:
    """The service that an instance is."""
    found = services_for(actor).filter(instance_id=instance_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
