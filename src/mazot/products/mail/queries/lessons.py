# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters from which there is something to learn, and what was learned so far."""

from uuid import UUID

from mazot.products.mail.models import Lesson, Taught
from mazot.products.mail.rules.learning import Taught as Counts

COLUMNS = ("message__store_id", "message__store__organization_id", "message_id", "message__digest", "message__parts")


def due_lessons(*, limit: int) -> list[tuple[int, UUID, int, str, bytes]]:
    """Letters that somebody put somewhere: store, organization, number, digest, parts."""
    due = Lesson.objects.filter(is_due=True).order_by("message_id")
    rows = due.values_list(*COLUMNS)[:limit]
    return [(store, organization, key, digest, bytes(parts)) for store, organization, key, digest, parts in rows]


def taught_in(organization_id: UUID) -> Counts:
    row = Taught.objects.filter(organization_id=organization_id).first()
    return Counts(row.n_spam, row.n_honest) if row else Counts()
