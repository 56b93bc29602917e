# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entrust a collaborator with the organization's people, and end it."""

from django.utils.translation import gettext as _

from mazot.foundation.errors import Refused
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_membership, write_membership
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import UserManagerEnded, UserManagerNamed
from mazot.tenancy.manage import NAME_USER_MANAGERS
from mazot.tenancy.models import Membership
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.rights import action


@action(needs=NAME_USER_MANAGERS)
def name_user_manager(actor: Actor, membership: Membership) -> Membership:
    """Let a collaborator invite, change, block and remove collaborators and externals, with no other power."""
    membership = lock_membership(actor, membership)
    if membership.role != Role.COLLABORATOR:
        raise Refused(
            "collaborators_only",
            _("Only a collaborator becomes a user manager: administrators manage people by their role."),
            way_out=_("An external person is given the role of a collaborator first."),
        )
    if not membership.manages_people:
        write_membership(membership, manages_people=True)
        tell(actor, UserManagerNamed(membership.id))
    return membership


@action(needs=NAME_USER_MANAGERS)
def end_user_manager(actor: Actor, membership: Membership) -> Membership:
    """Take the people out of a user manager's hands; they stay a collaborator with the access they have."""
    membership = lock_membership(actor, membership)
    if membership.manages_people:
        write_membership(membership, manages_people=False)
        tell(actor, UserManagerEnded(membership.id))
    return membership
