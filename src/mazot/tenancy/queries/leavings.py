# SPDX-License-Identifier: AGPL-3.0-or-later
"""Removals of an organization, for those who manage its people."""

from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.foundation.ids import read_id
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Leaving, Membership, Organization
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.rights import holds

UNDO_DAYS = 30


def leavings_for(actor: Actor) -> QuerySet[Leaving]:
    """Every removal, newest first, with its steps."""
    found = Leaving.objects.filter(organization_id=actor.organization_id)
    if not holds(actor, MANAGE_PEOPLE, Organization(id=actor.organization_id)):
        return found.none()
    return found.select_related("membership__person", "by").prefetch_related("steps").order_by("-created_at", "-id")


def leaving_for(actor: Actor, leaving_id: UUID) -> Leaving:
    """One removal; one of another organization is absent."""
    found = leavings_for(actor).filter(id=leaving_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def newest_leaving_of(membership_id: UUID) -> Leaving | None:
    """The newest removal of a member, for the letter about it and for whoever carries it out."""
    found = Leaving.objects.filter(membership_id=membership_id).order_by("-created_at", "-id")
    return found.select_related("membership__person", "organization", "by").first()


def acting_representatives(organization_id: UUID) -> QuerySet[Membership]:
    """The legal representatives who can come in and act, the longest-standing first."""
    return Membership.objects.filter(
        organization_id=organization_id,
        role=Role.LEGAL_REPRESENTATIVE,
        blocked_at__isnull=True,
        removed_at__isnull=True,
        person__is_active=True,
    ).order_by("joined_at", "id")


def is_last_representative(membership: Membership) -> bool:
    """Whether nobody else could act for the organization without this member (rule X-1)."""
    if membership.role != Role.LEGAL_REPRESENTATIVE:
        return False
    return not acting_representatives(membership.organization_id).exclude(id=membership.id).exists()


def receiver_named(organization_id: UUID, membership_id: str) -> Membership | None:
    """The member whom something was handed over to, still here or not."""
    wanted = read_id(membership_id)
    return Membership.objects.filter(organization_id=organization_id, id=wanted).select_related("person").first()
