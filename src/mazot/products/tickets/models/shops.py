# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.products.tickets.rules.calendars import DISPLAYS


class Channel(models.TextChoices):
    """Through which counter a place is sold."""

    ONLINE = "online"
    RESELLER = "reseller"  # a member with the sales right, at the counter
    ADMIN = "admin"  # a manager of the organization, at the counter


def every_display() -> list[str]:
    return list(DISPLAYS)


class Shop(models.Model):
    """A ticket shop: one product instance, usually one season, with its look, its contact and its rules."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.OneToOneField("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=60, unique=True)  # its public address: /shop/<slug>
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CHF")  # ISO 4217; fixed once an order exists
    timezone = models.CharField(max_length=64, default="Europe/Zurich")
    language = models.CharField(max_length=10, default="en")
    is_open = models.BooleanField(default=False)  # the first of the three layers of visibility
    is_test = models.BooleanField(default=True)  # never true again after the first real order
    first_order_at = models.DateTimeField(null=True)  # of the first real order
    introduction = models.TextField(blank=True)
    website = models.CharField(max_length=255, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.CharField(max_length=254, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    terms = models.TextField(blank=True)
    vat_number = models.CharField(max_length=40, blank=True)
    creditor = models.JSONField(default=dict)  # {"name", "street", "house", "postcode", "town", "country"} on invoices
    iban = models.CharField(max_length=34, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(default=15)  # 5 to 60
    origins = models.JSONField(default=list)  # https origins whose pages may show the widget
    number_prefix = models.CharField(max_length=8, default="T")
    next_number = models.PositiveIntegerField(default=1)
    next_test_number = models.PositiveIntegerField(default=1)
    display = models.CharField(max_length=8, default="list")  # how its programme is shown first: list, month, week
    displays = models.JSONField(default=every_display)  # among which a buyer switches
    cancel_hours = models.PositiveSmallIntegerField(null=True)  # before the start buyers may cancel; null: they may not
    cancel_keeps = models.PositiveSmallIntegerField(
        default=0
    )  # permille of what was paid that the organizer keeps then
    queue_size = models.PositiveIntegerField(null=True)  # buyers let in at once when sales are hot; null: no queue
    queue_opens_at = models.DateTimeField(null=True)  # those who come in the hour before draw their places
    created_at = models.DateTimeField()


class PaymentMethod(models.Model):
    """One way to pay in a shop, and when it is offered."""

    class Kind(models.TextChoices):
        INVOICE = "invoice"  # QR-bill or SEPA code, with a deadline
        ON_SITE = "on_site"
        FREE = "free"  # for totals of nothing, and invitations at the counter
        CARD = "card"  # through a provider

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="methods")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_on = models.BooleanField(default=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)  # at the end of the document
    provider = models.CharField(max_length=24, blank=True)  # of a card: "test", "stripe"
    settings = models.TextField(blank=True)  # sealed JSON: the provider's keys
    min_total = models.PositiveBigIntegerField(default=0)
    max_total = models.PositiveBigIntegerField(null=True)
    online = models.BooleanField(default=True)
    reseller = models.BooleanField(default=True)
    admin = models.BooleanField(default=True)
    cutoff_days = models.PositiveSmallIntegerField(default=0)  # before the performance it is no longer offered
    deadline_days = models.PositiveSmallIntegerField(default=10)  # of an invoice; then the order is cancelled
    fee_fixed = models.PositiveBigIntegerField(default=0)
    fee_permille = models.PositiveSmallIntegerField(default=0)
    fee_per_ticket = models.PositiveBigIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["shop", "kind", "provider"], name="one_method_per_kind_and_provider"),
        )


class WaitingRoom(models.Model):
    """Who waits before a shop with hot sales: numbers given, the draw at the opening, and how far it has moved on."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, primary_key=True, related_name="waiting_room")
    given = models.PositiveIntegerField(default=0)  # the last number
    allowed = models.PositiveIntegerField(default=0)  # up to this place people may come in; may lie ahead of `given`
    marks = models.JSONField(default=list)  # [[second, how many had been let in]], of the last ten minutes
    opens_at = models.DateTimeField(null=True)  # of the draw below, as the shop had it
    first = models.PositiveIntegerField(default=0)  # numbers after this one take part in the draw
    last = models.PositiveIntegerField(null=True)  # up to this one; null until it was drawn
    seed = models.CharField(max_length=64, blank=True)  # hexadecimal, made when it is drawn
    moved_at = models.DateTimeField()
