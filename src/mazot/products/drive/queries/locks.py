# SPDX-License-Identifier: AGPL-3.0-or-later
"""Live write locks: which of them cover an entry (RFC 4918 §6 and §7)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from mazot.foundation import clock
from mazot.products.drive.models import Lock


def live_locks(space_ids: Collection[UUID], *, now: datetime | None = None) -> list[Lock]:
    """Every lock of these spaces that has not run out, with its holder."""
    moment = now or clock.now()
    return list(
        Lock.objects.filter(space_id__in=space_ids, expires_at__gt=moment)
        .select_related("person", "entry")
        .order_by("created_at")
    )


def covering(locks: Collection[Lock], way: Collection[UUID]) -> list[Lock]:
    """Of these locks, those on the first entry of the way up, and the deep ones on what lies above it."""
    chain = list(way)
    return [
        lock
        for lock in locks
        if chain and (lock.entry_id == chain[0] or (lock.depth_infinity and lock.entry_id in chain))
    ]
