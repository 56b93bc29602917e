# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router, Schema

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens, page
from mazot.foundation.models import FactRow
from mazot.products.manager.api.teams import Tint
from mazot.tenancy.actions.details import set_details
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import SEE_ACTIVITY
from mazot.tenancy.models import Organization
from mazot.tenancy.queries.people import organization_for
from mazot.tenancy.rights import require

router = Router()


class OrganizationOut(Schema):
    id: UUID
    name: str
    tint: int
    kind: str
    created_at: datetime
    two_factor_from: datetime | None


class OrganizationChange(Schema):
    name: str | None = None
    tint: Tint | None = None


class Event(Schema):
    """One line of the activity log."""

    id: UUID
    kind: str
    at: datetime
    person_id: UUID | None
    via: str
    subject_id: UUID | None
    details: dict[str, Any]


class EventPage(Schema):
    items: list[Event]
    next: str


def shape(organization: Organization) -> dict[str, Any]:
    names = ("id", "name", "tint", "kind", "created_at", "two_factor_from")
    return {name: getattr(organization, name) for name in names}


def event_shape(row: FactRow) -> dict[str, Any]:
    names = ("id", "kind", "at", "person_id", "via", "subject_id", "details")
    return {name: getattr(row, name) for name in names}


@router.get("/organization", response=OrganizationOut, auth=opens("organization:read"), operation_id="get_organization")
def get_organization(request: Any) -> Any:
    """The organization of the token."""
    return shape(organization_for(actor_of(request)))


@router.patch("/organization", response=OrganizationOut, auth=opens("organization"), operation_id="change_organization")
def patch_organization(request: Any, change: OrganizationChange) -> Any:
    """Change the organization's name and colour; what is left out stays."""
    actor = actor_of(request)
    return shape(set_details(actor, organization_for(actor), **change.dict(exclude_none=True)))


@router.get("/activity", response=EventPage, auth=opens("activity:read"), operation_id="list_activity")
def list_activity(request: Any, kind: str = "", cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """What was done in the organization, newest first; `kind` narrows it to one sort of event."""
    actor: Actor = actor_of(request)
    require(actor, SEE_ACTIVITY, Organization(id=actor.organization_id))
    rows = FactRow.objects.filter(organization_id=actor.organization_id)
    if kind:
        rows = rows.filter(kind=kind[:80])
    return page(rows, ("-at", "-id"), cursor=cursor, limit=limit, shape=event_shape)
