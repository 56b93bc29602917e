# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Router, Schema, Status

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens, page
from mazot.foundation.errors import Invalid, NotFound
from mazot.products.manager.api.access import Key
from mazot.products.manager.api.members import RoleName
from mazot.tenancy.actions.invitations import invite_people, renew_invitation, revoke_invitation
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Invitation, Organization
from mazot.tenancy.queries.invitations import invitations_for
from mazot.tenancy.queries.invitees import Told
from mazot.tenancy.queries.people import teams_for
from mazot.tenancy.rules.invitees import Invitee

router = Router()


class Promise(Schema):
    """What whoever joins may do with one product, or with a whole category when `product_id` is null."""

    category: Key
    product_id: UUID | None = None
    rights: Annotated[list[Key], Field(min_length=1, max_length=50)]


class Notices(Schema):
    """What they are told by letter; externals hear nothing about bills."""

    billing: bool = False
    products: bool = True


class InvitationOut(Schema):
    """A letter that lets one address join; its link is in the letter alone."""

    id: UUID
    address: str
    role: RoleName
    access: list[Promise]
    team_ids: list[UUID]
    notices: Notices
    language: str
    created_at: datetime
    expires_at: datetime


class InvitationPage(Schema):
    items: list[InvitationOut]
    next: str


class NewInvitation(Schema):
    """Whom to invite; `external` is the role of those who are not of the house. Managers reach everything as it is."""

    address: str
    role: RoleName
    access: Annotated[list[Promise], Field(max_length=200)] = []
    team_ids: Annotated[list[UUID], Field(max_length=200)] = []
    notices: Notices = Notices()
    language: Annotated[str, Field(max_length=5, description="Of the letter; yours when empty.")] = ""


def shape(invitation: Invitation) -> dict[str, Any]:
    names = ("id", "address", "role", "notices", "language", "created_at", "expires_at")
    return {name: getattr(invitation, name) for name in names} | {
        "access": [
            {"category": one["product"], "product_id": one["instance"], "rights": one["rights"]}
            for one in invitation.access
        ],
        "team_ids": [team.id for team in invitation.teams.all()],
    }


@router.get("/invitations", response=InvitationPage, auth=opens("people:read"), operation_id="list_invitations")
def list_invitations(request: Any, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """The invitations that are still open, newest first."""
    found = invitations_for(actor_of(request)).prefetch_related("teams")
    return page(found, ("-created_at", "-id"), cursor=cursor, limit=limit, shape=shape)


@router.post("/invitations", response={201: InvitationOut}, auth=opens("people"), operation_id="invite")
def post_invitation(request: Any, wanted: NewInvitation) -> Any:
    """Invite an address by letter; the answer does not tell whether somebody has an account with it."""
    return Status(201, shape(_invite(actor_of(request), wanted)))


@router.post(
    "/invitations/{uuid:invitation_id}/resend",
    response=InvitationOut,
    auth=opens("people"),
    operation_id="resend_invitation",
)
def post_resend(request: Any, invitation_id: UUID) -> Any:
    """Send a new letter; the link of the earlier one ends."""
    actor = actor_of(request)
    return shape(renew_invitation(actor, _one(actor, invitation_id)))


@router.delete(
    "/invitations/{uuid:invitation_id}",
    response=InvitationOut,
    auth=opens("people"),
    operation_id="revoke_invitation",
)
def delete_invitation(request: Any, invitation_id: UUID) -> Any:
    """Take an invitation back; its letter opens nothing any more."""
    actor = actor_of(request)
    return shape(revoke_invitation(actor, _one(actor, invitation_id)))


def _one(actor: Actor, invitation_id: UUID) -> Invitation:
    found = invitations_for(actor).filter(id=invitation_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _invite(actor: Actor, wanted: NewInvitation) -> Invitation:
    """The same deed as for a whole list: the letter follows by the worker."""
    teams = list(teams_for(actor).filter(id__in=wanted.team_ids))
    if len(teams) != len(set(wanted.team_ids)):
        raise NotFound("not_found")
    try:
        return invite_people(
            actor,
            Organization(id=actor.organization_id),
            people=[Invitee(1, wanted.address)],
            role=wanted.role,
            access=[
                {"product": one.category, "instance": one.product_id and str(one.product_id), "rights": one.rights}
                for one in wanted.access
            ],
            teams=teams,
            notices=wanted.notices.dict(),
            language=wanted.language,
        )[0]
    except Invalid as refused:
        lines: list[Told] = refused.facts.get("lines") or []  # type: ignore[assignment]
        if not lines:
            raise
        raise Invalid(refused.reason, lines[0].sentence, field="address") from None
