# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits in the queue of letters that leave."""

from datetime import datetime, timedelta

from django.db.models import Min
from django.db.models.functions import Coalesce, Greatest

from mazot.foundation import clock
from mazot.products.mail.models import Address, Recipient

A_DAY = timedelta(hours=24)


def written_to_today(address: Address) -> int:
    """How many recipients an address wrote to within a day, by letters passed on or answered by itself too."""
    since = clock.now() - A_DAY
    return Recipient.objects.filter(outgoing__address=address, outgoing__created_at__gt=since).count()


def may_write_by_itself(address: Address, n_recipients: int = 1) -> bool:
    """Whether what an address passes on or answers by itself is within what it may send in a day."""
    return written_to_today(address) + n_recipients <= address.service.daily_recipients


def next_due() -> datetime | None:
    """When the next recipient can be tried: due, and no longer in another worker's hands."""
    free_at = Greatest("next_at", Coalesce("lease_until", "next_at"))
    return Recipient.objects.filter(state=Recipient.State.WAITING).aggregate(soonest=Min(free_at))["soonest"]
