# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pictures of events as strangers see them: only of what the shop shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.views.decorators.http import require_safe

from mazot.foundation import clock
from mazot.foundation.delivery import Delivery
from mazot.foundation.errors import NotFound
from mazot.foundation.pictures import deliver_picture
from mazot.products.tickets.queries.dates_shown import event_at
from mazot.products.tickets.web.views.shop import in_the_shop

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop


@require_safe
@in_the_shop
def poster(request: HttpRequest, shop: Shop, event_slug: str, digest: str) -> Delivery:
    """The event's picture; its digest is in the address, so a browser keeps it until there is another one."""
    event = event_at(shop, event_slug, clock.now())[1][0].event
    if not event.picture or event.picture != digest:
        raise NotFound("not_found")
    return deliver_picture(request, event.picture)
