# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invite people by letter, and let them join with what the letter carries."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.foundation.text import folded
from mazot.tenancy.actions.members import lock_organization, require_touch, write_membership
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import InvitationRevoked, MemberInvited, MemberJoined
from mazot.tenancy.limits import OPEN_INVITATIONS, ORGANIZATIONS_OF_A_PERSON, check_room
from mazot.tenancy.manage import MANAGE_PEOPLE, require_self
from mazot.tenancy.models import Grant, Invitation, Membership, Organization, Person, TeamMember
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.queries.invitations import invitation_by_token
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import SECRET_LETTERS, digest_of

VALID_FOR = timedelta(days=7)


@action(needs=MANAGE_PEOPLE)
def invite_person(actor: Actor, organization: Organization, *, address: str, role: str) -> tuple[Invitation, str]:
    """Invite an address to join in a role; the token is in the answer, for the letter, and only its digest is kept.

    Inviting the same address again ends the earlier letter. The answer is the same whether an account exists or not.
    """
    organization = lock_organization(actor, organization.id)
    if role not in Role.values:
        raise Invalid("unknown_role", _("There is no such role."), field="role")
    require_touch(actor, role)
    address = _checked_address(address)
    if Membership.objects.filter(organization=organization, person__login=address, removed_at__isnull=True).exists():
        raise Conflict("member_already", _("This person belongs to the organization already."), field="address")
    moment = clock.now()
    pending = Invitation.objects.filter(organization=organization, accepted_at__isnull=True, revoked_at__isnull=True)
    require_touch(actor, *pending.filter(address=address).values_list("role", flat=True), role)
    pending.filter(address=address).update(revoked_at=moment)
    check_room(pending.filter(expires_at__gt=moment).count(), limit=OPEN_INVITATIONS, field="address")
    token = new_secret(letters=SECRET_LETTERS)
    invitation = Invitation(
        organization=organization,
        address=address,
        role=role,
        token_digest=digest_of(token, key=settings.MAZOT_CREDENTIAL_KEY),
        invited_by_id=actor.person_id,
        created_at=moment,
        expires_at=moment + VALID_FOR,
    )
    invitation.save(force_insert=True)
    tell(actor, MemberInvited(invitation.id, role=role))
    return invitation, token


@action(needs=None)
def accept_invitation(actor: Actor, person: Person, *, token: str, with_other_address: bool = False) -> Membership:
    """Join the organization of the letter; somebody with another address says that it is meant for them."""
    require_self(actor, person)
    invitation = invitation_by_token(token)
    organization = lock_organization(Actor(person.id, None, None), invitation.organization_id)
    invitation = invitation_by_token(token)  # as it is now, under the lock
    if person.login != invitation.address and not with_other_address:
        raise Refused(
            "other_address",
            _("This invitation was sent to another address than yours."),
            way_out=_("If it is meant for you, confirm that you accept it with this account."),
        )
    check_room(person.memberships.count(), limit=ORGANIZATIONS_OF_A_PERSON, field="organization")
    membership = _join(organization, person, invitation.role)
    invitation.accepted_at, invitation.accepted_by = clock.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    Person.objects.filter(id=person.id).update(current_organization=organization)
    person.current_organization = organization
    tell(
        actor_in(person, membership, via=actor.via, address=actor.address),
        MemberJoined(membership.id, role=membership.role),
    )
    return membership


@action(needs=MANAGE_PEOPLE)
def revoke_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Take an invitation back; its letter opens nothing any more."""
    lock_organization(actor, invitation.organization_id)
    found = Invitation.objects.filter(
        id=invitation.id,
        organization_id=invitation.organization_id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    ).first()
    if found is None:
        raise NotFound("not_found")
    require_touch(actor, found.role)
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    tell(actor, InvitationRevoked(found.id))
    return found


def _join(organization: Organization, person: Person, role: str) -> Membership:
    """Make the membership; somebody who had left comes back without what they held then."""
    earlier = Membership.objects.filter(organization=organization, person=person).first()
    if earlier is None:
        membership = Membership(organization=organization, person=person, role=role)
        membership.save(force_insert=True)
        return membership
    if earlier.removed_at is None:
        raise Conflict("member_already", _("You belong to this organization already."))
    Grant.objects.filter(membership=earlier).delete()
    TeamMember.objects.filter(membership=earlier).delete()
    write_membership(earlier, role=role, removed_at=None, blocked_at=None, manages_people=False, joined_at=clock.now())
    return earlier


def _checked_address(address: str) -> str:
    name = folded(address)
    try:
        validate_email(name)
    except ValidationError:
        raise Invalid("not_an_address", _("This is not an e-mail address."), field="address") from None
    if len(name) > 254:
        raise Invalid("too_long", _("An e-mail address has at most 254 characters."), field="address", limit=254)
    return name
