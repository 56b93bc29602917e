# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Path, Router, Schema, Status

from mazot.exchange.api import actor_of, opens
from mazot.foundation.errors import NotFound
from mazot.products.manager.queries.why import reasons_of
from mazot.tenancy.actions.grants import Holder, grant_rights, take_rights
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Grant, Organization, ProductInstance
from mazot.tenancy.queries.people import member_for, team_for
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rights import require

router = Router()

Key = Annotated[str, Field(max_length=80)]


class GrantOut(Schema):
    """What a member or a team may do with one product, or with a whole category when `product_id` is null."""

    id: UUID
    member_id: UUID | None
    team_id: UUID | None
    category: str
    product_id: UUID | None
    rights: list[str]


class NewGrant(Schema):
    """Products by their ids, or a category with its future products. `*` is every right."""

    rights: Annotated[list[Key], Field(min_length=1, max_length=50)]
    products: Annotated[list[UUID], Field(max_length=200)] = []
    category: Key = ""


class Way(Schema):
    through: str
    holder: str
    team_id: UUID | None
    grant_id: UUID | None


class Why(Schema):
    """One right on one product, with each way that leads to it."""

    product_id: UUID
    category: str
    right: str
    ways: list[Way]


def shape(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "member_id": grant.membership_id,
        "team_id": grant.team_id,
        "category": grant.product,
        "product_id": grant.instance_id,
        "rights": grant.rights,
    }


def _offer(kind: str, find: Callable[[Actor, UUID], Holder], *, reads: str, gives: str) -> None:
    """The grants of one kind of holder: to read, and to give."""
    address, holder = f"/{kind}s/{{uuid:{kind}_id}}/grants", Path(..., alias=f"{kind}_id")

    @router.get(
        address,
        response=list[GrantOut],
        auth=opens("access:read"),
        operation_id=f"list_{kind}_grants",
        summary=f"List {kind.title()} Grants",
        description=reads,
    )
    def list_grants(request: Any, holder_id: UUID = holder) -> Any:
        actor = actor_of(request)
        return _grants(actor, find(actor, holder_id))

    @router.post(
        address,
        response={201: list[GrantOut]},
        auth=opens("access"),
        operation_id=f"grant_to_{kind}",
        summary=f"Post {kind.title()} Grant",
        description=gives,
    )
    def post_grant(request: Any, wanted: NewGrant, holder_id: UUID = holder) -> Any:
        actor = actor_of(request)
        return Status(201, _grant(actor, find(actor, holder_id), wanted))


_offer(
    "member",
    member_for,
    reads="What a member was granted themselves, without what comes through teams.",
    gives="Let a member use products; what they had on the same ones is replaced. It acts at once.",
)
_offer("team", team_for, reads="What a team was granted.", gives="Let everybody of a team use products.")


@router.delete("/grants/{uuid:grant_id}", response={204: None}, auth=opens("access"), operation_id="take_grant")
def delete_grant(request: Any, grant_id: UUID) -> Any:
    """Take a grant back; the holder's other grants and teams stay."""
    actor = actor_of(request)
    found = _all_grants(actor).filter(id=grant_id).first()
    if found is None:
        raise NotFound("not_found")
    take_rights(actor, found)
    return Status(204, None)


@router.get("/members/{uuid:member_id}/why", response=list[Why], auth=opens("access:read"), operation_id="explain")
def get_why(request: Any, member_id: UUID) -> Any:
    """Everything a member may do with the products, and through what: role, grant, category or team."""
    actor = actor_of(request)
    member = member_for(actor, member_id)
    if member.id != actor.membership_id:
        _require_manager(actor)
    return [
        {
            "product_id": reason.instance.id,
            "category": reason.instance.product,
            "right": reason.right.key,
            "ways": [
                {"through": way.through, "holder": way.holder, "team_id": way.team_id, "grant_id": way.grant_id}
                for way in reason.paths
            ],
        }
        for reason in reasons_of(actor, member)
    ]


def _require_manager(actor: Actor) -> None:
    """These lists are for those who manage people; the token's own scope was asked for before."""
    organization = Organization(id=actor.organization_id)
    if not holds(actor, MANAGE_PEOPLE, organization):
        require(actor, MANAGE_PEOPLE, organization)


def _grants(actor: Actor, holder: Holder) -> list[dict[str, Any]]:
    _require_manager(actor)
    held = {"membership_id": holder.id} if hasattr(holder, "person_id") else {"team_id": holder.id}
    return [shape(grant) for grant in _all_grants(actor).filter(**held).order_by("product", "id")]


def _all_grants(actor: Actor) -> Any:
    grants = Grant.objects.filter(organization_id=actor.organization_id)
    return grants if holds(actor, MANAGE_PEOPLE, Organization(id=actor.organization_id)) else grants.none()


def _grant(actor: Actor, holder: Holder, wanted: NewGrant) -> list[dict[str, Any]]:
    ids = set(wanted.products)
    instances = list(ProductInstance.objects.filter(id__in=ids, organization_id=actor.organization_id))
    if len(instances) != len(ids):
        raise NotFound("not_found")
    made = grant_rights(actor, holder, rights=wanted.rights, instances=instances, category=wanted.category)
    return [shape(grant) for grant in made]
