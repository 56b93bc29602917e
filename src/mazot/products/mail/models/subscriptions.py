# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.products.mail.models.addresses import Sharing
from mazot.products.mail.models.stores import Mailbox


class Subscription(models.Model):
    """Whether one of the people of a shared address wants to see a mailbox of it in programs of their own.

    Without one the mailbox's own `is_subscribed` holds, which is for programs that open the address itself.
    """

    id = models.BigAutoField(primary_key=True)
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    is_wanted = models.BooleanField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sharing", "mailbox"], name="one_subscription_per_person"),)
