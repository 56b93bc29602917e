# SPDX-License-Identifier: AGPL-3.0-or-later
from uuid import UUID

from django.db import models
from django.db.models import Q

from mazot.foundation.ids import new_id
from mazot.products.mail.models.domains import Service


class Address(models.Model):
    """A name before the @ of a service's domain: one that keeps mail, an alias of one, or one that only redirects."""

    class Kind(models.TextChoices):
        REAL = "real"
        ALIAS = "alias"
        REDIRECT = "redirect"

    class State(models.TextChoices):
        OPEN = "open"
        MAINTENANCE = "maintenance"  # mail comes in, nobody reads
        BLOCKED = "blocked"  # nobody reads or sends, and mail is put off (4xx)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="addresses")
    local = models.CharField(max_length=64)  # NFC, folded; exactly "catchall" takes what no other address does
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    target = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="aliases")  # of an alias
    name = models.CharField(max_length=120, blank=True)  # what letters from it show beside the address
    may_send = models.BooleanField(default=True)
    keeps_copies = models.BooleanField(default=True)  # a real address that redirects keeps what it passes on
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)  # thirty days in the bin

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["service", "local"], condition=Q(deleted_at__isnull=True), name="one_address_per_name"
            ),
        )

    def __str__(self) -> str:
        return f"{self.local}@{self.service.domain}"

    @property
    def is_in_maintenance(self) -> bool:
        """By itself, or with everything of its service."""
        return self.state == self.State.MAINTENANCE or self.service.is_in_maintenance


class Redirection(models.Model):
    """Another address to which mail for this one goes on, once whoever reads it there has accepted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="redirections")
    goes_to = models.CharField(max_length=254)
    token_digest = models.CharField(max_length=64)  # of the letter's link
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["address", "goes_to"], name="one_redirection_per_target"),)

    @property
    def organization_id(self) -> UUID:
        return self.address.organization_id

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id


class DevicePassword(models.Model):
    """What one device or program opens one address with: shown once, kept as a keyed digest, ended by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="device_passwords")
    person = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="+")  # whose device it is
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=45, blank=True)
    last_used_by = models.CharField(max_length=120, blank=True)  # the program as it named itself

    @property
    def organization_id(self) -> UUID:
        return self.address.organization_id

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id


class Sharing(models.Model):
    """What one person may do with one address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="sharings")
    person = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="+")
    rights = models.PositiveIntegerField(default=0)  # bits of rules/rights.py
    is_keeper = models.BooleanField(default=False)  # whose address it is: may do all of it
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["address", "person"], name="one_sharing_per_person"),)

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id


class Invited(models.Model):
    """Somebody outside who is let into an address once they have joined the organization."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="invited")
    login = models.CharField(max_length=254)  # whom the letter went to, folded
    rights = models.PositiveIntegerField(default=0)
    invited_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["address", "login"], name="one_waiting_per_login"),)

    @property
    def organization_id(self) -> UUID:
        return self.address.organization_id

    @property
    def instance_id(self) -> UUID:
        return self.address.instance_id
