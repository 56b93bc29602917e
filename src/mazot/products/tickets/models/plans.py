# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.tickets.models.programme import Performance
from mazot.products.tickets.models.shops import Shop


class Plan(models.Model):
    """A drawn room; its drawing changes by new versions only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="plans")
    name = models.CharField(max_length=120)
    backdrop = models.CharField(max_length=64, blank=True)  # digest of the picture to trace
    created_at = models.DateTimeField()


class PlanVersion(models.Model):
    """One drawing of a room, which never changes: `rules/drawing.py` says its shape."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    drawing = models.JSONField()
    n_seats = models.PositiveIntegerField()
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan", "number"], name="one_version_per_number"),)


class Seating(models.Model):
    """Which seat of a performance is in which zone and who may sell it: one letter for each seat, in plan order.

    A performance of 5,000 seats is two strings of 5,000 letters, so a page reads one row and a sale one letter.
    """

    performance = models.OneToOneField(Performance, primary_key=True, on_delete=models.CASCADE, related_name="seating")
    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    zones = models.TextField()  # "." no zone, never sold; else Zone.code
    access = models.TextField()  # "." everybody, "r" resellers and organizers, "o" organizers
    stamp = models.PositiveIntegerField(default=0)  # counts the changes, for two people at one plan
