# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Router, Schema, Status

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens, page
from mazot.foundation.errors import NotFound
from mazot.products.manager.api.members import MemberPage
from mazot.products.manager.api.members import shape as member_shape
from mazot.tenancy.actions.teams import TeamDetails, add_to_team, make_team, remove_team, set_team, take_from_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, Team
from mazot.tenancy.queries.people import member_for, members_for, team_for, teams_for

router = Router()

Tint = Annotated[int, Field(ge=1, le=8, description="One of the eight colours.")]
Ids = Annotated[list[UUID], Field(max_length=500)]


class TeamOut(Schema):
    """People who get the same products together."""

    id: UUID
    name: str
    tint: int
    leader_id: UUID | None


class TeamPage(Schema):
    items: list[TeamOut]
    next: str


class NewTeam(Schema):
    name: str
    tint: Tint = 2
    members: Ids = []


class TeamChange(Schema):
    name: str | None = None
    tint: Tint | None = None
    leader_id: UUID | None = None


class Newcomers(Schema):
    members: Annotated[list[UUID], Field(min_length=1, max_length=500)]


def shape(team: Team) -> dict[str, Any]:
    return {"id": team.id, "name": team.name, "tint": team.tint, "leader_id": team.leader_id}


@router.get("/teams", response=TeamPage, auth=opens("teams:read"), operation_id="list_teams")
def list_teams(request: Any, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """The work teams, by name."""
    return page(teams_for(actor_of(request)), ("name", "id"), cursor=cursor, limit=limit, shape=shape)


@router.post("/teams", response={201: TeamOut}, auth=opens("teams"), operation_id="make_team")
def post_team(request: Any, wanted: NewTeam) -> Any:
    """Make a team, with its first members or still empty."""
    actor = actor_of(request)
    members = _members(actor, wanted.members)
    organization = Organization(id=actor.organization_id)
    return Status(201, shape(make_team(actor, organization, name=wanted.name, tint=wanted.tint, members=members)))


@router.get("/teams/{uuid:team_id}", response=TeamOut, auth=opens("teams:read"), operation_id="get_team")
def get_team(request: Any, team_id: UUID) -> Any:
    """One team."""
    return shape(team_for(actor_of(request), team_id))


@router.patch("/teams/{uuid:team_id}", response=TeamOut, auth=opens("teams"), operation_id="change_team")
def patch_team(request: Any, team_id: UUID, change: TeamChange) -> Any:
    """Change name, colour and leader; what is left out stays, and null takes the leader away."""
    actor = actor_of(request)
    team = team_for(actor, team_id)
    said = change.dict(exclude_unset=True)
    wanted: TeamDetails = {}
    if said.get("name"):
        wanted["name"] = said["name"]
    if said.get("tint"):
        wanted["tint"] = said["tint"]
    if "leader_id" in said:
        wanted["leader"] = member_for(actor, said["leader_id"]) if said["leader_id"] else None
    return shape(set_team(actor, team, **wanted))


@router.delete("/teams/{uuid:team_id}", response={204: None}, auth=opens("teams"), operation_id="remove_team")
def delete_team(request: Any, team_id: UUID) -> Any:
    """Take a team apart, with what its members had through it."""
    actor = actor_of(request)
    remove_team(actor, team_for(actor, team_id))
    return Status(204, None)


@router.get(
    "/teams/{uuid:team_id}/members", response=MemberPage, auth=opens("teams:read"), operation_id="list_team_members"
)
def list_team_members(request: Any, team_id: UUID, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """Who is in a team."""
    actor = actor_of(request)
    found = members_for(actor).filter(teams__team=team_for(actor, team_id))
    order = ("person__family_name", "person__given_name", "id")
    return page(found, order, cursor=cursor, limit=limit, shape=member_shape)


@router.post("/teams/{uuid:team_id}/members", response=TeamOut, auth=opens("teams"), operation_id="add_to_team")
def post_team_members(request: Any, team_id: UUID, newcomers: Newcomers) -> Any:
    """Put members into a team; those who are in it stay so."""
    actor = actor_of(request)
    team = team_for(actor, team_id)
    return shape(add_to_team(actor, team, members=_members(actor, newcomers.members)))


@router.delete(
    "/teams/{uuid:team_id}/members/{uuid:member_id}",
    response=TeamOut,
    auth=opens("teams"),
    operation_id="take_from_team",
)
def delete_team_member(request: Any, team_id: UUID, member_id: UUID) -> Any:
    """Take a member out of a team; only what came solely through it is lost."""
    actor = actor_of(request)
    team = team_for(actor, team_id)
    return shape(take_from_team(actor, team, member=member_for(actor, member_id)))


def _members(actor: Actor, ids: list[UUID]) -> list[Membership]:
    found = list(members_for(actor).filter(id__in=ids))
    if len(found) != len(set(ids)):
        raise NotFound("not_found")
    return found
