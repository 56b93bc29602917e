# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a deed on a member is impossible, said before it is tried; the deed itself refuses for the same reason."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mazot.tenancy.actions.members import refuse_touch
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from mazot.tenancy.models.organizations import Role


@dataclass(frozen=True, slots=True)
class Refusals:
    """One sentence for each deed that cannot be done, empty where it can."""

    role: str = ""
    block: str = ""
    remove: str = ""
    alert: str = ""


def refusals_of(actor: Actor, member: Membership, *, representatives: int, is_protected: bool) -> Refusals:
    """What the menu of this member shows as impossible, and why."""
    alert = _("They have two-factor already.") if is_protected else ""
    if member.blocked_at is not None and not alert:
        alert = _("They are blocked.")
    if refused := refuse_touch(actor, member):
        why = str(refused.sentence)
        return Refusals(why, why, why, alert)
    represents = member.role == Role.LEGAL_REPRESENTATIVE and member.blocked_at is None
    if represents and representatives <= 1:
        why = _("An organization always has a legal representative. Name a second one first.")
        return Refusals(why, why, why, alert)
    if member.id == actor.membership_id:
        return Refusals(
            block=_("Nobody blocks themselves."),
            remove=_("You leave by yourself, from the page of the organization."),
            alert=alert,
        )
    return Refusals(alert=alert)
