# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail that is brought here from elsewhere, and what was last seen of a domain's records."""

from uuid import UUID

from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.mail.models.addresses import Address
from mazot.products.mail.models.domains import Service


class Transfer(models.Model):
    """One import into an address: a file that is sent here in pieces, or the mailboxes of another server."""

    class Kind(models.TextChoices):
        FILE = "file"
        SERVER = "server"

    class State(models.TextChoices):
        COMING = "coming"  # its bytes are on their way
        WAITING = "waiting"
        WORKING = "working"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="transfers")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=255)  # of the file, or of the server
    size = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    into = models.CharField(max_length=200, blank=True)  # the folder below which everything goes
    port = models.PositiveIntegerField(default=0)
    is_encrypted = models.BooleanField(default=True)
    login = models.CharField(max_length=254, blank=True)
    secret = models.TextField(blank=True)  # sealed, and only until the run is over
    newest_before = models.BigIntegerField(default=0)  # the store's newest message when the run began
    n_added = models.PositiveIntegerField(default=0)
    n_there = models.PositiveIntegerField(default=0)  # were here already
    n_refused = models.PositiveIntegerField(default=0)  # too large, or no letters
    folders = models.JSONField(default=list)  # of a server: [[name, letters, done]…]
    said = models.CharField(max_length=40, blank=True)  # why it failed: a word, whose sentence is made when it is read
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(null=True)  # when it last told how far it is
    finished_at = models.DateTimeField(null=True)

    @property
    def organization_id(self) -> UUID:
        return self.address.organization_id

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id


class Health(models.Model):
    """What a domain's zone said when its records were looked up last."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="health")
    checked_at = models.DateTimeField()
    state = models.CharField(max_length=8)  # fine, wrong, unknown
    n_wrong = models.PositiveIntegerField(default=0)
    seen = models.JSONField(default=dict)  # {"TXT example.org": [values, failed, exists]}
