# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much is asked of this process at a moment: who lets more work in looks here first."""

from dataclasses import dataclass

MUCH = 6  # requests at work and before it: above, answers take longer than the work itself


@dataclass(slots=True)
class Pressure:
    """The requests for pages that are at work or wait; one process counts for itself."""

    waiting: int = 0

    @property
    def is_high(self) -> bool:
        return self.waiting > MUCH


PRESSURE = Pressure()
