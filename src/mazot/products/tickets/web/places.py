# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of the back office, by what they are about."""

from uuid import UUID

from django.urls import reverse

from mazot.products.tickets.models import Event, Performance, Shop


def address_of(place: str, shop: Shop, event_id: UUID | None = None) -> str:
    """A place of a shop by its word; of one of its events where there is one."""
    if place == "pricing" and event_id is not None:
        return prices_of(Event.objects.get(id=event_id))
    if place in ("event", "pricing"):
        return reverse("tickets:event", args=[event_id]) if event_id else reverse("tickets:events", args=[shop.id])
    return reverse(f"tickets:{place}", args=[shop.id])


def prices_of(event: Event) -> str:
    """Where the prices of an event are: on its only date, or through its dates."""
    dates = list(event.performances.order_by("starts_at", "id")[:2])
    if len(dates) == 1:
        return reverse("tickets:pricing", args=[dates[0].id])
    return reverse("tickets:dates", args=[event.id])


def pricing_of(performance: Performance) -> str:
    return reverse("tickets:pricing", args=[performance.id])
