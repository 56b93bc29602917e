# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to people, organizations and rights, as others hear it."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class TenancyFact(Fact):
    product = "tenancy"


@dataclass(frozen=True, slots=True)
class OrganizationCreated(TenancyFact):
    """An organization exists."""

    sentence = _("%(who)s created the organization %(name)s.")

    organization_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MemberJoined(TenancyFact):
    """A person became a member; what their invitation promised and no longer exists is named as left out."""

    sentence = _("%(membership)s joined with the role %(role)s.")

    membership_id: UUID
    role: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleChanged(TenancyFact):
    """A member has another role."""

    sentence = _("%(who)s changed the role of %(membership)s from %(old_role)s to %(new_role)s.")

    membership_id: UUID
    old_role: str
    new_role: str


@dataclass(frozen=True, slots=True)
class MemberRemoved(TenancyFact):
    """A member is no longer in the organization."""

    sentence = _("%(who)s removed %(membership)s from the organization.")
    sentence_about_oneself = _("%(who)s left the organization.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class UserManagerNamed(TenancyFact):
    """A collaborator looks after people from now on."""

    sentence = _("%(who)s made %(membership)s a user manager.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class UserManagerEnded(TenancyFact):
    """A collaborator no longer looks after people."""

    sentence = _("%(who)s ended the work of %(membership)s as a user manager.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberBlocked(TenancyFact):
    """A member cannot come in for now."""

    sentence = _("%(who)s blocked %(membership)s.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberUnblocked(TenancyFact):
    """A member can come in again."""

    sentence = _("%(who)s let %(membership)s in again.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberRestored(TenancyFact):
    """A removed member is back, as they were."""

    sentence = _("%(who)s brought %(membership)s back as they were.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberInvited(TenancyFact):
    """A letter went out that lets somebody join."""

    sentence = _("%(who)s invited %(invitation)s with the role %(role)s.")

    invitation_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class InvitationRevoked(TenancyFact):
    """An invitation opens nothing any more."""

    sentence = _("%(who)s took back the invitation of %(invitation)s.")

    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class InvitationRenewed(TenancyFact):
    """An invitation gets a new letter; the link of the earlier one opens nothing any more."""

    sentence = _("%(who)s had the invitation of %(invitation)s sent again.")

    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class InvitationDeclined(TenancyFact):
    """Whoever holds the letter of an invitation does not want to join."""

    sentence = _("The invitation of %(invitation)s was declined.")

    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class SecurityAlertAsked(TenancyFact):
    """A member without two-factor is asked by letter to set it up."""

    sentence = _("%(who)s asked %(membership)s by letter to set up two-factor.")

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class DetailsChanged(TenancyFact):
    """The organization's details or its security rules are others."""

    sentence = _("%(who)s changed %(what)s.")

    organization_id: UUID
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamMade(TenancyFact):
    """A team exists."""

    sentence = _("%(who)s made the team %(name)s.")

    team_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TeamChanged(TenancyFact):
    """A team has another name, colour, leader or other members."""

    sentence = _("%(who)s changed the team %(team)s.")

    team_id: UUID
    name: str = ""


@dataclass(frozen=True, slots=True)
class TeamRemoved(TenancyFact):
    """A team is gone, with what its members had through it."""

    sentence = _("%(who)s removed the team %(name)s.")

    team_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ProductOpened(TenancyFact):
    """The organization has a new product."""

    sentence = _("%(who)s opened %(instance)s.")

    instance_id: UUID
    product_key: str


@dataclass(frozen=True, slots=True)
class ProductRenamed(TenancyFact):
    """A product has another name."""

    sentence = _("%(who)s renamed a product to “%(name)s”.")

    instance_id: UUID
    product_key: str
    name: str


@dataclass(frozen=True, slots=True)
class ProductEnded(TenancyFact):
    """A product is closed; its data waits for the end of the grace."""

    sentence = _("%(who)s ended %(instance)s.")

    instance_id: UUID
    product_key: str


@dataclass(frozen=True, slots=True)
class RightsGranted(TenancyFact):
    """A member or a team may do more than before."""

    sentence = _("%(who)s gave %(holder)s access to %(place)s.")

    grant_id: UUID
    product_key: str
    rights: tuple[str, ...]
    membership_id: UUID | None = None
    team_id: UUID | None = None
    instance_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RightsTaken(TenancyFact):
    """A grant is gone."""

    sentence = _("%(who)s took access to %(place)s from %(holder)s.")

    grant_id: UUID
    product_key: str
    membership_id: UUID | None = None
    team_id: UUID | None = None
    instance_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AppPasswordMade(TenancyFact):
    """A person made an application password."""

    sentence = _("%(who)s made the application password %(name)s.")

    app_password_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class AppPasswordRevoked(TenancyFact):
    """An application password opens nothing any more."""

    sentence = _("%(who)s revoked the application password %(name)s.")

    app_password_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class AllAppPasswordsRevoked(TenancyFact):
    """A person ended every application password at once."""

    sentence = _("%(who)s revoked all of their application passwords: %(count)s.")

    person_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class ProfileChanged(TenancyFact):
    """A person changed something about themselves; the names of the fields, never the values."""

    sentence = _("%(person)s changed %(what)s.")

    person_id: UUID
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRegistered(TenancyFact):
    """Somebody has an account."""

    sentence = _("%(person)s opened an account.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class PasswordSet(TenancyFact):
    """A person has another password."""

    sentence = _("%(person)s has another password.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class AccountClosed(TenancyFact):
    """A person has no account any more, nor a place in any organization."""

    sentence = _("%(person)s closed their account.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class SecondFactorReplaced(TenancyFact):
    """A person's authenticator program has another secret."""

    sentence = _("%(person)s has a new authenticator app.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class LoginNoticed(TenancyFact):
    """Somebody came in as a person who wants a letter about it, or tried to."""

    sentence = _("A letter about a login went to %(who)s.")

    event_id: UUID
    succeeded: bool
    is_new_place: bool = False


@dataclass(frozen=True, slots=True)
class IdentifierChangeAsked(TenancyFact):
    """A person asked for another login identifier; the letter is on its way."""

    sentence = _("%(who)s asked for another login identifier.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class IdentifierChangeDropped(TenancyFact):
    """A person took a change of their login identifier back before it was confirmed."""

    sentence = _("%(who)s took a change of their login identifier back.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class IdentifierChanged(TenancyFact):
    """A person has another login identifier."""

    sentence = _("%(who)s has another login identifier.")

    person_id: UUID
    change_id: UUID


@dataclass(frozen=True, slots=True)
class IdentifierRestored(TenancyFact):
    """A change of a login identifier was undone from the old address, and everything that was open is shut."""

    sentence = _("%(who)s took their account back from the old address; everything that was open is shut.")

    person_id: UUID
    change_id: UUID


@dataclass(frozen=True, slots=True)
class SessionsEnded(TenancyFact):
    """A person's sessions in browsers were ended."""

    sentence = _("%(who)s ended sessions in browsers: %(count)s.")

    person_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class SecondFactorChanged(TenancyFact):
    """A second factor of a person came or went; `what` is allauth's word for it."""

    sentence = _("%(who)s changed what the second step of logging in asks for.")

    person_id: UUID
    what: str


@dataclass(frozen=True, slots=True)
class AllTokensRevoked(TenancyFact):
    """A person ended every API token they had made, at once."""

    sentence = _("%(who)s revoked all of their API tokens: %(count)s.")

    person_id: UUID
    count: int
