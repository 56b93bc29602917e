# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters on their way out, recipient by recipient, and the log of an address."""

from django.db import models
from django.db.models import Q

from mazot.foundation.ids import new_id
from mazot.products.mail.models.addresses import Address


class Outgoing(models.Model):
    """A letter that leaves: its bytes, who sends it, and until when it is tried."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", null=True, on_delete=models.CASCADE, related_name="+")
    address = models.ForeignKey(Address, null=True, on_delete=models.SET_NULL, related_name="+")  # none: the server's
    digest = models.CharField(max_length=64, db_index=True)  # of the blob
    size = models.BigIntegerField()
    sender = models.CharField(max_length=320, blank=True)  # of the envelope; empty for a letter about a letter
    needs_utf8 = models.BooleanField(default=False)  # SMTPUTF8, RFC 6531
    returns = models.CharField(max_length=4, blank=True)  # RET of RFC 3461: "full", "hdrs"
    envelope_id = models.CharField(max_length=100, blank=True)  # ENVID of RFC 3461
    message_id = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Recipient(models.Model):
    """One recipient of a letter that leaves, and how far it has come."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="recipients")
    address = models.CharField(max_length=320)
    domain = models.CharField(max_length=253)  # A-labels, small letters: what is asked of the name system
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.CharField(max_length=64, blank=True)  # who tries it now
    lease_until = models.DateTimeField(null=True)
    code = models.CharField(max_length=16, blank=True)  # of the last answer: "250 2.0.0"
    said = models.CharField(max_length=500, blank=True)  # its text
    host = models.CharField(max_length=253, blank=True)  # who said it
    notify = models.CharField(max_length=30, blank=True)  # NOTIFY of RFC 3461
    original = models.CharField(max_length=500, blank=True)  # ORCPT of RFC 3461
    told_late_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="recipients_due"),
            models.Index(fields=["outgoing", "domain"], name="recipients_by_domain"),
        )


class Trace(models.Model):
    """One line of the log of an address: what became of a letter at one hop, and why."""

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="traces")
    at = models.DateTimeField()
    direction = models.CharField(max_length=3, choices=Direction.choices)
    status = models.CharField(max_length=12)  # rules/tracing.py
    reason = models.CharField(max_length=24, blank=True)  # rules/tracing.py; the sentence is made when it is read
    sender = models.CharField(max_length=320, blank=True)
    recipient = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(default=0)
    host = models.CharField(max_length=253, blank=True)  # the other side, by name or address
    code = models.CharField(max_length=16, blank=True)
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["address", "-at"], name="traces_of_an_address"),
            models.Index(fields=["address", "message_id"], name="traces_of_a_letter"),
        )
