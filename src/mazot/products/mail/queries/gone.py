# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages that no mailbox shows any more and that can be restored for thirty days (decision 22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from mazot.foundation import clock
from mazot.products.mail.models import Message, Store
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.products.mail.rights import RESTORE
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.tenancy.actor import Actor

KEPT_FOR = timedelta(days=30)
MOST = 1000
A_PAGE = 100
HEAVY = ("envelope", "bodystructure", "body", "parts")


def gone_messages_for(actor: Actor, store: Store, *, before: datetime | None = None) -> list[Message]:
    """What a store let go and can restore, the newest first, a thousand at most; `before` a moment for the next."""
    require_reading(actor, store)
    found = Message.objects.filter(store_id=store.id, gone_at__gt=clock.now() - KEPT_FOR)
    if before is not None:
        found = found.filter(gone_at__lt=before)
    return list(found.defer(*HEAVY).order_by("-gone_at", "-id")[:MOST])


@dataclass(frozen=True, slots=True)
class Page:
    messages: list[Message]
    older: str  # the cursor of the next page; empty at the end
    mailboxes: list[tuple[str, int]]  # where they were, and how many of them

    @property
    def n_all(self) -> int:
        return sum(n for _name, n in self.mailboxes)


def gone_page(actor: Actor, store: Store, *, mailbox: str = "", words: str = "", before: str = "") -> Page:
    """What somebody who may restore finds, the newest first: of one mailbox, or with some words, or all of it."""
    require(actor, RESTORE, store)
    kept = Message.objects.filter(store_id=store.id, gone_at__gt=clock.now() - KEPT_FOR)
    places = kept.order_by("gone_from").values_list("gone_from").annotate(n=Count("id"))
    found = kept.filter(gone_from=mailbox) if mailbox else kept
    if words := words.replace("\0", "").strip():
        found = found.filter(Q(subject__icontains=words) | Q(sender__icontains=words) | Q(recipients__icontains=words))
    if cursor := _cursor(before):
        found = found.filter(Q(gone_at__lt=cursor[0]) | Q(gone_at=cursor[0], id__lt=cursor[1]))
    rows = list(found.defer(*HEAVY).order_by("-gone_at", "-id")[: A_PAGE + 1])
    last = rows[A_PAGE - 1] if len(rows) > A_PAGE else None
    older = f"{last.gone_at.isoformat()}_{last.id}" if last and last.gone_at else ""
    return Page(rows[:A_PAGE], older, [(name, n) for name, n in places])


def gone_since(store_id: int, since: datetime, limit: int) -> list[int]:
    """What was let go since a moment, the oldest first: bringing it all back is the store as it was then."""
    found = Message.objects.filter(store_id=store_id, gone_at__gte=since, gone_at__gt=clock.now() - KEPT_FOR)
    return list(found.order_by("gone_at", "id").values_list("id", flat=True)[:limit])


def _cursor(said: str) -> tuple[datetime, int] | None:
    moment, _mark, key = said[:60].rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    is_key = key.isascii() and key.isdecimal() and len(key) < 19
    return (at.astimezone(UTC), int(key)) if is_key and at.tzinfo is not None and 1970 < at.year < 9000 else None


def too_long_gone(store_id: int, limit: int) -> list[tuple[int, int]]:
    """Messages whose thirty days are over, with their sizes."""
    over = Message.objects.filter(store_id=store_id, gone_at__lte=clock.now() - KEPT_FOR)
    return list(over.order_by("id").values_list("id", "size")[:limit])


def stores_with_too_long_gone() -> list[Store]:
    """The stores in which such messages are."""
    over = Message.objects.filter(gone_at__lte=clock.now() - KEPT_FOR)
    return list(Store.objects.filter(id__in=over.values("store_id")).order_by("id"))
