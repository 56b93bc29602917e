# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models
from django.db.models import Q

from mazot.foundation.ids import new_id


class Space(models.Model):
    """One person's own folder, or one organization folder, in one drive."""

    class Kind(models.TextChoices):
        PERSONAL = "personal"
        COMMON = "common"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.ForeignKey("tenancy.Person", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)  # of an organization folder; empty for a person's own
    root = models.OneToOneField("drive.Entry", null=True, on_delete=models.DO_NOTHING, related_name="+")
    sequence = models.BigIntegerField(default=0)  # number of the newest change
    locked_until = models.DateTimeField(null=True)  # no lock of this space outlives it, so a write can skip looking

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["instance", "person"], condition=Q(person__isnull=False), name="one_own_folder_per_drive"
            ),
            models.UniqueConstraint(
                fields=["instance", "name"], condition=Q(person__isnull=True), name="one_common_folder_per_name"
            ),
        )


class Trashing(models.Model):
    """One deletion that can be undone: what was taken, from where, by whom, when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="trashings")
    organization_id = models.UUIDField()
    # The top of it. Entries and their trashing go together in `erase_entries`; neither takes the other along.
    entry = models.OneToOneField("drive.Entry", on_delete=models.DO_NOTHING, related_name="trashing")
    n_entries = models.PositiveIntegerField(default=1)
    size = models.BigIntegerField(default=0)  # bytes of every revision below, which erasing gives back
    place = models.JSONField(default=list)  # names of the folders it was in, from the space's root down
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class Entry(models.Model):
    """A name in a place: a folder, or a file with its current content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="entries")
    parent = models.ForeignKey("self", null=True, on_delete=models.DO_NOTHING, related_name="children")
    is_folder = models.BooleanField()
    name = models.CharField(max_length=255)  # NFC, case kept
    size = models.BigIntegerField(default=0)  # bytes of the current content; 0 for a folder
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the current content
    version = models.UUIDField(default=new_id)  # new at every rewrite, also with equal bytes: the ETag
    content_type = models.CharField(max_length=160, blank=True)
    number = models.PositiveIntegerField(default=1)  # of the current content: "version 4"
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()  # a client may set it
    changed_by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    trashed = models.ForeignKey(Trashing, null=True, on_delete=models.DO_NOTHING, related_name="entries")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(trashed__isnull=True), name="one_entry_per_name"
            ),
        )
        indexes = (models.Index(fields=["space", "-modified_at"], name="entries_by_change"),)


class Revision(models.Model):
    """One content of a file in time; the newest is the current one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)  # equals Entry.version of its time
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="revisions")
    digest = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()


class Change(models.Model):
    """One line of a space's log, for clients that ask what happened since."""

    class Kind(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        REMOVED = "removed"

    id = models.BigAutoField(primary_key=True)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="changes")
    sequence = models.BigIntegerField()
    entry_id = models.UUIDField()
    parent_id = models.UUIDField(null=True)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=Kind.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["space", "sequence"], name="one_change_per_number"),)
