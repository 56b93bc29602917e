# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models
from django.db.models import Q

from mazot.foundation.ids import new_id
from mazot.products.tickets.models.offers import PromoCode
from mazot.products.tickets.models.programme import Performance, Price, Zone
from mazot.products.tickets.models.shops import Channel, PaymentMethod, Shop


class Customer(models.Model):
    """Somebody who bought, known in one shop by their address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="customers")
    email = models.CharField(max_length=254)  # folded
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    sought = models.CharField(max_length=500, blank=True)  # name and address as people look for them
    company = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    notes = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # when they last had the link to their orders sent
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["shop", "email"], name="one_customer_per_address"),)


class Cart(models.Model):
    """What a buyer holds until it expires; confirming it makes its one order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="carts")
    digest = models.CharField(max_length=64, unique=True)  # of its token, which stands in the address or a cookie
    channel = models.CharField(max_length=8, choices=Channel.choices)
    seller = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    code = models.ForeignKey(PromoCode, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=10)
    side = models.CharField(max_length=32, blank=True)  # keyed digest of where an online one came from, for a day
    expires_at = models.DateTimeField(db_index=True)
    extended = models.BooleanField(default=False)  # once, while the buyer pays
    turn = models.PositiveIntegerField(null=True)  # the number in the waiting room it was opened with
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["shop", "turn"], name="one_cart_per_turn"),)
        indexes = (models.Index(fields=["side", "created_at"], name="carts_by_side"),)


class Order(models.Model):
    """What a buyer bought. Its total is the sum of its tickets' amounts and its fee, for ever."""

    class State(models.TextChoices):
        PENDING = "pending"  # placed, waits for money until due_at
        PAID = "paid"
        PARTLY_CANCELLED = "partly_cancelled"
        CANCELLED = "cancelled"
        EXPIRED = "expired"  # unpaid at its deadline

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="orders")
    number = models.CharField(max_length=24)  # "T-26-0384"
    cart_id = models.UUIDField(unique=True)  # the cart it came from: a repeat of its confirmation finds this order
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=16, choices=State.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    seller = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    is_test = models.BooleanField()
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    method = models.ForeignKey(PaymentMethod, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(PromoCode, null=True, on_delete=models.PROTECT, related_name="orders")
    fee = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField()
    paid = models.PositiveBigIntegerField(default=0)
    refunded = models.PositiveBigIntegerField(default=0)
    answers = models.JSONField(default=dict)  # question id: answer
    digest = models.CharField(max_length=64, unique=True)  # of the secret in the buyer's link
    attention = models.CharField(max_length=200, blank=True)  # why somebody must look at it
    reference = models.CharField(max_length=27, blank=True)  # of the payment slip
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["shop", "number"], name="one_order_per_number"),)
        indexes = (
            models.Index(fields=["shop", "-created_at"], name="orders_by_time"),
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="orders_by_deadline"),
        )


class Ticket(models.Model):
    """One place: held by a cart until `hold_until`, then part of an order until the gate.

    `takes_place` says whether it counts against seats and quotas; a void ticket whose seat was not freed still does.
    """

    class State(models.TextChoices):
        HELD = "held"
        PENDING = "pending"
        VALID = "valid"
        USED = "used"
        VOID = "void"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey("tenancy.ProductInstance", on_delete=models.CASCADE, related_name="+")
    performance = models.ForeignKey(Performance, on_delete=models.PROTECT, related_name="tickets")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="tickets")
    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="tickets")
    cart = models.ForeignKey(Cart, null=True, on_delete=models.SET_NULL, related_name="tickets")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="tickets")
    number = models.PositiveSmallIntegerField(default=0)  # within its order
    state = models.CharField(max_length=8, choices=State.choices)
    takes_place = models.BooleanField(default=True)
    hold_until = models.DateTimeField(null=True)  # of a held one; after it the place is anybody's
    seat = models.CharField(max_length=40, null=True)
    seat_label = models.CharField(max_length=200, blank=True)
    list_amount = models.PositiveBigIntegerField()  # before discounts
    amount = models.PositiveBigIntegerField()  # what it costs, tax included
    vat_permille = models.PositiveSmallIntegerField()
    offer = models.ForeignKey("tickets.Offer", null=True, on_delete=models.PROTECT, related_name="tickets")
    code = models.CharField(max_length=32, unique=True)  # what its QR says: 128 bits of chance, never in order
    holder_name = models.CharField(max_length=160, blank=True)
    answers = models.JSONField(default=dict)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Decides who gets a seat, whatever the programs around it do.
            models.UniqueConstraint(
                fields=["performance", "seat"],
                condition=Q(takes_place=True, seat__isnull=False),
                name="one_ticket_per_seat",
            ),
        )
        indexes = (
            models.Index(fields=["performance", "zone", "price"], condition=Q(takes_place=True), name="tickets_taking"),
            models.Index(fields=["hold_until"], condition=Q(state="held"), name="tickets_by_hold"),
        )


class Payment(models.Model):
    """Money that came in or went back for an order, once for each event of its provider."""

    class Kind(models.TextChoices):
        PAYMENT = "payment"
        REFUND = "refund"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    provider = models.CharField(max_length=24)  # "hand" when a member entered it
    event = models.CharField(max_length=120)  # the provider's own id of it; unique, so a repeat changes nothing
    amount = models.PositiveBigIntegerField()
    reference = models.CharField(
        max_length=120, blank=True
    )  # what the provider calls the payment, or the one given back
    fault = models.CharField(max_length=200, blank=True)  # why the provider did not give it back
    reason = models.CharField(max_length=200, blank=True)
    is_done = models.BooleanField(default=True)  # a refund that somebody still has to make is not
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["provider", "event"], name="one_payment_per_event"),)


class Entry(models.Model):
    """One line of what happened to an order; written once and never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="entries")
    what = models.CharField(max_length=24)  # "placed", "paid", "cancelled", "refunded", "sent", "renamed", "scanned" …
    details = models.JSONField(default=dict)
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
