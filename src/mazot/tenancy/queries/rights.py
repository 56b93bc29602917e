# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds which right, and why: role first, then grants to the member, then grants to their teams."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Q, QuerySet

from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor, Held
from mazot.tenancy.models import Grant, Membership, ProductInstance, TeamMember
from mazot.tenancy.rights import Path, Right
from mazot.tenancy.rules.roles import MANAGERS

EVERYTHING = "*"


def holds(actor: Actor, right: Right, subject: Any) -> bool:
    """Whether the actor holds a grantable right on the product the subject belongs to."""
    return next(paths(actor, right, subject), None) is not None


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
        yield from _wide_paths(actor, right)
        return
    if actor.manages_organization:
        yield Path("role", holder=actor.role or "")
    for grant in reaching(grants_of(actor), right, instance_id_of(subject)):
        if grant.rights & {EVERYTHING, right.key}:
            yield Path(
                "category" if grant.instance_id is None else "grant",
                holder=grant.team or "member",
                team_id=grant.team_id,
                grant_id=grant.grant_id,
            )


def _wide_paths(actor: Actor, right: Right) -> Iterator[Path]:
    if actor.role in right.roles:
        yield Path("role", holder=actor.role or "")
    if right.delegable and actor.manages_people:
        yield Path("delegation", holder="member")


def holds_wide(actor: Actor, right: Right) -> bool:
    """Whether the actor holds a right that no product stands behind, without asking the database."""
    return actor.is_system or next(_wide_paths(actor, right), None) is not None


def reaching(grants: Sequence[Held], right: Right, instance_id: UUID | None) -> list[Held]:
    """The grants that say something about this product, whatever they allow on it."""
    about = [grant for grant in grants if grant.product == right.product and grant.instance_id in (None, instance_id)]
    own = [grant for grant in about if grant.team_id is None]
    return own if own and right.own_grant_wins else about


def holds_among(grants: Sequence[Held], right: Right, instance_id: UUID) -> bool:
    """Whether these grants give the right on this instance."""
    return _able(reaching(grants, right, instance_id), right)


def grants_of(actor: Actor) -> Sequence[Held]:
    """The grants that reach the actor: those it carries, or else those of this moment."""
    return read_grants(actor) if actor.grants is None else actor.grants


def read_grants(actor: Actor) -> list[Held]:
    """The grants that reach the actor now, as a member or through teams; none for a member who is not let in."""
    if actor.membership_id is None:
        return []
    let_in = Membership.objects.filter(
        id=actor.membership_id,
        organization_id=actor.organization_id,
        blocked_at__isnull=True,
        removed_at__isnull=True,
    )
    columns = ("product", "instance_id", "rights", "id", "team_id", "team__name")
    own = Grant.objects.filter(Exists(let_in), membership__id=actor.membership_id)
    teams = Grant.objects.filter(
        Exists(let_in), team__organization_id=actor.organization_id, team__members__membership_id=actor.membership_id
    )
    # Two halves, each by its own index: as one "or" both databases read every grant of the organization.
    rows = own.values_list(*columns).union(teams.values_list(*columns), all=True).order_by("id")
    return [
        Held(product, instance_id, frozenset(rights), grant_id, team_id, team or "")
        for product, instance_id, rights, grant_id, team_id, team in rows
    ]


def instance_id_of(subject: Any) -> UUID:
    """The product instance a subject belongs to."""
    found = subject.id if isinstance(subject, ProductInstance) else getattr(subject, "instance_id", None)
    if found is None:
        raise TypeError(f"{type(subject).__name__} does not say which product instance it belongs to")
    return UUID(str(found))


def instances_for(actor: Actor, right: Right) -> QuerySet[ProductInstance]:
    """The live product instances on which the actor holds the right."""
    live = (
        ProductInstance.objects.filter(
            organization_id=actor.organization_id, product=right.product, ended_at__isnull=True
        )
        .select_related("plan")
        .order_by("created_at", "id")
    )
    if not actor.opens(right.product, to_write=False):
        return live.none()
    if actor.manages_organization or actor.is_system:
        return live
    grants = [grant for grant in grants_of(actor) if grant.product == right.product]
    category = _able(reaching(grants, right, None), right)
    named = {grant.instance_id for grant in grants if grant.instance_id is not None}
    able = {instance_id for instance_id in named if _able(reaching(grants, right, instance_id), right)}
    # The category reaches every instance but those where a grant to the member says something else.
    return live.filter(Q(id__in=able) | ~Q(id__in=named)) if category else live.filter(id__in=able)


def _able(grants: Sequence[Held], right: Right) -> bool:
    return any(grant.rights & {EVERYTHING, right.key} for grant in grants)


def instance_for(actor: Actor, right: Right, instance_id: UUID) -> ProductInstance:
    """One product instance; one the actor does not reach is absent."""
    found = instances_for(actor, right).filter(id=instance_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def members_who_reach(instance: ProductInstance, right: Right) -> QuerySet[Membership]:
    """Every active member who holds the right on this instance, by role, grant, category or team."""
    giving = _says(_about([instance], right), right)
    return _let_in(instance.organization_id).filter(_reach(instance, right, giving))


def count_who_reach(instances: Sequence[ProductInstance], right: Right) -> dict[UUID, int]:
    """How many members that is for each of these instances of one organization, asked for all of them at once."""
    if not instances:
        return {}
    giving = _says(_about(instances, right), right)
    counts = {f"n{at}": Count("id", filter=_reach(one, right, giving)) for at, one in enumerate(instances)}
    found = _let_in(instances[0].organization_id).aggregate(**counts)
    return {one.id: found[f"n{at}"] for at, one in enumerate(instances)}


def _let_in(organization_id: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(organization_id=organization_id, blocked_at__isnull=True, removed_at__isnull=True)


def _about(instances: Sequence[ProductInstance], right: Right) -> QuerySet[Grant]:
    return Grant.objects.filter(organization_id=instances[0].organization_id, product=right.product).filter(
        Q(instance_id__in=[one.id for one in instances]) | Q(instance__isnull=True)
    )


def _reach(instance: ProductInstance, right: Right, giving: Q) -> Q:
    about = _about([instance], right)
    able = about.filter(giving)
    through_team = Q(id__in=TeamMember.objects.filter(team_id__in=able.values("team_id")).values("membership_id"))
    if right.own_grant_wins:
        through_team &= ~Q(id__in=about.filter(membership__isnull=False).values("membership_id"))
    own = Q(id__in=able.filter(membership__isnull=False).values("membership_id"))
    return Q(role__in=MANAGERS) | own | through_team


def _says(grants: QuerySet[Grant], right: Right) -> Q:
    """Those of the grants that give the right: there are few different lists of rights, however many grants."""
    said = list(grants.order_by().values_list("rights", flat=True).distinct())
    able = [Q(rights=rights) for rights in said if {EVERYTHING, right.key} & set(rights)]
    return reduce(or_, able, Q(pk__in=[]))
