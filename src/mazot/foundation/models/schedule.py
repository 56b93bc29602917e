# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models


class Turn(models.Model):
    """When a periodic job is due next; the row is the lock that lets one worker of many take the turn."""

    job = models.CharField(max_length=120, primary_key=True)
    due_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
