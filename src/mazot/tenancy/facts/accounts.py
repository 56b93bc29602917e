# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to a person's own account."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.tenancy.facts.fact import TenancyFact


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
class AccountReopened(TenancyFact):
    """A person opened their closed account again, and comes back where that was still possible."""

    sentence = _("%(person)s opened their closed account again.")

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
