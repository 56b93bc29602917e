# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.tickets.models.orders import Ticket
from mazot.products.tickets.models.programme import Performance
from mazot.products.tickets.models.shops import Shop


class CheckinList(models.Model):
    """Who is let in where: a performance, perhaps only some zones, and how often."""

    class Mode(models.TextChoices):
        SINGLE = "single"
        REENTRY = "reentry"  # an exit lets in again
        MULTI = "multi"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    performance = models.ForeignKey(Performance, on_delete=models.CASCADE, related_name="lists")
    name = models.CharField(max_length=80)
    zones = models.JSONField(default=list)  # ids; none: all
    mode = models.CharField(max_length=7, choices=Mode.choices, default=Mode.SINGLE)
    admits_unpaid = models.BooleanField(default=False)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)


class Device(models.Model):
    """A scanner at a gate, paired by a code and ended by a press; it needs no account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=80)
    gate = models.CharField(max_length=80, blank=True)
    list = models.ForeignKey(CheckinList, on_delete=models.CASCADE, related_name="devices")
    pairing = models.CharField(max_length=64, blank=True, db_index=True)  # digest of the code, until it is used
    pairing_until = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True, db_index=True)  # of the token it got
    paired_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    clock_offset = models.IntegerField(default=0)  # seconds by which its clock was ahead of ours when last heard
    revoked_at = models.DateTimeField(null=True)


class Scan(models.Model):
    """One look at a code: every one is kept, also what was refused, and what arrived late."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list = models.ForeignKey(CheckinList, on_delete=models.CASCADE, related_name="scans")
    device = models.ForeignKey(Device, null=True, on_delete=models.SET_NULL, related_name="scans")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="scans")
    nonce = models.UUIDField(unique=True)  # the device's own id of it: an upload may be repeated
    is_exit = models.BooleanField(default=False)
    result = models.CharField(max_length=16)  # "ok", "already_used", "void", "wrong_date", "unknown" …
    at = models.DateTimeField()  # by the device's clock, as far as it can be believed
    received_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)  # decided by the device alone and told afterwards
    let_in = models.BooleanField(default=False)  # the door opened; a late scan may say "void" and have opened it
    conflicts = models.BooleanField(default=False)  # it opened though it should not have, or another did before it

    class Meta:
        indexes = (
            models.Index(fields=["ticket", "list", "at"], name="scans_of_ticket"),
            models.Index(fields=["list", "received_at"], name="scans_of_list"),
        )
