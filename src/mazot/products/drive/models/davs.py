# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id


class Lock(models.Model):
    """A WebDAV write lock (RFC 4918 §6); one on a free name keeps an empty file there, as §7.3 asks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.CharField(max_length=64, unique=True)
    space = models.ForeignKey("drive.Space", on_delete=models.CASCADE, related_name="locks")
    entry = models.ForeignKey("drive.Entry", on_delete=models.CASCADE, related_name="locks")
    depth_infinity = models.BooleanField()
    exclusive = models.BooleanField()
    person = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="+")
    owner_xml = models.TextField(blank=True)  # up to 4 kB, given back as it came
    seconds = models.PositiveIntegerField()
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()


class DeadProperty(models.Model):
    """A property a client left on an entry, kept word for word; it moves and copies with the entry."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey("drive.Entry", on_delete=models.CASCADE, related_name="dead_properties")
    namespace = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255)
    xml = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["entry", "namespace", "name"], name="one_property_per_name"),)
