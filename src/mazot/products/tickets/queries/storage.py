# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which blobs tickets count on: pictures of events, and pictures that floor plans are traced from."""

from collections.abc import Iterator
from itertools import chain

from mazot.products.tickets.models import Event, Plan


def digests_in_use() -> Iterator[str]:
    """Digests that a row names. A Cart, an Order and a Device keep digests of secrets, which are no blobs."""
    pictures = Event.objects.exclude(picture="").values_list("picture", flat=True)
    backdrops = Plan.objects.exclude(backdrop="").values_list("backdrop", flat=True)
    return chain(pictures.iterator(), backdrops.iterator())
