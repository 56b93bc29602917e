# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much mailboxes remember of what was expunged from them."""

from django.db.models import Count

from mazot.products.mail.models import Expunged, Store

MOST = 20_000  # in one mailbox: a program that comes back after more than that compares the whole mailbox


def stores_that_remember_too_much() -> list[Store]:
    """The stores with a mailbox that remembers more than it has to."""
    full = Expunged.objects.values("mailbox_id").annotate(n=Count("uid")).filter(n__gt=MOST).values_list("mailbox_id")
    return list(Store.objects.filter(mailboxes__in=[mailbox for (mailbox,) in full]).distinct().order_by("id"))


def floor_of(mailbox_id: int) -> int:
    """Up to which modseq a mailbox may forget; zero when it remembers no more than it has to."""
    rows = Expunged.objects.filter(mailbox_id=mailbox_id).order_by("-modseq").values_list("modseq", flat=True)
    return next(iter(rows[MOST : MOST + 1]), 0)
