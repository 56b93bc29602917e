# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to people, organizations and rights, as others hear it."""

from dataclasses import dataclass
from uuid import UUID

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class TenancyFact(Fact):
    product = "tenancy"


@dataclass(frozen=True, slots=True)
class OrganizationCreated(TenancyFact):
    """An organization exists."""

    organization_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class MemberJoined(TenancyFact):
    """A person became a member."""

    membership_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class RoleChanged(TenancyFact):
    """A member has another role."""

    membership_id: UUID
    old_role: str
    new_role: str


@dataclass(frozen=True, slots=True)
class MemberRemoved(TenancyFact):
    """A member is no longer in the organization."""

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberBlocked(TenancyFact):
    """A member cannot come in for now."""

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberUnblocked(TenancyFact):
    """A member can come in again."""

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberRestored(TenancyFact):
    """A removed member is back, as they were."""

    membership_id: UUID


@dataclass(frozen=True, slots=True)
class MemberInvited(TenancyFact):
    """A letter went out that lets somebody join."""

    invitation_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class InvitationRevoked(TenancyFact):
    """An invitation opens nothing any more."""

    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class DetailsChanged(TenancyFact):
    """The organization's details or its security rules are others."""

    organization_id: UUID
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TeamMade(TenancyFact):
    """A team exists."""

    team_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TeamChanged(TenancyFact):
    """A team has another name, colour, leader or other members."""

    team_id: UUID


@dataclass(frozen=True, slots=True)
class TeamRemoved(TenancyFact):
    """A team is gone, with what its members had through it."""

    team_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ProductOpened(TenancyFact):
    """The organization has a new product."""

    instance_id: UUID
    product_key: str


@dataclass(frozen=True, slots=True)
class ProductEnded(TenancyFact):
    """A product is closed; its data waits for the end of the grace."""

    instance_id: UUID
    product_key: str


@dataclass(frozen=True, slots=True)
class RightsGranted(TenancyFact):
    """A member or a team may do more than before."""

    grant_id: UUID
    product_key: str
    rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightsTaken(TenancyFact):
    """A grant is gone."""

    grant_id: UUID
    product_key: str


@dataclass(frozen=True, slots=True)
class AppPasswordMade(TenancyFact):
    """A person made an application password."""

    app_password_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class AppPasswordRevoked(TenancyFact):
    """An application password opens nothing any more."""

    app_password_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class AllAppPasswordsRevoked(TenancyFact):
    """A person ended every application password at once."""

    person_id: UUID
    count: int


@dataclass(frozen=True, slots=True)
class ProfileChanged(TenancyFact):
    """A person changed something about themselves; the names of the fields, never the values."""

    person_id: UUID
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRegistered(TenancyFact):
    """Somebody has an account."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class PasswordSet(TenancyFact):
    """A person has another password."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class AccountClosed(TenancyFact):
    """A person has no account any more, nor a place in any organization."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class SecondFactorReplaced(TenancyFact):
    """A person's authenticator program has another secret."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class LoginNoticed(TenancyFact):
    """Somebody came in as a person who wants a letter about it, or tried to."""

    event_id: UUID
    succeeded: bool
