# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id


class AppPassword(models.Model):
    """A secret for one program of one person; shown once, kept as a keyed digest beside its public prefix."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="app_passwords")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)  # ["drive", "calendar", "contacts"], each may end in ":read"
    folder_id = models.UUIDField(null=True)  # a Drive folder this password cannot leave
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    last_used_by = models.CharField(max_length=120, blank=True)  # the program as it named itself


class LoginEvent(models.Model):
    """One try to come in, through any door, and how it ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("tenancy.Person", null=True, on_delete=models.CASCADE, related_name="login_events")
    login = models.CharField(max_length=254)  # as typed, folded and cut
    via = models.CharField(max_length=16)  # web, dav
    succeeded = models.BooleanField()
    reason = models.CharField(max_length=40)  # password, passkey, app_password / wrong_password, revoked, throttled…
    address = models.CharField(max_length=45, blank=True)
    program = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["person", "-at"], name="logins_of_a_person"),
            models.Index(fields=["-at", "-id"], name="logins_by_time"),
        )


class Pace(models.Model):
    """Tries that failed lately from one side: an address, an address with a name, or a name from everywhere."""

    key = models.CharField(primary_key=True, max_length=64)  # keyed digest of what it is about
    failures = models.FloatField(default=0)  # as of `at`; they fade with time
    at = models.DateTimeField()
    last_secret = models.CharField(max_length=64, blank=True)  # keyed digest: the same wrong one counts once
