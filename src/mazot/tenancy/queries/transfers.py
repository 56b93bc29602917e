# SPDX-License-Identifier: AGPL-3.0-or-later
"""Products on their way to another organization, and what a move means for the people who use them (ORG-8)."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.manage import MANAGE_PRODUCTS
from mazot.tenancy.models import Grant, Membership, Organization, ProductInstance, Team, Transfer
from mazot.tenancy.queries.rights import EVERYTHING, holds
from mazot.tenancy.rules.roles import MANAGERS
from mazot.tenancy.rules.secrets import digest_of


@dataclass(frozen=True, slots=True)
class Consequences:
    """Who comes along with a product, and who and what does not."""

    carried: list[Membership]
    left: list[Membership]
    teams: list[Team]
    plan: str


def open_transfers() -> QuerySet[Transfer]:
    """Offers that can still be taken."""
    return Transfer.objects.filter(taken_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now())


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """The open offers of the actor's organization, for those who manage its products."""
    if not holds(actor, MANAGE_PRODUCTS, Organization(id=actor.organization_id)):
        return Transfer.objects.none()
    mine = open_transfers().filter(organization_id=actor.organization_id)
    return mine.select_related("instance", "receiver", "by").order_by("-created_at")


def transfer_by_token(token: str) -> Transfer:
    """The open offer of a link; taken, expired, taken back and invented ones are all the same: absent."""
    digest = digest_of(token[:200], key=settings.MAZOT_CREDENTIAL_KEY)
    found = (
        open_transfers()
        .select_related("instance__plan", "organization", "receiver", "by")
        .filter(token_digest=digest, instance__ended_at__isnull=True, organization__deleted_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found", _("This offer is no longer valid. Ask for a new link."))
    return found


def movable_for(actor: Actor) -> list[ProductInstance]:
    """The products of the actor's organization that can go to another one."""
    if not holds(actor, MANAGE_PRODUCTS, Organization(id=actor.organization_id)):
        return []
    live = ProductInstance.objects.filter(organization_id=actor.organization_id, ended_at__isnull=True)
    return [one for one in live.order_by("product", "name") if (found := offer_of(one.product)) and found.move]


def consequences_of(instance: ProductInstance) -> Consequences:
    """What a move would mean as things stand now."""
    carried = carried_members(instance)
    about = Grant.objects.filter(organization_id=instance.organization_id, product=instance.product)
    about = about.filter(instance=instance) | about.filter(instance=None)
    teams = list(Team.objects.filter(grants__in=about).distinct().order_by("name"))
    reached = _let_in(instance).filter(grants__in=about) | _let_in(instance).filter(teams__team__in=teams)
    carried_ids = {member.id for member in carried}
    left = [member for member in reached.distinct().order_by("person__family_name") if member.id not in carried_ids]
    return Consequences(carried, left, teams, instance.plan.title if instance.plan else "")


def carried_members(instance: ProductInstance) -> list[Membership]:
    """Who comes along: those who were let in themselves, as one of the people, with a right the product carries.

    What a team gave vanishes with the team, and who manages the old organization has no part in the new one.
    """
    offered = offer_of(instance.product)
    keys = {right.key for right in offered.move.carries} if offered and offered.move else set()
    if not keys:
        return []
    found: dict[object, Membership] = {}
    own = Grant.objects.filter(membership__in=_let_in(instance), product=instance.product)
    for grant in (own.filter(instance=instance) | own.filter(instance=None)).select_related("membership__person"):
        if grant.membership is not None and {EVERYTHING, *keys} & set(grant.rights):
            found[grant.membership_id] = grant.membership
    return sorted(found.values(), key=lambda member: member.person.login)


def _let_in(instance: ProductInstance) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(
            organization_id=instance.organization_id,
            person__is_active=True,
            blocked_at__isnull=True,
            removed_at__isnull=True,
        )
        .exclude(role__in=MANAGERS)
        .select_related("person")
    )
