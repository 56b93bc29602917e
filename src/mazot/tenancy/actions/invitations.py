# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invite people by letter, and let them join with what the letter carries.

A letter is due while `sent_at` is empty; `actions.letters` writes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.foundation.text import folded
from mazot.tenancy.actions.joining import (
    Access,
    checked_access,
    checked_notices,
    checked_teams,
    give_what_was_promised,
)
from mazot.tenancy.actions.members import lock_organization, require_touch, write_membership
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import InvitationDeclined, InvitationRenewed, InvitationRevoked, MemberInvited, MemberJoined
from mazot.tenancy.limits import INVITATIONS_AT_ONCE, OPEN_INVITATIONS, ORGANIZATIONS_OF_A_PERSON, check_room
from mazot.tenancy.manage import MANAGE_PEOPLE, require_self
from mazot.tenancy.models import Grant, Invitation, Membership, Organization, Person, Team, TeamMember
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.queries.invitations import invitation_by_token
from mazot.tenancy.queries.invitees import faults_of, told
from mazot.tenancy.rights import action
from mazot.tenancy.rules.invitees import ADDRESS, Fault, Invitee
from mazot.tenancy.rules.secrets import SECRET_LETTERS, digest_of

VALID_FOR = timedelta(days=7)
LINKS_AT_ONCE = 500


@action(needs=MANAGE_PEOPLE)
def invite_person(
    actor: Actor,
    organization: Organization,
    *,
    address: str,
    role: str,
    access: Iterable[Access] = (),
    teams: Iterable[Team] = (),
    notices: Mapping[str, Any] | None = None,
    language: str = "",
) -> tuple[Invitation, str]:
    """Invite an address to join in a role; the token is in the answer for who hands it over, and no letter is sent.

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
    pending = pending_in(organization)
    require_touch(actor, *pending.filter(address=address).values_list("role", flat=True), role)
    pending.filter(address=address).update(revoked_at=moment)
    check_room(pending.filter(expires_at__gt=moment).count(), limit=OPEN_INVITATIONS, field="address")
    promised = checked_access(actor, organization, access, role=role)
    invitation, token = _made(actor, organization, address=address, role=role, language=language)
    invitation.access, invitation.notices = promised, checked_notices(notices or {}, role=role)
    invitation.sent_at = moment
    invitation.save(force_insert=True)
    invitation.teams.set(checked_teams(actor, organization, teams))  # type: ignore[arg-type]  # identifiers here are no numbers
    tell(actor, MemberInvited(invitation.id, role=role))
    return invitation, token


@action(needs=MANAGE_PEOPLE)
def invite_people(
    actor: Actor,
    organization: Organization,
    *,
    people: Sequence[Invitee],
    role: str,
    access: Iterable[Access] = (),
    teams: Iterable[Team] = (),
    notices: Mapping[str, Any] | None = None,
    language: str = "",
) -> list[Invitation]:
    """Invite a whole list, each by a letter that follows; when one line cannot be used, nobody is invited.

    `role` and `language` are for those whose line names none; access, teams and notices are for all of them.
    """
    organization = lock_organization(actor, organization.id)
    if not 0 < len(people) <= INVITATIONS_AT_ONCE:
        raise Invalid("how_many", _("Name at least one person to invite."), field="people", limit=INVITATIONS_AT_ONCE)
    access, moment = list(access), clock.now()
    faults = faults_of(actor, people, role=role)
    waiting = pending_in(organization).filter(expires_at__gt=moment).count()
    if waiting + len(people) > OPEN_INVITATIONS:
        faults.append(Fault(people[0].line, "no_room"))
    if faults:
        sentence = _("Nobody was invited: some lines cannot be used.")
        raise Invalid("faults", sentence, field="people", lines=told(faults))
    pending_in(organization).filter(expires_at__lte=moment).update(revoked_at=moment)
    promised = {
        wanted: (checked_access(actor, organization, access, role=wanted), checked_notices(notices or {}, role=wanted))
        for wanted in {person.role or role for person in people}
    }
    made = []
    for person in people:
        wanted = person.role or role
        invitation, _token = _made(
            actor,
            organization,
            address=_checked_address(person.address),
            role=wanted,
            language=person.language or language,
        )
        (invitation.access, invitation.notices), invitation.letters = promised[wanted], 0
        made.append(invitation)
    Invitation.objects.bulk_create(made, batch_size=LINKS_AT_ONCE)
    _put_in_teams(actor, organization, made, people, checked_teams(actor, organization, teams))
    for invitation in made:
        tell(actor, MemberInvited(invitation.id, role=invitation.role))
    return made


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
    check_room(
        person.memberships.filter(removed_at__isnull=True).count(),
        limit=ORGANIZATIONS_OF_A_PERSON,
        field="organization",
    )
    membership = _join(organization, person, invitation.role)
    membership.notices = invitation.notices
    membership.save(update_fields=["notices"])
    invitation.accepted_at, invitation.accepted_by = clock.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    Person.objects.filter(id=person.id).update(current_organization=organization)
    person.current_organization = organization
    joined = actor_in(person, membership, via=actor.via, address=actor.address)
    left_out = give_what_was_promised(joined, membership, invitation)
    tell(joined, MemberJoined(membership.id, role=membership.role, left_out=left_out))
    return membership


@action(needs=MANAGE_PEOPLE)
def revoke_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Take an invitation back; its letter opens nothing any more."""
    found = _lock(actor, invitation)
    require_touch(actor, found.role)
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    tell(actor, InvitationRevoked(found.id))
    return found


@action(needs=MANAGE_PEOPLE)
def renew_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Have a new letter sent, for seven days from now; the link of the earlier one ends at once."""
    found = _lock(actor, invitation)
    require_touch(actor, found.role)
    found.token_digest = digest(new_secret(letters=SECRET_LETTERS))
    found.expires_at, found.sent_at = clock.now() + VALID_FOR, None
    found.save(update_fields=["token_digest", "expires_at", "sent_at"])
    tell(actor, InvitationRenewed(found.id))
    return found


@action(needs=None)
def decline_invitation(actor: Actor, invitation: Invitation, *, token: str) -> Invitation:
    """Say no to a letter: whoever holds it may, with an account or without one."""
    here = replace(actor, organization_id=invitation.organization_id)
    lock_organization(Actor(actor.person_id, None, None), invitation.organization_id)
    found = invitation_by_token(token)
    if found.id != invitation.id:
        raise NotFound("not_found")
    found.declined_at = clock.now()
    found.save(update_fields=["declined_at"])
    tell(here, InvitationDeclined(found.id))
    return found


def pending_in(organization: Any) -> Any:
    return Invitation.objects.filter(
        organization=organization, accepted_at__isnull=True, revoked_at__isnull=True, declined_at__isnull=True
    )


def _lock(actor: Actor, invitation: Invitation) -> Invitation:
    """The invitation as it is under the organization's lock, if it still waits for an answer."""
    organization = lock_organization(actor, invitation.organization_id)
    found: Invitation | None = pending_in(organization).filter(id=invitation.id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _made(
    actor: Actor, organization: Organization, *, address: str, role: str, language: str
) -> tuple[Invitation, str]:
    """An invitation that is not written yet, and its first token."""
    token, moment = new_secret(letters=SECRET_LETTERS), clock.now()
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid("unknown_language", _("There is no such language."), field="language")
    invitation = Invitation(
        organization=organization,
        address=address,
        role=role,
        token_digest=digest(token),
        invited_by_id=actor.person_id,
        language=language or get_language() or "en",
        created_at=moment,
        expires_at=moment + VALID_FOR,
    )
    return invitation, token


def _put_in_teams(
    actor: Actor,
    organization: Organization,
    made: Sequence[Invitation],
    people: Sequence[Invitee],
    for_all: Sequence[Any],
) -> None:
    wanted = {folded(name) for person in people for name in person.teams}
    here = Team.objects.filter(organization=organization) if wanted else Team.objects.none()
    named = {folded(team.name): team for team in here if folded(team.name) in wanted}
    checked_teams(actor, organization, named.values())
    through = Invitation.teams.through
    links = [
        through(invitation_id=invitation.id, team_id=team_id)
        for invitation, person in zip(made, people, strict=True)
        for team_id in {*for_all, *(named[folded(name)].id for name in person.teams)}
    ]
    through.objects.bulk_create(links, batch_size=LINKS_AT_ONCE)


def digest(token: str) -> str:
    return digest_of(token, key=settings.MAZOT_CREDENTIAL_KEY)


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
    if not ADDRESS.fullmatch(name):
        raise Invalid("not_an_address", _("This is not an e-mail address."), field="address")
    return name
