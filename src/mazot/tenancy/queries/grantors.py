# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom to ask when something is not allowed."""

from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Person
from mazot.tenancy.rules.roles import MANAGERS


def grantors_for(actor: Actor, *, at_most: int = 3) -> list[Person]:
    """Those of the actor's organization who can grant rights, legal representatives first, the actor left out."""
    able = (
        Membership.objects.filter(
            organization_id=actor.organization_id,
            role__in=MANAGERS,
            blocked_at__isnull=True,
            removed_at__isnull=True,
        )
        .exclude(person_id=actor.person_id)
        .select_related("person")
        .order_by("-role", "joined_at")  # "legal_representative" comes after "administrator" in the alphabet
    )
    return [membership.person for membership in able[:at_most]]
