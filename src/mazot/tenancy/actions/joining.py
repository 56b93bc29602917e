# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an invitation promises, checked when it is written and given when somebody joins with it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.reach import require_reach, require_reach_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.facts import RightsGranted
from mazot.tenancy.models import Grant, Invitation, Membership, Organization, ProductInstance, Team, TeamMember
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.rights import EVERYTHING
from mazot.tenancy.rules.roles import MANAGERS

Access = Mapping[str, Any]  # {"product": key, "instance": id or none, "rights": [keys or "*"]}


def checked_access(
    actor: Actor, organization: Organization, access: Iterable[Access], *, role: str
) -> list[dict[str, Any]]:
    """The promised access as it is kept; a role that reaches everything needs none."""
    if role in MANAGERS:
        return []
    here = {str(one.id): one for one in ProductInstance.objects.filter(organization=organization, ended_at=None)}
    kept: dict[tuple[str, str | None], dict[str, Any]] = {}
    for each in access:
        product, instance = str(each.get("product", "")), each.get("instance")
        offered = offer_of(product)
        if offered is None:
            raise Invalid("unknown_product", _("There is no such product."), field="access")
        if instance is not None and (str(instance) not in here or here[str(instance)].product != product):
            raise NotFound("not_found")
        rights = sorted({str(right) for right in each.get("rights", ())})
        if not rights or any(key != EVERYTHING and not offered.has_right(key) for key in rights):
            raise Invalid("unknown_right", _("Choose rights that this product has."), field="access")
        where = str(instance) if instance is not None else None
        require_reach(actor, product, rights, instance_id=UUID(where) if where else None)
        kept[product, where] = {"product": product, "instance": where, "rights": rights}
    return list(kept.values())


def checked_notices(notices: Mapping[str, Any], *, role: str) -> dict[str, bool]:
    """The contact preferences as they are kept; externals hear nothing about bills."""
    told = {key: bool(notices.get(key)) for key in ("billing", "products") if key in notices}
    return told | {"billing": False} if role == Role.EXTERNAL else told


def checked_teams(actor: Actor, organization: Organization, teams: Iterable[Team]) -> list[UUID]:
    """The teams by id, each of them of this organization."""
    wanted = {team.id for team in teams}
    present = set(Team.objects.filter(id__in=wanted, organization=organization).values_list("id", flat=True))
    if present != wanted:
        raise NotFound("not_found")
    require_reach_of(actor, Grant.objects.filter(team_id__in=present))
    return sorted(present)


def give_what_was_promised(actor: Actor, membership: Membership, invitation: Invitation) -> tuple[str, ...]:
    """Write the grants and teams of an invitation; what has vanished since is left out and named in the answer.

    The right to do so is that of the person who invited, at the moment of inviting; the letter carries it.
    """
    left_out: list[str] = []
    for promised in [] if membership.role in MANAGERS else invitation.access:
        reached = _still_there(invitation.organization_id, promised)
        if reached is None:
            left_out.append(str(promised.get("instance") or promised.get("product")))
            continue
        instance, rights = reached
        grant = Grant(
            organization_id=invitation.organization_id,
            membership=membership,
            product=promised["product"],
            instance=instance,
            rights=rights,
        )
        grant.save(force_insert=True)
        told = RightsGranted(
            grant.id,
            product_key=grant.product,
            rights=tuple(rights),
            membership_id=membership.id,
            instance_id=grant.instance_id,
        )
        tell(actor, told)
    teams = invitation.teams.filter(organization_id=invitation.organization_id)
    TeamMember.objects.bulk_create(
        [TeamMember(team=team, membership=membership) for team in teams.order_by("id")], ignore_conflicts=True
    )
    return tuple(left_out)


def _still_there(organization_id: UUID, promised: Access) -> tuple[ProductInstance | None, list[str]] | None:
    """The product and those of its promised rights that exist today; nothing when it does not."""
    offered = offer_of(promised["product"])
    if offered is None:
        return None
    rights = [key for key in promised["rights"] if key == EVERYTHING or offered.has_right(key)]
    if not rights:
        return None
    if promised["instance"] is None:
        return None, rights
    there = ProductInstance.objects.filter(
        id=promised["instance"], organization_id=organization_id, product=promised["product"], ended_at=None
    ).first()
    return (there, rights) if there is not None else None
