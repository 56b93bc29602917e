# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.tenancy.models.organizations import Membership, Organization


class ApiToken(models.Model):
    """A secret that opens the API as one member of one organization, never further than its scopes.

    A personal token belongs to its maker; one of the organization is seen and ended by everybody who manages it. Both
    act with what the maker may do at that moment, and end when the maker leaves.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="tokens")
    of_organization = models.BooleanField(default=False)
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)  # ["people", "people:read", "teams", …]
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    paced_minute = models.BigIntegerField(default=0)  # the minute that the two counts are about
    paced_reads = models.PositiveIntegerField(default=0)
    paced_writes = models.PositiveIntegerField(default=0)


class IdempotentAnswer(models.Model):
    """What a request with an idempotency key was answered, so that its repetition does nothing twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # 0: still being answered
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key"),)


class Webhook(models.Model):
    """An address outside that is told, with a signature, when something happens in the organization."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = models.TextField()  # encrypted under the credentials key; signs each letter
    facts = models.JSONField(default=list)  # names of facts, or ["*"]
    made_by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)


class WebhookDelivery(models.Model):
    """One fact on its way to one address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    fact_id = models.UUIDField()
    body = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(default=0)  # of the last answer; 0: none came
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)  # after the last of the tries; it can be sent again by hand

    class Meta:
        constraints = (models.UniqueConstraint(fields=["webhook", "fact_id"], name="one_delivery_per_fact"),)
