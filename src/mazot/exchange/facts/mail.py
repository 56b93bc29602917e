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
