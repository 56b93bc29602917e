# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask people to protect their account."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, Refused
from mazot.foundation.facts import tell
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import SecurityAlertAsked
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership, Organization
from mazot.tenancy.queries.factors import without_second_factor
from mazot.tenancy.rights import action

ONCE_IN = timedelta(days=1)


@action(needs=MANAGE_PEOPLE)
def send_security_alert(actor: Actor, organization: Organization, *, members: Iterable[Membership]) -> int:
    """Have a letter sent to those of the members who have no two-factor, once a day each; answer how many there are."""
    organization = lock_organization(actor, organization.id)
    wanted = {member.id for member in members}
    present = Membership.objects.filter(organization=organization, removed_at__isnull=True, blocked_at__isnull=True)
    lacking = [one for one in without_second_factor(present).values_list("id", flat=True) if one in wanted]
    if not lacking:
        raise Invalid("nobody", _("Everybody chosen has two-factor already."), field="members")
    lately = FactRow.objects.filter(
        organization_id=organization.id, kind=SecurityAlertAsked.kind(), at__gt=clock.now() - ONCE_IN
    )
    had = set(lately.values_list("subject_id", flat=True))
    due = [member_id for member_id in lacking if member_id not in had]
    if not due:
        raise Refused(
            "alerted_today",
            _("Everybody chosen had this letter within the last day."),
            way_out=_("Send it again tomorrow, or speak with them."),
        )
    for member_id in due:
        tell(actor, SecurityAlertAsked(member_id))
    return len(due)
