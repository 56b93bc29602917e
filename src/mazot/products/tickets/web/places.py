# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the back office, by what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from mazot.products.tickets.queries.programme import dates_of_event

if TYPE_CHECKING:
    from mazot.products.tickets.models import Event, Performance, Shop


def address_of(place: str, shop: Shop, event_id: UUID | None = None) -> str:
    """A place of a shop by its word; of one of its events where there is one."""
    if place == "pricing" and event_id is not None:
        return _prices_of(event_id)
    if place in ("event", "pricing"):
        return reverse("tickets:event", args=[event_id]) if event_id else reverse("tickets:events", args=[shop.id])
    return reverse(f"tickets:{place}", args=[shop.id])


def prices_of(event: Event) -> str:
    """Where the prices of an event are: on its only date, or through its dates."""
    return _prices_of(event.id)


def pricing_of(performance: Performance) -> str:
    return reverse("tickets:pricing", args=[performance.id])


def _prices_of(event_id: UUID) -> str:
    dates = dates_of_event(event_id)
    if len(dates) == 1:
        return reverse("tickets:pricing", args=dates)
    return reverse("tickets:dates", args=[event_id])
