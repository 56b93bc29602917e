# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address does by itself with mail that comes: its filters, its automatic replies, and what they remember."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from mazot.foundation.ids import new_id
from mazot.products.mail.models.addresses import Address


class Script(models.Model):
    """Filters of an address in Sieve; at most one runs. The assistant's is made from its recipe."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="scripts")
    name = models.CharField(max_length=128)
    source = models.TextField()
    recipe = models.JSONField(null=True)  # rules/recipes.py; none: written by hand
    is_active = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["address", "name"], name="one_script_per_name"),
            models.UniqueConstraint(fields=["address"], condition=Q(is_active=True), name="one_script_runs"),
        )

    @property
    def organization_id(self) -> UUID:
        return self.address.organization_id

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id


class Reply(models.Model):
    """An automatic reply that an address keeps; at most one is on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="replies")
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    weekdays = models.PositiveSmallIntegerField(default=127)  # bit 0 is Monday, in the zone of the organization
    exceptions = models.TextField(blank=True)  # senders that get none, one pattern a line
    is_active = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["address"], condition=Q(is_active=True), name="one_reply_is_on"),
        )

    @property
    def organization_id(self) -> UUID:
        return self.address.organization_id

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id


class Remembered(models.Model):
    """That a sender was answered or written to, or a letter was seen, and until when that counts."""

    class Kind(models.TextChoices):
        ANSWERED = "answered"
        SEEN = "seen"
        WROTE = "wrote"  # to somebody, who may well answer

    id = models.BigAutoField(primary_key=True)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    digest = models.CharField(max_length=64)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["address", "kind", "digest"], name="remembered_once"),)
