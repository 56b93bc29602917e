# SPDX-License-Identifier: AGPL-3.0-or-later
"""How well an organization's people are protected."""

from dataclasses import dataclass

from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.factors import without_second_factor
from mazot.tenancy.queries.people import members_for

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Protection:
    """How many members come in, how many without two-factor, and the first of them by name."""

    everybody: int
    lacking: list[Membership]

    @property
    def protected(self) -> int:
        return self.everybody - len(self.lacking)

    @property
    def percent(self) -> int:
        return 100 * self.protected // self.everybody if self.everybody else 0

    @property
    def shown(self) -> list[Membership]:
        return self.lacking[:SHOWN]

    @property
    def others(self) -> int:
        return max(0, len(self.lacking) - SHOWN)


def protection_of(actor: Actor) -> Protection:
    """The members who are let in and those of them without two-factor, in two queries."""
    present = members_for(actor).filter(blocked_at__isnull=True)
    return Protection(present.count(), list(without_second_factor(present)))
