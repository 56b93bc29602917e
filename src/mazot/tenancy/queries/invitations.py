# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invitations as those who manage see them, and the one a letter opens."""

from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Invitation, Organization
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rules.secrets import digest_of


def invitation_by_token(token: str) -> Invitation:
    """The open invitation of a letter; used, expired, taken back and invented ones are all the same: absent."""
    found = (
        Invitation.objects.select_related("organization")
        .filter(
            token_digest=digest_of(token[:200], key=settings.MAZOT_CREDENTIAL_KEY),
            accepted_at__isnull=True,
            revoked_at__isnull=True,
            declined_at__isnull=True,
            expires_at__gt=clock.now(),
        )
        .first()
    )
    if found is None:
        raise NotFound("not_found", _("This invitation is no longer valid. Ask for a new one."))
    return found


def invitations_for(actor: Actor) -> QuerySet[Invitation]:
    """The invitations that are still open, for those who manage people."""
    if not holds(actor, MANAGE_PEOPLE, Organization(id=actor.organization_id)):
        return Invitation.objects.none()
    return Invitation.objects.filter(
        organization_id=actor.organization_id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        declined_at__isnull=True,
        expires_at__gt=clock.now(),
    ).order_by("-created_at")


def every_invitation_for(actor: Actor, *, state: str = "") -> QuerySet[Invitation]:
    """All invitations of the organization in one state or in any, newest first, for those who manage people."""
    if not holds(actor, MANAGE_PEOPLE, Organization(id=actor.organization_id)):
        return Invitation.objects.none()
    found = Invitation.objects.filter(organization_id=actor.organization_id).order_by("-created_at", "id")
    answered = Q(accepted_at__isnull=False) | Q(declined_at__isnull=False) | Q(revoked_at__isnull=False)
    conditions = {
        "pending": ~answered & Q(expires_at__gt=clock.now()),
        "expired": ~answered & Q(expires_at__lte=clock.now()),
        "accepted": Q(accepted_at__isnull=False),
        "declined": Q(declined_at__isnull=False),
        "revoked": Q(revoked_at__isnull=False),
    }
    return found.filter(conditions[state]) if state in conditions else found


def state_of(invitation: Invitation) -> str:
    """Where an invitation stands: pending, accepted, declined, revoked, or expired."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.declined_at is not None:
        return "declined"
    if invitation.revoked_at is not None:
        return "revoked"
    return "pending" if invitation.expires_at > clock.now() else "expired"


def invitation_for(actor: Actor, invitation_id: UUID) -> Invitation:
    """One invitation; one of another organization is absent."""
    found = every_invitation_for(actor).filter(id=invitation_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
