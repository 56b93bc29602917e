# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person reads when they cannot leave or delete their organization now."""

from django.utils.translation import gettext as _

from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.endings import reasons_against_deleting
from mazot.tenancy.queries.leavings import is_last_representative


def against_leaving(actor: Actor) -> str:
    """Why the actor cannot leave by themselves; empty when they can."""
    mine = Membership(id=actor.membership_id, organization_id=actor.organization_id, role=actor.role or "")
    if not is_last_representative(mine):
        return ""
    return _("You are its last legal representative. Name a second one first, or delete the organization.")


def against_deleting(actor: Actor) -> list[str]:
    """Everything that stands in the way of deleting the organization, but products, which can be ended on the way."""
    if actor.role != Role.LEGAL_REPRESENTATIVE:
        return [_("Only a legal representative deletes the organization.")]
    reasons = reasons_against_deleting(Organization(id=actor.organization_id), with_products=False)
    return [f"{reason.sentence} {reason.way_out}" for reason in reasons]
