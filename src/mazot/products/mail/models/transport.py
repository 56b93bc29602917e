# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models


class TransportPolicy(models.Model):
    """How another domain wants its mail to be brought (RFC 8461), as it was fetched last; nobody's in particular."""

    domain = models.CharField(primary_key=True, max_length=253)  # A-labels, small letters
    announced = models.CharField(max_length=32)  # the id its zone announced
    mode = models.CharField(max_length=8)
    hosts = models.TextField()  # names and patterns, with blanks between
    max_age = models.PositiveIntegerField()  # seconds
    ends_at = models.DateTimeField(db_index=True)
