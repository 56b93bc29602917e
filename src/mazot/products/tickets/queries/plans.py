# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drawn rooms of the shops an actor reaches."""

from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Plan, PlanVersion, Seating, Shop
from mazot.products.tickets.queries.shops import shops_for
from mazot.products.tickets.rights import TECHNICAL
from mazot.tenancy.actor import Actor


def plans_for(actor: Actor, shop: Shop) -> QuerySet[Plan]:
    """The plans of a shop, each with its newest version, its seats and how many dates use it."""
    newest = PlanVersion.objects.filter(plan=OuterRef("id")).order_by("-number")
    used = Seating.objects.filter(version__plan=OuterRef("id")).order_by().values("version__plan")
    return (
        Plan.objects.filter(shop__in=shops_for(actor, TECHNICAL).filter(id=shop.id))
        .annotate(
            number=Subquery(newest.values("number")[:1]),
            n_seats=Subquery(newest.values("n_seats")[:1]),
            saved_at=Subquery(newest.values("created_at")[:1]),
            newest_id=Subquery(newest.values("id")[:1]),
            n_dates=Subquery(used.annotate(count=Count("performance_id")).values("count")),
        )
        .order_by("name", "id")
    )


def plan_for(actor: Actor, plan_id: UUID) -> Plan:
    """One plan; one of a shop the actor does not set up is absent."""
    found = Plan.objects.filter(id=plan_id, shop__in=shops_for(actor, TECHNICAL)).select_related("shop").first()
    if found is None:
        raise NotFound("not_found")
    return found


def newest_version(plan: Plan) -> PlanVersion:
    return plan.versions.order_by("-number")[:1].get()


def version_in(plan: Plan, number: int) -> PlanVersion:
    found = plan.versions.filter(number=number).first()
    if found is None:
        raise NotFound("not_found")
    return found


def attachable_for(actor: Actor, shop: Shop) -> list[Plan]:
    """The plans a date of this shop can be given."""
    return list(plans_for(actor, shop))
