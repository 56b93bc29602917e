# SPDX-License-Identifier: AGPL-3.0-or-later
"""What addresses keep. Rows by the million have small keys: whole numbers, and a pair for a placement (decision 20).

Where an index begins with a foreign key, the key has none of its own: each is one more write for each letter.
"""

from django.db import models
from django.db.models import Q

from mazot.products.mail.models.addresses import Address


class Store(models.Model):
    """Everything one real address keeps, and the counter that orders its changes."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    address = models.OneToOneField(Address, on_delete=models.CASCADE, related_name="store")
    modseq = models.BigIntegerField(default=1)  # of its newest change, in any mailbox (RFC 7162)
    uidvalidity = models.BigIntegerField(default=0)  # the highest that any mailbox of it was given
    used = models.BigIntegerField(default=0)  # bytes of its messages
    allowed = models.BigIntegerField(null=True)  # none: no limit
    n_messages = models.BigIntegerField(default=0)
    gone = models.BigIntegerField(default=0)  # bytes of messages in no mailbox, kept to be restored and charged no more
    warned = models.PositiveSmallIntegerField(default=0)  # at how many per cent its people were told that it fills
    warned_at = models.DateTimeField(null=True)


class Mailbox(models.Model):
    """A folder of a store, with the counters IMAP answers from."""

    class Role(models.TextChoices):
        NONE = ""
        INBOX = "inbox"
        DRAFTS = "drafts"
        SENT = "sent"
        JUNK = "junk"
        TRASH = "trash"
        ARCHIVE = "archive"

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="mailboxes")
    name = models.CharField(max_length=1000)  # whole path, NFC, "/" between; the inbox is exactly "INBOX"
    role = models.CharField(max_length=8, choices=Role.choices, blank=True)
    uidvalidity = models.BigIntegerField()
    uidnext = models.BigIntegerField(default=1)
    highest_modseq = models.BigIntegerField(default=1)
    expunged_floor = models.BigIntegerField(default=0)  # what was expunged up to here is no longer remembered
    n_total = models.BigIntegerField(default=0)
    n_unseen = models.BigIntegerField(default=0)
    n_deleted = models.BigIntegerField(default=0)  # placements with \Deleted, for STATUS (RFC 9051 section 6.3.11)
    n_bytes = models.BigIntegerField(default=0)
    is_subscribed = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["store", "name"], name="one_mailbox_per_name"),
            models.UniqueConstraint(fields=["store", "role"], condition=~Q(role=""), name="one_mailbox_per_role"),
        )


class Thread(models.Model):
    """Messages of one store that answer each other."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="threads", db_index=False)
    subject = models.BinaryField(max_length=16, default=bytes)  # digest of the subject without Re: and Fwd:
    newest_at = models.DateTimeField(null=True)  # when its newest message was received

    class Meta:
        indexes = (models.Index(fields=["store", "subject"], name="threads_by_subject"),)


class ThreadReference(models.Model):
    """To which thread a Message-ID belongs, whether we keep that message or only one that answers it."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField(max_length=16)  # of the Message-ID
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="references")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["store", "digest"], name="one_thread_per_reference"),)


class Message(models.Model):
    """A content a store keeps, and what was read from it when it came."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="messages")
    digest = models.CharField(max_length=64, db_index=True)  # of the blob: the bytes with CRLF ends, as they came
    size = models.BigIntegerField()
    received_at = models.DateTimeField()  # IMAP's internal date
    sent_at = models.DateTimeField(null=True)  # the Date field, where one can be read
    thread = models.ForeignKey(Thread, null=True, on_delete=models.SET_NULL, related_name="messages")
    message_id = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    sender = models.CharField(max_length=500, blank=True)  # From, as people read it
    recipients = models.CharField(max_length=1000, blank=True)  # To and Cc, as people read them
    preview = models.CharField(max_length=256, blank=True)
    n_attachments = models.PositiveIntegerField(default=0)
    envelope = models.BinaryField()  # ENVELOPE as it goes over the wire
    bodystructure = models.BinaryField()  # BODYSTRUCTURE, the same
    body = models.BinaryField()  # BODY, without the extension data
    parts = models.BinaryField()  # where each part lies: wire/mime/parts.py
    reading = models.PositiveSmallIntegerField(default=0)  # version of the reader; 0: could not be read, only kept
    gone_at = models.DateTimeField(null=True)  # when its last placement went (decision 22)
    gone_from = models.CharField(max_length=1000, blank=True)  # the name of the mailbox it was last in

    class Meta:
        indexes = (models.Index(fields=["store", "gone_at"], condition=Q(gone_at__isnull=False), name="messages_gone"),)


class Placement(models.Model):
    """A message in a mailbox, under its UID."""

    pk = models.CompositePrimaryKey("mailbox_id", "uid")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="placements", db_index=False)
    uid = models.BigIntegerField()
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="placements")
    modseq = models.BigIntegerField()
    flags = models.IntegerField(default=0)  # bits of rules/flags.py; an index of the unseen rests on bit 1
    keywords = models.CharField(max_length=1000, blank=True)  # others than those, by name, a blank between
    saved_at = models.DateTimeField()  # when it came into this mailbox (RFC 8514)

    class Meta:
        indexes = (models.Index(fields=["mailbox", "modseq"], name="placements_by_change"),)


class Expunged(models.Model):
    """A UID that is gone, for clients that come back (RFC 7162 section 3.2.10)."""

    pk = models.CompositePrimaryKey("mailbox_id", "uid")
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="expunged", db_index=False)
    uid = models.BigIntegerField()
    modseq = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["mailbox", "modseq"], name="expunged_by_change"),)
