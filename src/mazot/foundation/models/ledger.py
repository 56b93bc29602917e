# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models


class Account(models.Model):
    """The bytes one holder uses of one kind of storage, and how many it may."""

    holder_id = models.UUIDField()  # a product instance, later a mailbox
    kind = models.CharField(max_length=40)  # "drive"
    used = models.BigIntegerField(default=0)
    allowed = models.BigIntegerField(null=True)  # none: no limit

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["holder_id", "kind"], name="one_account_per_holder_and_kind"),
            models.CheckConstraint(condition=models.Q(used__gte=0), name="used_is_never_negative"),
        )
