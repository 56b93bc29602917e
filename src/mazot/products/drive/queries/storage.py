# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Drive keeps on disk and who pays for it, for the sweep of contents and the check of the ledger."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Sum

from mazot.foundation import clock
from mazot.products.drive.models import Revision, Upload
from mazot.products.drive.queries.uploads import name_of_part


def digests_in_use() -> Iterator[str]:
    """Every content a version names, and the parts of uploads that may go on."""
    yield from Revision.objects.values_list("digest", flat=True).distinct().iterator(chunk_size=5000)
    for upload_id in Upload.objects.filter(entry_id=None, expires_at__gt=clock.now()).values_list("id", flat=True):
        yield name_of_part(upload_id)


def bytes_by_holder() -> dict[UUID, int]:
    """Bytes of every version, by drive."""
    sums = Revision.objects.values("entry__instance_id").annotate(size=Sum("size")).order_by()
    return {line["entry__instance_id"]: line["size"] for line in sums}
