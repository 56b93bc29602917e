# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from ninja import Router, Schema

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens, page, words_of
from mazot.foundation.errors import NotFound
from mazot.tenancy.actions.leaving import start_leaving, undo_leaving
from mazot.tenancy.actions.members import block_member, change_role, unblock_member
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.leavings import leavings_for
from mazot.tenancy.queries.people import found_by, member_for, members_for, removed_members_for

router = Router()

RoleName = Literal["legal_representative", "administrator", "collaborator", "external"]
Sorting = Literal["name", "login", "role", "joined", "-joined"]
ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("person__family_name", "person__given_name", "id"),
    "login": ("person__login", "id"),
    "role": ("role", "id"),
    "joined": ("joined_at", "id"),
    "-joined": ("-joined_at", "-id"),
}


class Member(Schema):
    """One person in the organization; `id` is their membership."""

    id: UUID
    person_id: UUID
    login: str
    given_name: str
    family_name: str
    role: RoleName
    status: Literal["active", "blocked", "removed"]
    joined_at: datetime


class MemberPage(Schema):
    items: list[Member]
    next: str


class RoleChange(Schema):
    role: RoleName


def shape(member: Membership) -> dict[str, Any]:
    person = member.person
    status = "removed" if member.removed_at else "blocked" if member.blocked_at else "active"
    return {
        "id": member.id,
        "person_id": person.id,
        "login": person.login,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "role": member.role,
        "status": status,
        "joined_at": member.joined_at,
    }


def _with_status(actor: Actor, status: str) -> QuerySet[Membership]:
    if status == "removed":
        return removed_members_for(actor)
    members = members_for(actor)
    return members.filter(blocked_at__isnull=status == "active") if status else members


@router.get("/members", response=MemberPage, auth=opens("people:read"), operation_id="list_members")
def list_members(  # noqa: PLR0917 - each is a part of the address
    request: Any,
    search: str = "",
    role: RoleName | None = None,
    status: Literal["active", "blocked", "removed"] | None = None,
    sort: Sorting = "name",
    cursor: Cursor = "",
    limit: Limit = PAGE,
) -> Any:
    """The people of the organization, narrowed by words, role and status."""
    members = _with_status(actor_of(request), status or "")
    members = found_by(members, " ".join(words_of(search)))
    if role:
        members = members.filter(role=role)
    return page(members, ORDERS[sort], cursor=cursor, limit=limit, shape=shape)


@router.get("/members/{uuid:member_id}", response=Member, auth=opens("people:read"), operation_id="get_member")
def get_member(request: Any, member_id: UUID) -> Any:
    """One person."""
    return shape(member_for(actor_of(request), member_id))


@router.put("/members/{uuid:member_id}/role", response=Member, auth=opens("people"), operation_id="change_role")
def put_role(request: Any, member_id: UUID, change: RoleChange) -> Any:
    """Give a member another role. Only a legal representative names, changes or removes another one."""
    actor = actor_of(request)
    return shape(change_role(actor, member_for(actor, member_id), role=change.role))


@router.post("/members/{uuid:member_id}/block", response=Member, auth=opens("people"), operation_id="block_member")
def post_block(request: Any, member_id: UUID) -> Any:
    """Keep a member out, from their next request on; their data and grants stay."""
    actor = actor_of(request)
    return shape(block_member(actor, member_for(actor, member_id)))


@router.post("/members/{uuid:member_id}/unblock", response=Member, auth=opens("people"), operation_id="unblock_member")
def post_unblock(request: Any, member_id: UUID) -> Any:
    """Let a blocked member in again."""
    actor = actor_of(request)
    return shape(unblock_member(actor, member_for(actor, member_id)))


@router.delete("/members/{uuid:member_id}", response=Member, auth=opens("people"), operation_id="remove_member")
def delete_member(request: Any, member_id: UUID) -> Any:
    """Take a member out of the organization; for thirty days they can be restored as they were."""
    actor = actor_of(request)
    return shape(start_leaving(actor, member_for(actor, member_id)).membership)


@router.post("/members/{uuid:member_id}/restore", response=Member, auth=opens("people"), operation_id="restore_member")
def post_restore(request: Any, member_id: UUID) -> Any:
    """Bring a removed member back, with role, teams and grants."""
    actor = actor_of(request)
    leaving = leavings_for(actor).filter(membership_id=member_id, membership__removed_at__isnull=False).first()
    if leaving is None:
        raise NotFound("not_found")
    return shape(undo_leaving(actor, leaving).membership)
