# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of a test, told as text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    values: tuple[str, ...] = ()
    failed: bool = False
    exists: bool = True


class Names:
    """`{"mimosa.example TXT": ["v=spf1 -all"]}`; a value of None: nobody could tell."""

    def __init__(self, told: dict[str, list[str] | None]) -> None:
        self.told = told
        self.asked: list[str] = []

    def look_up(self, name: str, kind: str) -> Said:
        self.asked.append(f"{name} {kind}")
        found = self.told.get(f"{name} {kind}", [])
        if found is None:
            return Said(failed=True)
        return Said(tuple(found), exists=any(key.startswith(f"{name} ") for key in self.told))
