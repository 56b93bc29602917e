# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the activity log has of tokens, webhooks and other doors to the outside: one line for each deed."""

from django.db import transaction

from mazot.foundation.models import FactRow
from mazot.foundation.outward import Answer
from mazot.tenancy import facts
from mazot.tenancy.actions.invitations import decline_invitation, invite_person
from mazot.tenancy.actions.products import rename_product
from mazot.tenancy.actions.tokens import make_token, revoke_token
from mazot.tenancy.actions.webhooks import add_webhook, end_webhook, record_delivery
from mazot.tenancy.actions.webhooks import test_webhook as try_webhook
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Webhook
from tests.cast import Cast


def kinds(*told: type) -> list[str]:
    return [fact.kind() for fact in told]


def latest(many: int) -> list[str]:
    return list(FactRow.objects.order_by("-at", "-id").values_list("kind", flat=True)[:many])[::-1]


def test_a_token_is_told_when_it_is_made_and_when_it_ends(cast: Cast) -> None:
    token, shown = make_token(cast.malik, cast.people.malik, name="Backup", scopes=["people:read"])
    revoke_token(cast.malik, token)

    assert latest(2) == kinds(facts.TokenMade, facts.TokenRevoked)
    assert shown not in str(list(FactRow.objects.values_list("details", flat=True)))


def test_a_webhook_is_told_from_its_first_letter_to_its_end(cast: Cast) -> None:
    webhook, secret = add_webhook(cast.olive, cast.mimosa, url="https://bells.example/ring")
    delivery = try_webhook(cast.olive, webhook)
    with transaction.atomic():
        record_delivery(delivery.id, Answer(status=500, reason="500"), tries=1)
    end_webhook(cast.olive, webhook)

    wanted = (facts.WebhookAdded, facts.WebhookTested, facts.WebhookFailing, facts.WebhookEnded)
    assert latest(4) == kinds(*wanted)
    assert Webhook.objects.get().failing_since is not None
    assert secret not in str(list(FactRow.objects.values_list("details", flat=True)))


def test_a_refused_invitation_and_a_new_name_of_a_product_are_told(cast: Cast) -> None:
    invitation, token = invite_person(cast.olive, cast.mimosa, address="vera@people.example", role="collaborator")
    decline_invitation(Actor(None, None, None), invitation, token=token)
    assert latest(1) == kinds(facts.InvitationDeclined)

    assert cast.drive is not None
    rename_product(cast.adam, cast.drive, name="Scores")
    assert latest(1) == kinds(facts.ProductRenamed)
