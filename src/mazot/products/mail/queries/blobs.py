# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator
from itertools import chain

from mazot.products.mail.models import Message, Recipient


def digests_in_use() -> Iterator[str]:
    """Every content that a store still keeps, or that is still on its way out."""
    kept = Message.objects.values_list("digest", flat=True).distinct().iterator(chunk_size=5000)
    leaving = Recipient.objects.filter(state=Recipient.State.WAITING).values_list("outgoing__digest", flat=True)
    return chain(kept, leaving.distinct().iterator(chunk_size=5000))
