# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to organizations, their people and rights."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.tenancy.facts.fact import TenancyFact


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
class ReceiverNamed(TenancyFact):
    """What a removed member left behind goes to somebody else, for whoever was chosen first cannot take it."""

    sentence = _("%(who)s chose anew who takes over what %(membership)s left.")

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
class OrganizationDeleted(TenancyFact):
    """An organization is closed for everybody."""

    sentence = _("%(who)s deleted the organization %(name)s.")

    organization_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TransferOffered(TenancyFact):
    """A product can be taken over by another organization, with a link."""

    sentence = _("%(who)s offered %(instance)s to another organization.")

    transfer_id: UUID
    instance_id: UUID


@dataclass(frozen=True, slots=True)
class TransferRevoked(TenancyFact):
    """The link of an offered product opens nothing any more."""

    sentence = _("%(who)s took back the offer of %(instance)s.")

    transfer_id: UUID
    instance_id: UUID


@dataclass(frozen=True, slots=True)
class ProductGiven(TenancyFact):
    """A product is another organization's now."""

    sentence = _("%(who)s moved %(instance_name)s to the organization %(receiver)s.")

    instance_id: UUID
    instance_name: str
    receiver: str


@dataclass(frozen=True, slots=True)
class ProductTaken(TenancyFact):
    """A product came from another organization, with the people who use it."""

    sentence = _("%(who)s took over %(instance)s from the organization %(giver)s.")

    instance_id: UUID
    giver: str


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
