# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several entries as one subject: all of one drive, each once, in a fixed order."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person marked before they chose a deed."""

    entries: tuple[Any, ...]

    @classmethod
    def of(cls, *entries: Any) -> "Selection":
        unique = {entry.id: entry for entry in entries}
        return cls(tuple(unique.values()))

    @property
    def organization_id(self) -> UUID | None:
        return self.entries[0].organization_id if self.entries else None

    @property
    def instance_id(self) -> UUID | None:
        return self.entries[0].instance_id if self.entries else None
