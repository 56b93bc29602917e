# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask people to protect their account."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import SecurityAlertAsked
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership, Organization
from mazot.tenancy.queries.factors import without_second_factor
from mazot.tenancy.rights import action


@action(needs=MANAGE_PEOPLE)
def send_security_alert(actor: Actor, organization: Organization, *, members: Iterable[Membership]) -> int:
    """Have a letter sent to those of the members who have no two-factor; the answer says how many there are."""
    organization = lock_organization(actor, organization.id)
    wanted = [member.id for member in members]
    found = without_second_factor(
        Membership.objects.filter(organization=organization, removed_at__isnull=True, blocked_at__isnull=True)
    )
    ids = [member_id for member_id in found.values_list("id", flat=True) if member_id in set(wanted)]
    if not ids:
        raise Invalid("nobody", _("Everybody chosen has two-factor already."), field="members")
    for member_id in ids:
        tell(actor, SecurityAlertAsked(member_id))
    return len(ids)
