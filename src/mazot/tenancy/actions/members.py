# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change and block the members of an organization, never leaving it without a representative."""

from typing import Any

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import MemberBlocked, MemberUnblocked, RoleChanged
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership, Organization
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import is_user_manager
from mazot.tenancy.queries.leavings import acting_representatives
from mazot.tenancy.rights import action
from mazot.tenancy.rules.roles import may_touch


@action(needs=MANAGE_PEOPLE)
def change_role(actor: Actor, membership: Membership, *, role: str) -> Membership:
    """Give a member another role; a demoted administrator keeps only what their teams and grants give."""
    membership = lock_membership(actor, membership)
    if role not in Role.values:
        raise Invalid("unknown_role", _("There is no such role."), field="role")
    require_touch(actor, membership, role)
    old_role = membership.role
    if role != old_role:
        write_membership(membership, role=role, manages_people=False)
        tell(actor, RoleChanged(membership.id, old_role=old_role, new_role=role))
    return membership


@action(needs=MANAGE_PEOPLE)
def block_member(actor: Actor, membership: Membership) -> Membership:
    """Keep a member out from their next request on; their data and grants stay."""
    membership = lock_membership(actor, membership)
    require_touch(actor, membership)
    if membership.blocked_at is None:
        write_membership(membership, blocked_at=clock.now())
        if membership.id == actor.membership_id:  # after the rule above, whose reason says more
            raise Refused("own_place", _("Nobody blocks themselves."))
        tell(actor, MemberBlocked(membership.id))
    return membership


@action(needs=MANAGE_PEOPLE)
def unblock_member(actor: Actor, membership: Membership) -> Membership:
    """Let a blocked member in again, with the same role and grants."""
    membership = lock_membership(actor, membership)
    require_touch(actor, membership)
    if membership.blocked_at is not None:
        write_membership(membership, blocked_at=None)
        tell(actor, MemberUnblocked(membership.id))
    return membership


def require_touch(actor: Actor, *whom: Membership | str) -> None:
    """Raise unless the actor may make or change these members, or somebody in these roles."""
    refused = refuse_touch(actor, *whom)
    if refused is not None:
        raise refused


def refuse_touch(actor: Actor, *whom: Membership | str) -> NotAllowed | None:
    """Why the actor may not touch these members or roles; none when they may. Pages show it beside a closed button."""
    if actor.is_system:
        return None
    roles = [one.role if isinstance(one, Membership) else one for one in whom]
    if not may_touch(actor.role, *roles, manages_people=actor.manages_people):
        if actor.manages_people:
            return NotAllowed(
                "managers_only", _("A user manager looks after collaborators and external people, and nobody else.")
            )
        return NotAllowed(
            "representatives_only", _("Only a legal representative names, changes or removes another one.")
        )
    if actor.manages_people and any(isinstance(one, Membership) and is_user_manager(one) for one in whom):
        # Two user managers would else remove each other, and one would give rights to themselves.
        return NotAllowed("managers_only", _("Only an administrator changes what a user manager is and has."))
    return None


def lock_organization(actor: Actor, organization_id: Any) -> Organization:
    """Hold the organization's people still until the end of the deed, and make sure the actor is still one of them.

    Two deeds that were allowed when they began may undo each other's reason: the second one finds that out here.
    The lock does not hinder rows that merely point at the organization (`no_key`), such as files being uploaded.
    """
    organization = (
        Organization.objects.select_for_update(no_key=True).filter(id=organization_id, deleted_at=None).first()
    )
    if organization is None:
        raise NotFound("not_found")
    if actor.is_system or actor.organization_id is None:
        return organization
    present = Membership.objects.filter(
        id=actor.membership_id,
        organization=organization,
        person_id=actor.person_id,
        person__is_active=True,
        role=actor.role,
        blocked_at__isnull=True,
        removed_at__isnull=True,
    )
    if actor.manages_people:
        present = present.filter(manages_people=True)
    if not present.exists():
        raise NotAllowed("role_changed", _("Your place in this organization changed a moment ago."))
    return organization


def lock_membership(actor: Actor, membership: Membership, *, removed: bool = False) -> Membership:
    """Lock the organization and read the membership as it is now."""
    organization = lock_organization(actor, membership.organization_id)
    found = Membership.objects.select_related("person").filter(id=membership.id, organization=organization).first()
    if found is None or (found.removed_at is not None and not removed):
        raise NotFound("not_found")
    return found


def write_membership(membership: Membership, **changes: Any) -> None:
    """Write a change of a membership under the organization's lock: the one place that keeps rule X-1.

    After the change somebody must be left who represents the organization and can come in; an invitation does not
    count. Raising here undoes the change, because every deed is one transaction.
    """
    for name, value in changes.items():
        setattr(membership, name, value)
    membership.save(update_fields=list(changes))
    keep_a_representative(membership.organization_id)


def keep_a_representative(organization_id: Any) -> None:
    """Raise unless a legal representative who can act remains."""
    if not acting_representatives(organization_id).exists():
        raise Refused(
            "last_legal_representative",
            _("An organization always has a legal representative who can act."),
            way_out=_("Name a second legal representative first, then change or remove this one."),
        )
