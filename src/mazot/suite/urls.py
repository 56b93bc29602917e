# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every address: each product below its key, and what people need before they have a product."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from mazot.exchange.registry import products
from mazot.heads.api.app import addresses as api_addresses
from mazot.ui import design


def front_door(request: HttpRequest) -> HttpResponse:
    """The first product of the rail, or the way in."""
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    first = next((product for product in products() if product.home), None)
    return redirect(first.home if first else "account:home")


def _development() -> list[Any]:
    return design.addresses if settings.MAZOT.development else []


def _rooms() -> list[Any]:
    below = [path(f"{product.key}/", include(product.urls)) for product in products() if product.urls]
    return below + [path("", include(product.root_urls)) for product in products() if product.root_urls]


urlpatterns: list[Any] = [path("", front_door, name="front-door"), *api_addresses(), *_rooms(), *_development()]

handler400 = "mazot.ui.errors.bad_request"
handler403 = "mazot.ui.errors.forbidden"
handler404 = "mazot.ui.errors.not_found"
handler500 = "mazot.ui.errors.server_error"
