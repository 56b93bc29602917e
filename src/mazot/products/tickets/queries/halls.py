# SPDX-License-Identifier: AGPL-3.0-or-later
"""The seats of a drawing as a sale asks for them, kept by version as the drawing is."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from mazot.products.tickets.queries.drawings import drawing_of
from mazot.products.tickets.rules.best import Benches, benches_of
from mazot.products.tickets.rules.drawing import labels, seat_ids


@dataclass(frozen=True, slots=True)
class Hall:
    """The seats of a drawing in plan order."""

    ids: tuple[str, ...]
    index: dict[str, int]
    labels: tuple[str, ...]  # "Left, F 6"
    benches: Benches


@lru_cache(maxsize=16)
def hall_of(version_id: UUID) -> Hall:
    """The seats of one version of a plan."""
    drawing = drawing_of(version_id)
    ids = tuple(seat_ids(drawing))
    said = tuple(f"{label.section}, {label.row} {label.seat}" for label in labels(drawing))
    return Hall(ids, {seat: at for at, seat in enumerate(ids)}, said, benches_of(drawing))
