# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens as their makers and those who manage the organization see them."""

from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_CONNECTIONS
from mazot.tenancy.models import ApiToken, Organization
from mazot.tenancy.queries.rights import holds


def tokens_for(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens of the person themselves, in each of their organizations, that still open something."""
    return (
        ApiToken.objects.filter(membership__person_id=actor.person_id, of_organization=False, revoked_at__isnull=True)
        .select_related("organization")
        .order_by("-created_at")
    )


def token_for(actor: Actor, token_id: UUID) -> ApiToken:
    """One token of the person themselves."""
    found = tokens_for(actor).filter(id=token_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def organization_tokens_for(actor: Actor) -> QuerySet[ApiToken]:
    """The organization's tokens, for those who manage it."""
    tokens = ApiToken.objects.filter(
        organization_id=actor.organization_id, of_organization=True, revoked_at__isnull=True
    )
    if not holds(actor, MANAGE_CONNECTIONS, Organization(id=actor.organization_id)):
        return tokens.none()
    return tokens.select_related("membership__person").order_by("-created_at")


def organization_token_for(actor: Actor, token_id: UUID) -> ApiToken:
    """One token of the organization; absent for those who do not manage it."""
    found = organization_tokens_for(actor).filter(id=token_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
