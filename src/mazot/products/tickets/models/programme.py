# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.tickets.models.shops import Shop, every_display


class Visibility(models.TextChoices):
    VISIBLE = "visible"
    HIDDEN = "hidden"
    FULL = "full"  # shown, and refused to the cart


class Event(models.Model):
    """An item of the programme, with one date or many."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="events")
    slug = models.CharField(max_length=80)
    title = models.CharField(max_length=160)
    subtitle = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    picture = models.CharField(max_length=64, blank=True)  # digest of the blob
    place = models.CharField(max_length=160, blank=True)
    address = models.CharField(max_length=255, blank=True)
    online = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.HIDDEN)
    reseller = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.VISIBLE)
    admin = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.VISIBLE)
    display = models.CharField(max_length=8, default="list")  # how its dates are shown first: list, month, week
    displays = models.JSONField(default=every_display)  # among which a buyer switches
    shows_left = models.BooleanField(default=False)  # whether buyers read how many places are left
    recurrence = models.CharField(max_length=400, blank=True)  # RRULE (RFC 5545 §3.3.10) its dates were made with
    form = models.ForeignKey("tickets.Form", null=True, on_delete=models.SET_NULL, related_name="+")  # once per order
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["shop", "slug"], name="one_event_per_slug"),)


class Performance(models.Model):
    """One dated occurrence. Its row is locked by whoever claims or frees a place of it."""

    class State(models.TextChoices):
        ON = "on"
        CANCELLED = "cancelled"
        POSTPONED = "postponed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="performances")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    doors_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ON)
    online = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.VISIBLE)
    reseller = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.VISIBLE)
    admin = models.CharField(max_length=8, choices=Visibility.choices, default=Visibility.VISIBLE)
    online_from = models.DateTimeField(null=True)
    online_until = models.DateTimeField(null=True)  # null: its start
    reseller_until = models.DateTimeField(null=True)  # null: two hours after its start
    admin_until = models.DateTimeField(null=True)  # null: two hours after its start
    capacity = models.PositiveIntegerField(null=True)
    detached = models.BooleanField(default=False)  # edited alone, so the recurrence leaves it

    class Meta:
        indexes = (models.Index(fields=["event", "starts_at"], name="performances_by_start"),)


class Zone(models.Model):
    """A pricing area of a performance. With numbered seats a ticket needs a seat, without them it has none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    performance = models.ForeignKey(Performance, on_delete=models.CASCADE, related_name="zones")
    code = models.CharField(max_length=1)  # its letter in the seating of the performance
    name = models.CharField(max_length=80)
    tint = models.PositiveSmallIntegerField(default=1)  # 1 to 8, of the design's tints
    is_numbered = models.BooleanField(default=False)
    is_visible = models.BooleanField(default=True)
    quota = models.PositiveIntegerField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["performance", "code"], name="one_zone_per_code"),)


class Price(models.Model):
    """One line of a zone: what a place costs for whom, and how many there are."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="prices")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True)
    amount = models.PositiveBigIntegerField()  # tax included
    vat_permille = models.PositiveSmallIntegerField(default=0)  # 81 is 8.1 %
    quantity = models.PositiveIntegerField(null=True)
    min_per_order = models.PositiveSmallIntegerField(default=0)
    max_per_order = models.PositiveSmallIntegerField(null=True)
    online = models.BooleanField(default=True)
    reseller = models.BooleanField(default=True)
    admin = models.BooleanField(default=True)
    sale_from = models.DateTimeField(null=True)
    sale_until = models.DateTimeField(null=True)
    is_visible = models.BooleanField(default=True)
    is_secret = models.BooleanField(default=False)  # a promo code shows it
    proof = models.CharField(max_length=200, blank=True)  # what the holder brings along
    scan_icon = models.CharField(max_length=24, blank=True)
    form = models.ForeignKey("tickets.Form", null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)


class Quota(models.Model):
    """A number of places that several prices share."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="quotas")
    name = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    prices = models.ManyToManyField(Price, related_name="quotas")
