# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages that no mailbox shows any more and that can be restored for thirty days (decision 22)."""

from datetime import datetime, timedelta

from mazot.foundation import clock
from mazot.products.mail.models import Message, Store
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.tenancy.actor import Actor

KEPT_FOR = timedelta(days=30)
MOST = 1000


def gone_messages_for(actor: Actor, store: Store, *, before: datetime | None = None) -> list[Message]:
    """What a store let go and can restore, the newest first, a thousand at most; `before` a moment for the next."""
    require_reading(actor, store)
    found = Message.objects.filter(store_id=store.id, gone_at__gt=clock.now() - KEPT_FOR)
    if before is not None:
        found = found.filter(gone_at__lt=before)
    return list(found.defer("envelope", "bodystructure", "body", "parts").order_by("-gone_at", "-id")[:MOST])


def too_long_gone(store_id: int, limit: int) -> list[tuple[int, int]]:
    """Messages whose thirty days are over, with their sizes."""
    over = Message.objects.filter(store_id=store_id, gone_at__lte=clock.now() - KEPT_FOR)
    return list(over.order_by("id").values_list("id", "size")[:limit])


def stores_with_too_long_gone() -> list[Store]:
    """The stores in which such messages are."""
    over = Message.objects.filter(gone_at__lte=clock.now() - KEPT_FOR)
    return list(Store.objects.filter(id__in=over.values("store_id")).order_by("id"))
