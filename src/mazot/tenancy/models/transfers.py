# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.tenancy.models.organizations import Organization
from mazot.tenancy.models.products import ProductInstance


class Transfer(models.Model):
    """A product on its way to another organization: offered by a link, taken by somebody who manages the other one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    instance = models.ForeignKey(ProductInstance, on_delete=models.CASCADE, related_name="transfers")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="transfers")  # the giver
    receiver = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["instance"],
                condition=models.Q(taken_at__isnull=True, revoked_at__isnull=True),
                name="one_open_transfer_per_product",
            ),
        )
