# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits in the queue of letters that leave."""

from datetime import datetime

from django.db.models import Min
from django.db.models.functions import Coalesce, Greatest

from mazot.products.mail.models import Recipient


def next_due() -> datetime | None:
    """When the next recipient can be tried: due, and no longer in another worker's hands."""
    free_at = Greatest("next_at", Coalesce("lease_until", "next_at"))
    return Recipient.objects.filter(state=Recipient.State.WAITING).aggregate(soonest=Min(free_at))["soonest"]
