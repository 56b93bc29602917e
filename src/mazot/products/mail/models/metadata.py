# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.products.mail.models.addresses import Sharing
from mazot.products.mail.models.stores import Mailbox, Store


class Metadata(models.Model):
    """A small value that programs keep with a mailbox or a whole address (RFC 5464).

    One that is private belongs to one of the people of the address, and goes when they go.
    """

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, null=True, related_name="+")
    sharing = models.ForeignKey(Sharing, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=200)
    value = models.BinaryField()
