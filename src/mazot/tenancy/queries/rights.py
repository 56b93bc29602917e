# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds which right, and why: role first, then grants to the member, then grants to their teams."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Grant, Membership, ProductInstance
from mazot.tenancy.rights import Path, Right

EVERYTHING = "*"


def holds(actor: Actor, right: Right, subject: Any) -> bool:
    """Whether the actor holds a grantable right on the product the subject belongs to."""
    return next(iter(paths(actor, right, subject)), None) is not None


def why(actor: Actor, right: Right, subject: Any) -> list[Path]:
    """Every path by which the actor holds the right on the subject; empty when they do not hold it."""
    if right.check is not None and not right.check(actor, subject):
        return []
    return list(paths(actor, right.root, subject))


def paths(actor: Actor, right: Right, subject: Any) -> Iterator[Path]:
    if actor.is_system:
        yield Path("system", holder=actor.because)
        return
    if right.organization_wide:
        if actor.role in right.roles:
            yield Path("role", holder=actor.role or "")
        return
    instance_id = instance_id_of(subject)
    if actor.manages_organization:
        yield Path("role", holder=actor.role or "")
    for grant in grants_of(actor).select_related("team"):
        if grant.product != right.product or grant.instance_id not in (None, instance_id):
            continue
        if EVERYTHING in grant.rights or right.key in grant.rights:
            yield Path(
                "category" if grant.instance_id is None else "grant",
                holder=grant.team.name if grant.team else "member",
                team_id=grant.team_id,
                grant_id=grant.id,
            )


def grants_of(actor: Actor) -> QuerySet[Grant]:
    """The grants that reach the actor, as a member or through teams."""
    return Grant.objects.filter(organization_id=actor.organization_id).filter(
        Q(membership_id=actor.membership_id) | Q(team__members__membership_id=actor.membership_id)
    )


def instance_id_of(subject: Any) -> UUID | None:
    """The product instance a subject belongs to."""
    if isinstance(subject, ProductInstance):
        return subject.id
    return getattr(subject, "instance_id", None)


def instances_for(actor: Actor, right: Right) -> QuerySet[ProductInstance]:
    """The live product instances on which the actor holds the right."""
    live = (
        ProductInstance.objects.filter(
            organization_id=actor.organization_id, product=right.product, ended_at__isnull=True
        )
        .select_related("plan")
        .order_by("created_at")
    )
    if not actor.opens(right.product, to_write=False):
        return live.none()
    if actor.manages_organization or actor.is_system:
        return live
    reached: set[UUID] = set()
    for grant in grants_of(actor).filter(product=right.product):
        if EVERYTHING in grant.rights or right.key in grant.rights:
            if grant.instance_id is None:
                return live
            reached.add(grant.instance_id)
    return live.filter(id__in=reached)


def instance_for(actor: Actor, right: Right, instance_id: UUID) -> ProductInstance:
    """One product instance; one the actor does not reach is absent."""
    found = instances_for(actor, right).filter(id=instance_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def members_who_reach(instance: ProductInstance, right: Right) -> QuerySet[Membership]:
    """Every active member who holds the right on this instance, by role, grant, category or team."""
    granted = Grant.objects.filter(organization_id=instance.organization_id, product=right.product).filter(
        Q(instance_id=instance.id) | Q(instance__isnull=True)
    )
    able = [g for g in granted if EVERYTHING in g.rights or right.key in g.rights]
    return (
        Membership.objects.filter(
            organization_id=instance.organization_id, blocked_at__isnull=True, removed_at__isnull=True
        )
        .filter(
            Q(role__in=("legal_representative", "administrator"))
            | Q(id__in=[g.membership_id for g in able if g.membership_id])
            | Q(teams__team_id__in=[g.team_id for g in able if g.team_id])
        )
        .distinct()
    )
