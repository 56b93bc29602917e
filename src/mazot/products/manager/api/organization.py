# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens
from mazot.foundation.errors import Invalid
from mazot.products.manager.api.teams import Tint
from mazot.products.manager.queries.people import member_ever_for
from mazot.tenancy.actions.details import set_contacts, set_details
from mazot.tenancy.actor import Actor
from mazot.tenancy.details import stamp_of, stamp_of_contacts
from mazot.tenancy.manage import MANAGE_DETAILS, SEE_ACTIVITY
from mazot.tenancy.models import Organization
from mazot.tenancy.models.organizations import Kind
from mazot.tenancy.queries.activity import Line, Search, activity_for
from mazot.tenancy.queries.people import organization_for
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rights import require

router = Router()


Text = Annotated[str, Field(max_length=1000)]
# Without the pattern a number is taken for seconds since 1970.
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
KEPT = ("legal_name", "street", "postal_code", "city", "country", "phone", "website")


class ContactLine(Schema):
    """Whom to write to about one side of the organization."""

    purpose: Literal["billing", "technical", "legal"]
    name: Text
    address: Text
    phone: Text = ""


class OrganizationOut(Schema):
    """The organization; what only those who manage its details see is null for others.

    A stamp is another one as soon as what it stands for is: sent back with a change, it refuses one made meanwhile.
    """

    id: UUID
    name: str
    tint: int
    kind: str
    created_at: datetime
    two_factor_from: datetime | None
    legal_name: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None
    phone: str | None = None
    website: str | None = None
    contacts: list[ContactLine] | None = None
    stamp: str | None = None
    contacts_stamp: str | None = None


class OrganizationChange(Schema):
    """What is to be another; what is left out or null stays."""

    name: Text | None = None
    tint: Tint | None = None
    kind: Kind | None = None
    legal_name: Text | None = None
    street: Text | None = None
    postal_code: Text | None = None
    city: Text | None = None
    country: Text | None = None
    phone: Text | None = None
    website: Text | None = None
    stamp: Text | None = None


class ContactsChange(Schema):
    """Those who are written to from now on, one for each purpose at most."""

    contacts: Annotated[list[ContactLine], Field(max_length=3)]
    stamp: Text | None = None


class Asked(Schema):
    """The filters of the activity log; the day of `until` is included, `member` is the id of a membership."""

    kind: Text = ""
    product: Text = ""
    member: UUID | None = None
    since: Day | None = None
    until: Day | None = None
    words: Text = ""
    cursor: Cursor = ""
    limit: Limit = PAGE


class Event(Schema):
    """One line of the activity log, with the sentence that a person reads."""

    id: UUID
    kind: str
    at: datetime
    sentence: str
    person_id: UUID | None
    via: str
    address: str
    subject_id: UUID | None
    details: dict[str, Any]


class EventPage(Schema):
    """Lines, and the cursor of older ones; a search for words may stop before its page is full."""

    items: list[Event]
    next: str


def shape(actor: Actor, organization: Organization) -> dict[str, Any]:
    names: tuple[str, ...] = ("id", "name", "tint", "kind", "created_at", "two_factor_from")
    if not holds(actor, MANAGE_DETAILS, organization):
        return {name: getattr(organization, name) for name in names}
    contacts = list(organization.contacts.all())
    parts = ("purpose", "name", "address", "phone")
    return {name: getattr(organization, name) for name in (*names, *KEPT)} | {
        "contacts": [{part: getattr(one, part) for part in parts} for one in contacts],
        "stamp": stamp_of(organization),
        "contacts_stamp": stamp_of_contacts(contacts),
    }


def event_shape(line: Line) -> dict[str, Any]:
    names = ("id", "kind", "at", "sentence", "via", "address", "subject_id", "details")
    return {name: getattr(line, name) for name in names} | {"person_id": line.person.id if line.person else None}


@router.get("/organization", response=OrganizationOut, auth=opens("organization:read"), operation_id="get_organization")
def get_organization(request: Any) -> Any:
    """The organization of the token."""
    actor = actor_of(request)
    return shape(actor, organization_for(actor))


@router.patch("/organization", response=OrganizationOut, auth=opens("organization"), operation_id="change_organization")
def patch_organization(request: Any, change: OrganizationChange) -> Any:
    """Change details of the organization; what is left out or null stays.

    No token represents the organization, not even one of its legal representative: another `kind` or `legal_name` is
    answered with 403 and nothing is changed. They change on the page of the organization alone.
    """
    actor = actor_of(request)
    return shape(actor, set_details(actor, organization_for(actor), **change.dict(exclude_none=True)))


@router.put("/organization/contacts", response=OrganizationOut, auth=opens("organization"), operation_id="set_contacts")
def put_contacts(request: Any, change: ContactsChange) -> Any:
    """Say whom to write to about bills, technical and legal questions, in place of those named before."""
    actor = actor_of(request)
    organization = organization_for(actor)
    set_contacts(actor, organization, **change.dict(exclude_none=True))
    return shape(actor, organization)


@router.get("/activity", response=EventPage, auth=opens("activity:read"), operation_id="list_activity")
def list_activity(request: Any, asked: Query[Asked]) -> Any:
    """What was done in the organization, newest first, by the filters of the activity log."""
    actor = actor_of(request)
    require(actor, SEE_ACTIVITY, Organization(id=actor.organization_id))
    person_id = member_ever_for(actor, asked.member).person_id if asked.member else None
    said = {"kind": asked.kind, "product": asked.product, "words": asked.words, "before": asked.cursor}
    search = Search.of(said | {"since": asked.since or "", "until": asked.until or ""}, person_id=person_id)
    # A page leaves out what means nothing; a program would take everything for what it asked.
    if asked.kind and not search.kind:
        raise Invalid("unknown_fact", _("There is no such kind of event."), field="kind")
    for name in ("since", "until"):
        if getattr(asked, name) and not getattr(search, name):
            raise Invalid("no_such_day", _("There is no such day."), field=name)
    if asked.cursor and not search.before:
        raise Invalid("bad_cursor", _("This is not the cursor of a page."), field="cursor")
    found = activity_for(actor, search, limit=asked.limit)
    return {"items": [event_shape(line) for line in found.lines], "next": found.older}
