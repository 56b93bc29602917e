# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models
from django.db.models import Q

from mazot.foundation.ids import new_id


class Service(models.Model):
    """Mail on one domain: one product instance, named after the domain."""

    class Proof(models.TextChoices):
        NONE = "none"
        TXT = "txt"  # a record of the domain's zone held our token
        OPERATOR = "operator"  # whoever runs this server says so

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.OneToOneField("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    domain = models.CharField(max_length=253)  # A-labels, small letters
    proof = models.CharField(max_length=8, choices=Proof.choices, default=Proof.NONE)
    proof_token = models.CharField(max_length=64)
    proved_at = models.DateTimeField(null=True)
    max_addresses = models.PositiveIntegerField(default=5)  # real ones, which alone count
    default_rights = models.PositiveIntegerField(default=0)  # of new sharings: bits of rules/rights.py
    greylists = models.BooleanField(default=False)
    filters_spam = models.BooleanField(default=True)
    spam_from = models.PositiveSmallIntegerField(default=50)  # tenths of the sum from which a letter is spam
    refuses_forged = models.BooleanField(default=False)  # what its author's domain asks to reject (DMARC)
    daily_recipients = models.PositiveIntegerField(default=1440)  # of one address in 24 hours
    is_in_maintenance = models.BooleanField(default=False)  # mail comes in, nobody reads
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            # Two organizations may write the same domain down; only one can prove it.
            models.UniqueConstraint(
                fields=["domain"], condition=~Q(proof="none"), name="one_proved_service_per_domain"
            ),
        )


class SigningKey(models.Model):
    """A DKIM key of a service: what its letters are signed with, and the record the zone shows."""

    class Algorithm(models.TextChoices):
        RSA = "rsa-sha256"
        ED25519 = "ed25519-sha256"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="signing_keys")
    selector = models.CharField(max_length=63)
    algorithm = models.CharField(max_length=16, choices=Algorithm.choices)
    secret = models.TextField()  # sealed PEM
    record = models.TextField()  # the TXT record's value
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["service", "selector"], name="one_key_per_selector"),)
