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
class MemberInvited(TenancyFact):
    """A letter went out that lets somebody join."""

    invitation_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class ProductOpened(TenancyFact):
    """The organization has a new product."""

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
