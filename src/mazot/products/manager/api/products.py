# SPDX-License-Identifier: AGPL-3.0-or-later
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from ninja import Router, Schema

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens, page
from mazot.exchange.registry import product, products
from mazot.foundation.errors import NotFound
from mazot.products.manager.api.members import MemberPage
from mazot.products.manager.api.members import shape as member_shape
from mazot.tenancy.actor import ALL_SCOPES, Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.queries.people import members_for
from mazot.tenancy.queries.rights import instances_for, members_who_reach

router = Router()


class ProductOut(Schema):
    """One product of the organization; `category` is its kind."""

    id: UUID
    category: str
    name: str
    created_at: datetime


class ProductPage(Schema):
    items: list[ProductOut]
    next: str


def shape(instance: ProductInstance) -> dict[str, Any]:
    return {
        "id": instance.id,
        "category": instance.product,
        "name": instance.name,
        "created_at": instance.created_at,
    }


@router.get("/products", response=ProductPage, auth=opens("products:read"), operation_id="list_products")
def list_products(request: Any, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """The products that the maker of the token reaches."""
    return page(_reached(actor_of(request)), ("created_at", "id"), cursor=cursor, limit=limit, shape=shape)


@router.get(
    "/products/{uuid:product_id}/members",
    response=MemberPage,
    auth=opens("products:read"),
    operation_id="list_product_members",
)
def list_product_members(request: Any, product_id: UUID, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """Who reaches a product, by role, grant, category or team; those of them whom the maker sees."""
    actor = actor_of(request)
    instance = _reached(actor).filter(id=product_id).first()
    declared = product(instance.product) if instance else None
    if instance is None or declared is None or declared.use is None:
        raise NotFound("not_found")
    reaching = members_who_reach(instance, declared.use).values("id")
    order = ("person__family_name", "person__given_name", "id")
    return page(members_for(actor).filter(id__in=reaching), order, cursor=cursor, limit=limit, shape=member_shape)


def _reached(actor: Actor) -> QuerySet[ProductInstance]:
    """A token that opens no product still may say which there are: only names leave here, no content."""
    whole = replace(actor, scopes=ALL_SCOPES)
    ids = [
        instance_id
        for declared in products()
        if declared.use is not None and not declared.use.organization_wide
        for instance_id in instances_for(whole, declared.use).values_list("id", flat=True)
    ]
    return ProductInstance.objects.filter(id__in=ids)
