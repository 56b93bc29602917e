# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the outbox to addresses outside: each fact becomes a signed letter, tried for a day until it is taken."""

import json
from uuid import UUID

from django.conf import settings
from django.db import transaction

from mazot.foundation import clock, facts
from mazot.foundation.facts import Heard
from mazot.foundation.jobs import job
from mazot.foundation.outward import post
from mazot.foundation.sealing import unseal
from mazot.tenancy.actions.webhooks import SEALED_FOR, queue_deliveries, record_delivery, untried_deliveries
from mazot.tenancy.facts import WebhookTested
from mazot.tenancy.outward import TOLD
from mazot.tenancy.queries.webhooks import letter_to_send
from mazot.tenancy.rules.signatures import signed

AGAIN_AFTER = (10, 60, 300, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)  # seconds: about a day in all


def pass_on(heard: Heard) -> None:
    """Make the letters about a fact, and have them sent."""
    with transaction.atomic():
        for delivery_id in queue_deliveries(heard):
            deliver.later(str(delivery_id))


def send_untried(heard: Heard) -> None:
    """Send what somebody asked for by hand."""
    for delivery_id in untried_deliveries(UUID(heard.details["webhook_id"])):
        deliver.later(str(delivery_id))


@job(retries=AGAIN_AFTER)
def deliver(delivery_id: str) -> None:
    """Try once to bring a letter; that nobody takes it is no failure of ours, so the next try is simply enqueued."""
    letter = letter_to_send(UUID(str(delivery_id)))
    if letter is None:
        return
    body = json.dumps(letter.body, ensure_ascii=False, separators=(",", ":")).encode()
    secret = unseal(letter.webhook.secret, key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Mazot",
        **signed(secret, f"msg_{letter.fact_id}", int(clock.now().timestamp()), body),
    }
    answer = post(letter.webhook.url, body, headers, allow_private=settings.MAZOT.private_webhooks)
    with transaction.atomic():
        tried = record_delivery(letter.id, answer, tries=len(AGAIN_AFTER) + 1)
        if tried.delivered_at is None and tried.given_up_at is None:
            deliver.enqueue(([str(letter.id)], {}), attempt=tried.attempts)


def listen() -> None:
    """Hear every fact that may be told outside."""
    for fact in TOLD:
        facts.listen(fact, pass_on)
    facts.listen(WebhookTested, send_untried)


listen()
