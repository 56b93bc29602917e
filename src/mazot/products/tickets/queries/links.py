# SPDX-License-Identifier: AGPL-3.0-or-later
"""The secret in a buyer's link: made from the server's key, so that a letter can be sent again without keeping it."""

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Order, Shop

SALT = b"tickets-order-link:"


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
