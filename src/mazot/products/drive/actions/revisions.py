# SPDX-License-Identifier: AGPL-3.0-or-later
"""Versions of a file: each is charged to the drive until the plan's number and age let it go."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation import clock, quota
from mazot.foundation.blobs import Blob
from mazot.foundation.statements import insert
from mazot.products.drive.actions.holding import hold_spaces
from mazot.products.drive.models import Entry, Revision, Space
from mazot.products.drive.queries.held import limit_held
from mazot.products.drive.queries.spaces import ACCOUNT, limit_of
from mazot.products.drive.rights import USE
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action


def keep_revision(actor: Actor, entry: Entry, blob: Blob, *, version: UUID, at: datetime) -> None:
    """Give a held file its new content, charge the difference and let surplus versions go; the caller saves."""
    current = Revision.objects.filter(id=entry.version)
    if entry.digest == blob.digest or entry.size == 0:
        # The same bytes again, or the empty file a client makes before it writes (RFC 4918 §7.3): no new version.
        quota.charge(entry.instance_id, ACCOUNT, size=blob.size - entry.size)
        current.update(id=version, digest=blob.digest, size=blob.size, by=actor.person_id, at=at)
    else:
        entry.number += 1
        given_back = _drop_surplus(entry)
        quota.charge(entry.instance_id, ACCOUNT, size=blob.size - given_back)
        insert(
            Revision(id=version, entry_id=entry.id, digest=blob.digest, size=blob.size, by_id=actor.person_id, at=at)
        )
    entry.size, entry.digest, entry.version = blob.size, blob.digest, version


def _drop_surplus(entry: Entry) -> int:
    """Make room for one more version within the plan's number; answer the bytes set free."""
    most = limit_held(entry.instance_id, "revisions")
    if most is None or entry.number <= most:
        return 0
    # The current one counts as the newest, whatever the clock said when it was kept.
    there = dict(_sizes(Revision.objects.filter(entry_id=entry.id)))
    kept = [entry.version, *(identifier for identifier in there if identifier != entry.version)][: max(1, most) - 1]
    surplus = {identifier: size for identifier, size in there.items() if identifier not in kept}
    Revision.objects.filter(id__in=list(surplus)).delete()
    return sum(surplus.values())


def _sizes(revisions: QuerySet[Revision]) -> Iterable[tuple[UUID, int]]:
    return revisions.order_by("-at", "-id").values_list("id", "size")


@action(needs=USE)
def prune_revisions(actor: Actor, instance: ProductInstance) -> int:  # noqa: ARG001 - every deed has an actor
    """Let versions go that are older than the plan keeps them; the current one always stays. Answer the bytes freed."""
    days = limit_of(instance, "revision_days")
    if days is None:
        return 0
    hold_spaces(Space.objects.filter(instance_id=instance.id).values_list("id", flat=True))
    oldest = clock.now() - timedelta(days=days)
    old = Revision.objects.filter(entry__instance_id=instance.id, at__lt=oldest).exclude(
        id__in=Entry.objects.filter(instance_id=instance.id, is_folder=False).values("version")
    )
    sizes = dict(old.values_list("id", "size")[:5000])
    Revision.objects.filter(id__in=list(sizes)).delete()
    quota.charge(instance.id, ACCOUNT, size=-sum(sizes.values()))
    return sum(sizes.values())
