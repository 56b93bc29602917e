# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.tickets.models.shops import Shop


class Form(models.Model):
    """Questions asked once per order or once per ticket of a price."""

    class Scope(models.TextChoices):
        ORDER = "order"
        PRICE = "price"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="forms")
    scope = models.CharField(max_length=5, choices=Scope.choices)
    name = models.CharField(max_length=80)


class Question(models.Model):
    """One field of a form."""

    class Kind(models.TextChoices):
        TEXT = "text"
        LONG_TEXT = "long_text"
        CHOICE = "choice"
        CHOICES = "choices"
        NUMBER = "number"
        DATE = "date"
        PHONE = "phone"
        EMAIL = "email"
        COUNTRY = "country"
        CONSENT = "consent"

    class State(models.TextChoices):
        HIDDEN = "hidden"
        OPTIONAL = "optional"
        REQUIRED = "required"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPTIONAL)
    label = models.CharField(max_length=200)
    labels = models.JSONField(default=dict)  # {"fr": …}: other languages
    help = models.CharField(max_length=400, blank=True)
    options = models.JSONField(default=list)  # of a choice
    on_ticket = models.BooleanField(default=False)  # the answer is printed
    keep_days = models.PositiveIntegerField(null=True)  # after the performance; then the answer is erased
    position = models.PositiveSmallIntegerField(default=0)
