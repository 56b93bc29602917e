# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages that an older reader has read."""

from mazot.products.mail.models import Message
from mazot.wire.mime import READER


def read_by_an_older(store_id: int, *, after: int, limit: int, everything: bool) -> list[tuple[int, str]]:
    """The next messages by number with their digests: those of older readers and unread ones, or every one."""
    found = Message.objects.filter(store_id=store_id, id__gt=after)
    if not everything:
        found = found.filter(reading__lt=READER)
    return list(found.order_by("id").values_list("id", "digest")[:limit])
