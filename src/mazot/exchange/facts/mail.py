# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens in the mail services, as others hear it. What is in a letter is in no fact."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class AddressFact(Fact):
    """Something happened to an address."""

    product = "mail"

    address_id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class DevicePasswordMade(AddressFact):
    """A device opens an address."""

    sentence = _("%(who)s made a password for the device “%(device)s” at %(address)s.")

    device: str


@dataclass(frozen=True, slots=True)
class DevicePasswordRevoked(AddressFact):
    """A device opens an address no more."""

    sentence = _("%(who)s disconnected the device “%(device)s” from %(address)s.")

    device: str


@dataclass(frozen=True, slots=True)
class DevicePasswordsRevoked(AddressFact):
    """Several devices open an address no more."""

    sentence = _("%(who)s disconnected the devices of %(address)s: %(count)s.")

    count: int


@dataclass(frozen=True, slots=True)
class StoreFilled(AddressFact):
    """An address has used most of its room, and its people are to know before letters are refused."""

    sentence = _("%(address)s has used %(percent)s per cent of its room.")

    percent: int


@dataclass(frozen=True, slots=True)
class StoreMended(AddressFact):
    """Counters of an address's mail were wrong and were counted anew."""

    sentence = _("%(who)s had the mail of %(address)s checked and mended: %(count)s faults.")

    count: int


@dataclass(frozen=True, slots=True)
class ServiceFact(Fact):
    """Something happened to a mail service."""

    product = "mail"

    service_id: UUID
    domain: str


@dataclass(frozen=True, slots=True)
class DomainProved(ServiceFact):
    """Mail for the domain is taken from now on."""

    sentence = _("%(who)s proved the domain %(domain)s: its mail comes here.")


@dataclass(frozen=True, slots=True)
class SigningKeysMade(ServiceFact):
    """Letters of the domain are signed with new keys, once its zone shows them."""

    sentence = _("%(who)s had new keys made for the signatures of %(domain)s.")

    selectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceChanged(ServiceFact):
    """A service has more room, or other rules for new addresses."""

    sentence = _("%(who)s changed the mail service %(domain)s.")

    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressMade(AddressFact):
    """An address exists."""

    sentence = _("%(who)s made the address %(address)s.")

    kind_of: str


@dataclass(frozen=True, slots=True)
class AddressChanged(AddressFact):
    """An address shows another name, sends or keeps differently."""

    sentence = _("%(who)s changed the address %(address)s.")

    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddressStateChanged(AddressFact):
    """An address is open, in maintenance or blocked from now on."""

    sentence = _("%(who)s set the address %(address)s to: %(state)s.")

    state: str


@dataclass(frozen=True, slots=True)
class AddressRemoved(AddressFact):
    """An address is in the bin, with everything it keeps."""

    sentence = _("%(who)s put the address %(address)s into the bin.")


@dataclass(frozen=True, slots=True)
class AddressRestored(AddressFact):
    """An address came back from the bin."""

    sentence = _("%(who)s took the address %(address)s out of the bin.")


@dataclass(frozen=True, slots=True)
class AddressErased(AddressFact):
    """An address and everything it kept are gone for good."""

    sentence = _("The address %(address)s and its mail are gone for good: its days in the bin are over.")


@dataclass(frozen=True, slots=True)
class AddressShared(AddressFact):
    """Somebody reads an address besides the others."""

    sentence = _("%(who)s let %(person)s into the address %(address)s.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class SharingChanged(AddressFact):
    """Somebody may do more or less with an address."""

    sentence = _("%(who)s changed what %(person)s may do with the address %(address)s.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class SharingEnded(AddressFact):
    """Somebody reads an address no more."""

    sentence = _("%(who)s took the address %(address)s from %(person)s.")

    person_id: UUID


@dataclass(frozen=True, slots=True)
class RedirectionAsked(AddressFact):
    """Another address is asked whether it takes what comes here."""

    sentence = _("%(who)s asked %(goes_to)s to take the mail of %(address)s.")

    redirection_id: UUID
    goes_to: str


@dataclass(frozen=True, slots=True)
class RedirectionAccepted(AddressFact):
    """Mail goes on to another address, which agreed."""

    sentence = _("%(goes_to)s accepted the mail of %(address)s.")

    goes_to: str


@dataclass(frozen=True, slots=True)
class RedirectionRemoved(AddressFact):
    """Mail goes on to another address no more."""

    sentence = _("%(who)s ended the redirection of %(address)s to %(goes_to)s.")

    goes_to: str


@dataclass(frozen=True, slots=True)
class FiltersChanged(AddressFact):
    """An address sorts its mail in another way."""

    sentence = _("%(who)s changed the filters of %(address)s.")


@dataclass(frozen=True, slots=True)
class ReplyChanged(AddressFact):
    """An address replies by itself in another way, or no more."""

    sentence = _("%(who)s changed the automatic reply of %(address)s.")
