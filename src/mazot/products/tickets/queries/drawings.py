# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drawing of a version and the map a browser draws, made once per process: a version never changes."""

from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from mazot.products.tickets.models import PlanVersion
from mazot.products.tickets.rules.drawing import Drawing, read_drawing
from mazot.products.tickets.rules.outline import Outline, outline_of
from mazot.products.tickets.rules.seatmap import hall_map


@lru_cache(maxsize=16)
def drawing_of(version_id: UUID) -> Drawing:
    return read_drawing(PlanVersion.objects.values_list("drawing", flat=True).get(id=version_id))


@lru_cache(maxsize=64)
def map_of(version_id: UUID) -> tuple[bytes, str]:
    """The map with its ETag (RFC 9110 §8.8.3)."""
    written = hall_map(drawing_of(version_id))
    return written, f'"{blake2b(written, digest_size=12).hexdigest()}"'


@lru_cache(maxsize=256)
def outline_for(version_id: UUID) -> Outline:
    """The small picture of a version."""
    return outline_of(drawing_of(version_id))
