# SPDX-License-Identifier: AGPL-3.0-or-later
"""The secret in a buyer's link: made from the server's key, so that a letter can be sent again without keeping it."""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Customer, Order, Shop

SALT = b"tickets-order-link:"
SALT_OF_ALL = b"tickets-orders-of-a-customer:"
LINK_TIME = timedelta(hours=2)  # the link to all orders of a person; that of one order has no end


def link_secret(order_id: UUID) -> str:
    """What opens the order's page, in the letters of an address."""
    made = hmac.new(settings.MAZOT_CREDENTIAL_KEY.encode(), SALT + order_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:20]).decode().rstrip("=")


def digest_of(secret: str) -> str:
    """How a secret is looked up: rows keep only this."""
    return hashlib.sha256(secret.encode()).hexdigest()


def order_behind(shop: Shop, secret: str) -> Order:
    """The order a buyer's link opens, in its own shop."""
    found = _ORDER.first(digest_of(secret[:100]), shop.id)
    if found is None:
        raise NotFound("not_found")
    found.shop = shop
    return found


_ORDER = Prepared[Order](
    lambda digest, shop_id: Order.objects.select_related("customer", "method").filter(digest=digest, shop_id=shop_id)
)


def orders_token(customer: Customer, until: datetime) -> str:
    """What opens the orders of a customer until a moment: who, when, and a seal over both."""
    said = customer.id.bytes + int(until.timestamp()).to_bytes(6, "big")
    return base64.urlsafe_b64encode(said + _seal(said)).decode()


def customer_behind(shop: Shop, token: str) -> Customer:
    """Whose orders a link shows, in its own shop and in its time; any other is absent."""
    try:
        told = base64.b64decode(token[:100], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotFound("not_found") from None
    said, seal = told[:22], told[22:]
    if len(told) != 22 + 20 or not hmac.compare_digest(seal, _seal(said)):
        raise NotFound("not_found")
    if clock.now() >= datetime.fromtimestamp(int.from_bytes(said[16:], "big"), UTC):
        raise NotFound("not_found")
    found = Customer.objects.filter(id=UUID(bytes=said[:16]), shop=shop, erased_at__isnull=True).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _seal(said: bytes) -> bytes:
    return hmac.new(settings.MAZOT_CREDENTIAL_KEY.encode(), SALT_OF_ALL + said, hashlib.sha256).digest()[:20]
