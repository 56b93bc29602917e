# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Drive does by itself. Each job may run twice, and goes on with the next drive when one is busy."""

from collections.abc import Callable

import structlog

from mazot.foundation.errors import DomainError
from mazot.products.drive.actions import locks, revisions, trash, uploads
from mazot.products.drive.queries.spaces import live_drives
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance

log = structlog.get_logger(__name__)


def purge_trash() -> int:
    """Erase what has been in the trash for longer than each drive's plan says."""
    return _in_every_drive(trash.purge_trash, because="the trash keeps things for the days of the plan")


def prune_revisions() -> int:
    """Let old versions go and give their bytes back."""
    return _in_every_drive(revisions.prune_revisions, because="versions are kept for the days of the plan")


def sweep_locks() -> int:
    """Remove locks that have run out."""
    return _in_every_drive(locks.sweep_locks, because="locks run out")


def expire_uploads() -> int:
    """Forget uploads nobody continues."""
    return _in_every_drive(uploads.expire_uploads, because="unfinished uploads are kept for three days")


def _in_every_drive(deed: Callable[[Actor, ProductInstance], int], *, because: str) -> int:
    total = 0
    for instance in live_drives():
        try:
            total += deed(Actor.system(instance.organization_id, because=because), instance)
        except DomainError as error:
            log.warning("drive job passed over a drive", drive=str(instance.id), reason=error.reason)
    return total
