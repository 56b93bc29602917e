# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to gates: who is let in where, and by which scanners. Each scan is a row of its own, not a fact."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class GateFact(Fact):
    """Something happened at the gate of a date."""

    product = "tickets"

    list_id: UUID
    name: str
    event: str


@dataclass(frozen=True, slots=True)
class CheckinListMade(GateFact):
    """A date has one more list of who is let in."""

    sentence = _("%(who)s made the check-in list %(name)s of %(event)s.")


@dataclass(frozen=True, slots=True)
class CheckinListChanged(GateFact):
    """A check-in list lets other people in, or at other times."""

    sentence = _("%(who)s changed the check-in list %(name)s of %(event)s.")

    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckinListRemoved(GateFact):
    """A check-in list that nobody was scanned on is gone."""

    sentence = _("%(who)s removed the check-in list %(name)s of %(event)s.")


@dataclass(frozen=True, slots=True)
class ScannerInvited(GateFact):
    """A code was made with which one scanner joins a gate."""

    sentence = _("%(who)s made a code for the scanner %(device)s at %(name)s of %(event)s.")

    device_id: UUID
    device: str


@dataclass(frozen=True, slots=True)
class ScannerPaired(GateFact):
    """A scanner came in with its code and lets people in from now on."""

    sentence = _("The scanner %(device)s was paired for %(name)s of %(event)s.")

    device_id: UUID
    device: str


@dataclass(frozen=True, slots=True)
class ScannerRevoked(GateFact):
    """A scanner lets nobody in any more."""

    sentence = _("%(who)s ended the scanner %(device)s at %(name)s of %(event)s.")

    device_id: UUID
    device: str
