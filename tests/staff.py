# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organization whose every page of the Manager has a subject: people, a team, an invitation, a webhook, a removal."""

from typing import Any

from mazot.tenancy.actions.invitations import invite_person
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actions.webhooks import add_webhook
from mazot.tenancy.models import Organization, ProductInstance
from tests.cast import member, person_named


def a_staff(actor: Any) -> dict[str, str]:
    organization = Organization.objects.get(id=actor.organization_id)
    key = str(organization.id)[-12:]
    member_, gone = (member(organization, person_named(f"{name}{key}"), "collaborator") for name in ("robin", "sacha"))
    team = make_team(actor, organization, name="Winds", members=[member_])
    invite_person(actor, organization, address=f"guest{key}@journey.example", role="external")
    webhook, _secret = add_webhook(actor, organization, url="https://bells.example/ring")
    start_leaving(actor, gone)
    product = ProductInstance.objects.filter(organization=organization).order_by("created_at")[0]
    made: dict[str, Any] = {"member": member_, "team": team, "webhook": webhook, "product": product}
    return {name: str(row.id) for name, row in made.items()}
