# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.tenancy.models.organizations import Membership, Organization, Team


class Plan(models.Model):
    """A table of features and limits of one product, as rows and never as constants in code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.CharField(max_length=24)
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    features = models.JSONField(default=dict)  # {"webdav": true}
    limits = models.JSONField(default=dict)  # {"storage_bytes": 200000000000}

    class Meta:
        constraints = (models.UniqueConstraint(fields=["product", "key"], name="one_plan_per_key"),)


class ProductInstance(models.Model):
    """One product of one organization, for example its Drive."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="products")
    product = models.CharField(max_length=24)  # key of the declaration, and the category of grants
    name = models.CharField(max_length=120)
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["organization", "product"], name="instances_of_product"),)

    def __str__(self) -> str:
        return self.name

    def has_feature(self, feature: str) -> bool:
        """Whether the plan contains the feature; without a plan everything is in."""
        return self.plan is None or bool(self.plan.features.get(feature))

    def limit(self, name: str) -> int | None:
        value = self.plan.limits.get(name) if self.plan else None
        return int(value) if value is not None else None


class Grant(models.Model):
    """Rights on one product (instance set) or on a whole category with its future products (instance empty).

    The holder is one member or one team. Several named products are several rows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="grants")
    membership = models.ForeignKey(Membership, null=True, on_delete=models.CASCADE, related_name="grants")
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="grants")
    product = models.CharField(max_length=24)
    instance = models.ForeignKey(ProductInstance, null=True, on_delete=models.CASCADE, related_name="grants")
    rights = models.JSONField(default=list)  # ["drive.use", …] or ["*"]: every right of the product, future ones too
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(membership__isnull=False, team__isnull=True)
                | models.Q(membership__isnull=True, team__isnull=False),
                name="grant_has_one_holder",
            ),
            models.UniqueConstraint(
                fields=["membership", "instance"],
                condition=models.Q(instance__isnull=False, membership__isnull=False),
                name="one_grant_per_member_and_product",
            ),
            models.UniqueConstraint(
                fields=["team", "instance"],
                condition=models.Q(instance__isnull=False, team__isnull=False),
                name="one_grant_per_team_and_product",
            ),
            models.UniqueConstraint(
                fields=["membership", "product"],
                condition=models.Q(instance__isnull=True, membership__isnull=False),
                name="one_grant_per_member_and_category",
            ),
            models.UniqueConstraint(
                fields=["team", "product"],
                condition=models.Q(instance__isnull=True, team__isnull=False),
                name="one_grant_per_team_and_category",
            ),
        )
