# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator

from mazot.products.mail.models import Message


def digests_in_use() -> Iterator[str]:
    """Every content that a store still keeps."""
    return Message.objects.values_list("digest", flat=True).distinct().iterator(chunk_size=5000)
