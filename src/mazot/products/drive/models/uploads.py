# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id


class Upload(models.Model):
    """A file on its way in, in pieces (tus 1.0): the bytes so far lie beside the blobs under this id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey("drive.Entry", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    folders = models.JSONField(default=list)  # of a dropped folder: names to make below the parent
    replaces = models.BooleanField(default=False)  # a file of that name; otherwise both are kept
    size = models.BigIntegerField()  # as announced
    received = models.BigIntegerField(default=0)
    content_type = models.CharField(max_length=160, blank=True)
    modified_at = models.DateTimeField(null=True)
    entry_id = models.UUIDField(null=True)  # what it became; the row stays a while for a client that lost the answer
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
