# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell addresses outside what happens in an organization: add and end them, and keep account of each letter."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound
from mazot.foundation.facts import Heard, tell
from mazot.foundation.ids import new_id
from mazot.foundation.outward import Answer, checked_url
from mazot.foundation.sealing import seal
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import WebhookAdded, WebhookEnded, WebhookFailing, WebhookTested
from mazot.tenancy.limits import WEBHOOKS_OF_AN_ORGANIZATION, check_room
from mazot.tenancy.manage import MANAGE_CONNECTIONS
from mazot.tenancy.models import Organization, Webhook, WebhookDelivery
from mazot.tenancy.outward import EVERYTHING, KINDS, TEST, said_outside
from mazot.tenancy.rights import action
from mazot.tenancy.rules.signatures import new_webhook_secret

SEALED_FOR = "webhook"


@action(needs=MANAGE_CONNECTIONS)
def add_webhook(
    actor: Actor, organization: Organization, *, url: str, facts: Iterable[str] = (EVERYTHING,)
) -> tuple[Webhook, str]:
    """Have an address told what happens from now on; the secret that signs is in the answer and never shown again."""
    organization = lock_organization(actor, organization.id)
    live = Webhook.objects.filter(organization=organization, ended_at__isnull=True)
    check_room(live.count(), limit=WEBHOOKS_OF_AN_ORGANIZATION, field="url")
    url = checked_url(url, allow_private=settings.MAZOT.private_webhooks)
    if live.filter(url=url).exists():
        raise Conflict("taken", _("This address is told already."), field="url")
    secret = new_webhook_secret()
    made = Webhook(
        organization=organization,
        url=url,
        secret=seal(secret, key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR),
        facts=_checked_facts(facts),
        made_by_id=actor.person_id,
        created_at=clock.now(),
    )
    made.save(force_insert=True)
    tell(actor, WebhookAdded(made.id))
    return made, secret


@action(needs=MANAGE_CONNECTIONS)
def end_webhook(actor: Actor, webhook: Webhook) -> Webhook:
    """Tell an address nothing any more, not even what is still on its way."""
    found = _lock(actor, webhook)
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    tell(actor, WebhookEnded(found.id))
    return found


@action(needs=MANAGE_CONNECTIONS)
def test_webhook(actor: Actor, webhook: Webhook) -> WebhookDelivery:
    """Send a letter that means nothing, to see whether it arrives."""
    found = _lock(actor, webhook)
    delivery = _delivery(found, new_id(), TEST, actor.person_id, {"webhook_id": str(found.id)})
    delivery.save(force_insert=True)
    tell(actor, WebhookTested(found.id))
    return delivery


test_webhook.__test__ = False  # type: ignore[attr-defined]  # a deed, though its name begins like a test's


@action(needs=MANAGE_CONNECTIONS)
def send_again(actor: Actor, webhook: Webhook, *, delivery: WebhookDelivery) -> WebhookDelivery:
    """Begin anew with a letter, whether it arrived or was given up."""
    found = _lock(actor, webhook)
    again = WebhookDelivery.objects.select_for_update().filter(id=delivery.id, webhook=found).first()
    if again is None:
        raise NotFound("not_found")
    again.attempts, again.status, again.reason = 0, 0, ""
    again.delivered_at = again.given_up_at = None
    again.save(update_fields=["attempts", "status", "reason", "delivered_at", "given_up_at"])
    tell(actor, WebhookTested(found.id))
    return again


def queue_deliveries(heard: Heard) -> list[UUID]:
    """A letter for each address that wants this fact, made once however often the fact is heard; those still to go."""
    webhooks = Webhook.objects.filter(organization_id=heard.organization_id, ended_at__isnull=True)
    wanted = [webhook for webhook in webhooks if {EVERYTHING, heard.kind} & set(webhook.facts)]
    details = said_outside(heard.details)
    WebhookDelivery.objects.bulk_create(
        [_delivery(webhook, heard.id, heard.kind, heard.person_id, details) for webhook in wanted],
        ignore_conflicts=True,
    )
    return _waiting(fact_id=heard.id)


def untried_deliveries(webhook_id: UUID) -> list[UUID]:
    """Letters to one address that nobody has tried yet."""
    return _waiting(webhook_id=webhook_id)


def record_delivery(delivery_id: UUID, answer: Answer, *, tries: int) -> WebhookDelivery:
    """Write down how a try ended; the last of all tries marks the address as failing, a good one as well again."""
    delivery = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("webhook").get(id=delivery_id)
    webhook, moment = delivery.webhook, clock.now()
    delivery.attempts, delivery.tried_at = delivery.attempts + 1, moment
    delivery.status, delivery.reason = answer.status, answer.reason[:200]
    if answer.is_taken:
        delivery.delivered_at = moment
        Webhook.objects.filter(id=webhook.id).update(failing_since=None)
    elif delivery.attempts >= tries:
        delivery.given_up_at = moment
        # Only the one that sets the mark tells: a hundred letters given up at once are one notice.
        if Webhook.objects.filter(id=webhook.id, failing_since__isnull=True).update(failing_since=moment):
            tell(Actor.system(webhook.organization_id, because="webhook"), WebhookFailing(webhook.id))
    delivery.save(update_fields=["attempts", "tried_at", "status", "reason", "delivered_at", "given_up_at"])
    return delivery


def _waiting(**about: Any) -> list[UUID]:
    waiting = WebhookDelivery.objects.filter(delivered_at__isnull=True, given_up_at__isnull=True, attempts=0, **about)
    return list(waiting.order_by("created_at", "id").values_list("id", flat=True))


def _delivery(
    webhook: Webhook, fact_id: UUID, kind: str, person_id: UUID | None, details: dict[str, Any]
) -> WebhookDelivery:
    moment = clock.now()
    body = {
        "type": kind,
        "timestamp": moment.isoformat(timespec="seconds"),
        "organization_id": str(webhook.organization_id),
        "person_id": str(person_id) if person_id else None,
        "data": details,
    }
    return WebhookDelivery(webhook=webhook, fact_id=fact_id, body=body, created_at=moment)


def _lock(actor: Actor, webhook: Webhook) -> Webhook:
    lock_organization(actor, webhook.organization_id)
    found = Webhook.objects.filter(
        id=webhook.id, organization_id=webhook.organization_id, ended_at__isnull=True
    ).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _checked_facts(facts: Iterable[str]) -> list[str]:
    wanted = set(facts)
    if not wanted:
        raise Invalid("no_fact", _("Choose at least one kind of event."), field="facts")
    if unknown := sorted(wanted - {EVERYTHING, *KINDS}):
        raise Invalid("unknown_fact", _("There is no such kind of event."), field="facts", fact=unknown[0][:80])
    return [EVERYTHING] if EVERYTHING in wanted else sorted(wanted)
