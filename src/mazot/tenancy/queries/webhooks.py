# SPDX-License-Identifier: AGPL-3.0-or-later
"""Webhooks and their letters, for those who manage the organization, and one letter for whoever sends it."""

from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_CONNECTIONS
from mazot.tenancy.models import Organization, Webhook, WebhookDelivery
from mazot.tenancy.queries.rights import holds


def webhooks_for(actor: Actor) -> QuerySet[Webhook]:
    """The addresses that are told what happens in the actor's organization, newest first."""
    webhooks = Webhook.objects.filter(organization_id=actor.organization_id, ended_at__isnull=True)
    if not holds(actor, MANAGE_CONNECTIONS, Organization(id=actor.organization_id)):
        return webhooks.none()
    return webhooks.order_by("-created_at", "id")


def webhook_for(actor: Actor, webhook_id: UUID) -> Webhook:
    """One webhook; absent for those who do not manage the organization."""
    found = webhooks_for(actor).filter(id=webhook_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def deliveries_for(actor: Actor, webhook: Webhook) -> QuerySet[WebhookDelivery]:
    """The letters to one address, newest first."""
    if webhook.organization_id != actor.organization_id:
        return WebhookDelivery.objects.none()
    return WebhookDelivery.objects.filter(webhook=webhook).order_by("-created_at", "-id")


def delivery_for(actor: Actor, webhook: Webhook, delivery_id: UUID) -> WebhookDelivery:
    """One letter to one address."""
    found = deliveries_for(actor, webhook).filter(id=delivery_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def letter_to_send(delivery_id: UUID) -> WebhookDelivery | None:
    """A letter that is still wanted; none when its address is told nothing any more or has it already."""
    return (
        WebhookDelivery.objects.filter(
            id=delivery_id, delivered_at__isnull=True, given_up_at__isnull=True, webhook__ended_at__isnull=True
        )
        .select_related("webhook")
        .first()
    )


def webhook_by_id(webhook_id: UUID) -> Webhook | None:
    """One webhook, for the notice about it."""
    return Webhook.objects.select_related("organization").filter(id=webhook_id).first()


def last_try_of(webhook: Webhook) -> WebhookDelivery | None:
    """The letter that was tried last, for the notice about it."""
    return WebhookDelivery.objects.filter(webhook=webhook, tried_at__isnull=False).order_by("-tried_at").first()
