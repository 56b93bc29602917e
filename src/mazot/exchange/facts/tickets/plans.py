# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to drawn rooms and to the seats of a date."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class PlanFact(Fact):
    """Something happened to a floor plan."""

    product = "tickets"

    plan_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class PlanMade(PlanFact):
    """A room was drawn or brought in."""

    sentence = _("%(who)s made the floor plan %(name)s.")


@dataclass(frozen=True, slots=True)
class PlanSaved(PlanFact):
    """A floor plan has one more version; dates keep the version they were given."""

    sentence = _("%(who)s saved version %(number)s of the floor plan %(name)s.")

    number: int


@dataclass(frozen=True, slots=True)
class PlanRemoved(PlanFact):
    """A floor plan that no date uses is gone."""

    sentence = _("%(who)s removed the floor plan %(name)s.")


@dataclass(frozen=True, slots=True)
class PlanAttached(PlanFact):
    """A date sells the seats of this plan from now on."""

    sentence = _("%(who)s gave a date of %(event)s the floor plan %(name)s.")

    performance_id: UUID
    event: str


@dataclass(frozen=True, slots=True)
class SeatsChanged(PlanFact):
    """Seats of a date are in another zone, or sold by others."""

    sentence = _("%(who)s changed %(n_seats)s seats of a date of %(event)s.")

    performance_id: UUID
    event: str
    n_seats: int
