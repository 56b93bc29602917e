# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id


class Told(models.QuerySet["FactRow"]):
    """Rows that are only added; a trigger of the database keeps what is in them."""

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("the activity log is only added to")


class FactRow(models.Model):
    """One thing that happened, as told by the deed itself: the audit log and the outbox are this one row.

    Rows are only ever added; `heard_at` is the outbox's mark that every listener has had it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=80)  # "drive.EntryAdded"
    organization_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)  # who did it; none when the system did
    because = models.CharField(max_length=120, blank=True)  # why the system did it
    via = models.CharField(max_length=16)  # the door: web, dav, api, job…
    address = models.CharField(max_length=45, blank=True)  # where from
    subject_id = models.UUIDField(null=True)  # what it is about: the first id of the fact
    details = models.JSONField(default=dict)
    at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # no worker takes it before: a lease, or the wait for the next try
    parked_at = models.DateTimeField(null=True)  # given up until an operator looks

    objects = Told.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["organization_id", "-at", "-id"], name="fact_log"),
            models.Index(fields=["organization_id", "kind", "-at", "-id"], name="fact_log_by_kind"),
            models.Index(fields=["person_id", "-at", "-id"], name="fact_log_by_person"),
            models.Index(fields=["subject_id", "-at"], name="fact_by_subject"),
            models.Index(fields=["at"], name="fact_unheard", condition=models.Q(heard_at__isnull=True)),
        )

    def delete(self, *_args: object, **_kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError("the activity log is only added to")
