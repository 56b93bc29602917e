# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Router, Schema, Status

from mazot.exchange.api import PAGE, Cursor, Limit, actor_of, opens, page
from mazot.tenancy.actions.webhooks import add_webhook, end_webhook, send_again, test_webhook
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_CONNECTIONS
from mazot.tenancy.models import Organization, Webhook, WebhookDelivery
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.queries.webhooks import deliveries_for, delivery_for, webhook_for, webhooks_for
from mazot.tenancy.rights import require

router = Router()


class WebhookOut(Schema):
    """An address that is told what happens, signed as Standard Webhooks do."""

    id: UUID
    url: str
    facts: list[str]
    created_at: datetime
    failing_since: datetime | None


class WebhookMade(WebhookOut):
    secret: str  # shown this once


class NewWebhook(Schema):
    url: Annotated[str, Field(max_length=500)]
    facts: Annotated[list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=50)] = ["*"]


class DeliveryOut(Schema):
    """One letter on its way to one address."""

    id: UUID
    type: str
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    status: int
    reason: str
    created_at: datetime
    delivered_at: datetime | None


class WebhookPage(Schema):
    items: list[WebhookOut]
    next: str


class DeliveryPage(Schema):
    items: list[DeliveryOut]
    next: str


def shape(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in ("id", "url", "facts", "created_at", "failing_since")}


def delivery_shape(letter: WebhookDelivery) -> dict[str, Any]:
    state = "delivered" if letter.delivered_at else "given_up" if letter.given_up_at else "waiting"
    names = ("id", "attempts", "status", "reason", "created_at", "delivered_at")
    return {name: getattr(letter, name) for name in names} | {"type": letter.body["type"], "state": state}


@router.get("/webhooks", response=WebhookPage, auth=opens("webhooks:read"), operation_id="list_webhooks")
def list_webhooks(request: Any, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """The addresses that are told what happens."""
    actor = _manager(request)
    return page(webhooks_for(actor), ("-created_at", "-id"), cursor=cursor, limit=limit, shape=shape)


@router.post("/webhooks", response={201: WebhookMade}, auth=opens("webhooks"), operation_id="add_webhook")
def post_webhook(request: Any, wanted: NewWebhook) -> Any:
    """Have an address told what happens; `facts` are kinds of events, or `*`. The secret is in this answer alone."""
    actor = actor_of(request)
    organization = Organization(id=actor.organization_id)
    made, secret = add_webhook(actor, organization, url=wanted.url, facts=wanted.facts)
    return Status(201, shape(made) | {"secret": secret})


@router.delete("/webhooks/{uuid:webhook_id}", response={204: None}, auth=opens("webhooks"), operation_id="end_webhook")
def delete_webhook(request: Any, webhook_id: UUID) -> Any:
    """Tell an address nothing any more."""
    actor = actor_of(request)
    end_webhook(actor, webhook_for(actor, webhook_id))
    return Status(204, None)


@router.post(
    "/webhooks/{uuid:webhook_id}/test",
    response={202: DeliveryOut},
    auth=opens("webhooks"),
    operation_id="test_webhook",
)
def post_test(request: Any, webhook_id: UUID) -> Any:
    """Send a letter that means nothing, to see whether it arrives."""
    actor = actor_of(request)
    return Status(202, delivery_shape(test_webhook(actor, webhook_for(actor, webhook_id))))


@router.get(
    "/webhooks/{uuid:webhook_id}/deliveries",
    response=DeliveryPage,
    auth=opens("webhooks:read"),
    operation_id="list_deliveries",
)
def list_deliveries(request: Any, webhook_id: UUID, cursor: Cursor = "", limit: Limit = PAGE) -> Any:
    """The letters to one address, newest first."""
    actor = actor_of(request)
    found = deliveries_for(actor, webhook_for(actor, webhook_id))
    return page(found, ("-created_at", "-id"), cursor=cursor, limit=limit, shape=delivery_shape)


@router.post(
    "/webhooks/{uuid:webhook_id}/deliveries/{uuid:delivery_id}/send-again",
    response={202: DeliveryOut},
    auth=opens("webhooks"),
    operation_id="send_again",
)
def post_again(request: Any, webhook_id: UUID, delivery_id: UUID) -> Any:
    """Begin anew with a letter that was given up, or that the other side lost."""
    actor = actor_of(request)
    webhook = webhook_for(actor, webhook_id)
    return Status(202, delivery_shape(send_again(actor, webhook, delivery=delivery_for(actor, webhook, delivery_id))))


def _manager(request: Any) -> Actor:
    """Somebody who may not know of webhooks is told so, rather than that there are none."""
    actor: Actor = actor_of(request)
    organization = Organization(id=actor.organization_id)
    if not holds(actor, MANAGE_CONNECTIONS, organization):
        require(actor, MANAGE_CONNECTIONS, organization)
    return actor
