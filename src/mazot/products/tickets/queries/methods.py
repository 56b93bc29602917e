# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ways to pay in a shop, and the keys of their providers."""

import json
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.foundation.sealing import unseal
from mazot.products.tickets.models import PaymentMethod, Shop

SEALED_FOR = "tickets-payment-provider"
SECRETS = {"stripe": ("secret_key", "webhook_secret")}  # of each provider, in the order a page asks for them


def methods_of(shop: Shop) -> QuerySet[PaymentMethod]:
    return PaymentMethod.objects.filter(shop=shop).order_by("position", "id")


def method_of(shop: Shop, method_id: UUID) -> PaymentMethod:
    found = methods_of(shop).filter(id=method_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def keys_of(method: PaymentMethod) -> dict[str, str]:
    """The secrets of a provider, for the code that talks to it and nobody else."""
    if not method.settings:
        return {}
    found: dict[str, str] = json.loads(unseal(method.settings, key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR))
    return found


def has_keys(method: PaymentMethod) -> bool:
    return all(keys_of(method).get(name) for name in SECRETS.get(method.provider, ()))
