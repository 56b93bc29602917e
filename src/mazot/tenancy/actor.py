# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who does something: a person in an organization, through a door, with a scope. Passed first, never ambient."""

from dataclasses import dataclass, field
from uuid import UUID

from mazot.foundation.ids import new_id
from mazot.tenancy.models.organizations import Role

ALL_SCOPES = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Held:
    """One grant that reaches a person, as a member or through a team."""

    product: str
    instance_id: UUID | None  # none: the whole category
    rights: frozenset[str]
    grant_id: UUID
    team_id: UUID | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting in one organization, or the system acting for a stated reason.

    `via` names the door (web, dav, api, job, command). `scopes` is what the credential opens: `*` for a session,
    or product keys, with `:read` behind those that may not write. `folder_id` is a Drive folder the credential
    cannot leave. `grants` is what was read when the request came in; without it each question asks the database, as
    anything that outlives a request must.
    """

    person_id: UUID | None
    organization_id: UUID | None
    role: str | None
    membership_id: UUID | None = None
    via: str = "web"
    address: str = ""
    because: str = ""
    scopes: frozenset[str] = ALL_SCOPES
    folder_id: UUID | None = None
    grants: tuple[Held, ...] | None = field(default=None, compare=False, repr=False)
    manages_people: bool = False  # a user manager: a collaborator to whom people, and nothing else, were entrusted
    id: UUID = field(default_factory=new_id, compare=False)

    @classmethod
    def system(cls, organization_id: UUID | None, *, because: str) -> "Actor":
        """The program itself, for a reason that the audit log will show."""
        if not because:
            raise ValueError("the system says why it acts")
        return cls(person_id=None, organization_id=organization_id, role=None, via="job", because=because)

    @property
    def is_system(self) -> bool:
        return self.person_id is None and bool(self.because)

    @property
    def manages_organization(self) -> bool:
        """Whether products need no grants for this actor (rule X-4)."""
        return self.role in (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR)

    def opens(self, product: str, *, to_write: bool) -> bool:
        """Whether the credential reaches this product at all."""
        if "*" in self.scopes or product in self.scopes:
            return True
        return not to_write and f"{product}:read" in self.scopes
