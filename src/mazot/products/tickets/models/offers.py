# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.tickets.models.programme import Price
from mazot.products.tickets.models.shops import Shop


class Offer(models.Model):
    """What a promo code gives, on which prices, how often and when."""

    class Kind(models.TextChoices):
        PERCENT = "percent"  # of each line; value in permille
        PER_TICKET = "per_ticket"
        TOTAL = "total"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="offers")
    name = models.CharField(max_length=80)  # buyers read it
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.PositiveBigIntegerField()
    max_tickets = models.PositiveIntegerField(null=True)  # that may benefit at all; used up, no code works
    max_per_order = models.PositiveSmallIntegerField(null=True)  # exceeded: the code is refused
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    prices = models.ManyToManyField(Price, related_name="offers")  # none: all
    shows_secret = models.BooleanField(default=False)  # its code shows its secret prices
    is_on = models.BooleanField(default=True)


class PromoCode(models.Model):
    """One code of an offer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="codes")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)  # folded
    max_orders = models.PositiveIntegerField(null=True)  # one: single use

    class Meta:
        constraints = (models.UniqueConstraint(fields=["shop", "code"], name="one_code_per_shop"),)
