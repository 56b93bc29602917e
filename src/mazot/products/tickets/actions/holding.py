# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows as they are under their lock. What left the organization meanwhile is absent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Field, Model, QuerySet

from mazot.foundation.errors import NotFound
from mazot.foundation.statements import erase, key
from mazot.products.tickets.models import Event, Performance, Shop, Ticket, Zone

Row = TypeVar("Row", bound=Model)


def hold_shop(shop: Shop) -> Shop:
    return _one(Shop.objects.select_for_update(no_key=True).filter(id=shop.id, organization_id=shop.organization_id))


def hold_event(event: Event) -> Event:
    rows = Event.objects.select_for_update(no_key=True, of=("self",)).select_related("shop")
    return _one(rows.filter(id=event.id, organization_id=event.organization_id))


def hold_performance(performance: Performance) -> Performance:
    """One performance, locked as a sale locks it: nobody claims a place while its prices change."""
    rows = Performance.objects.select_for_update(no_key=True, of=("self",)).select_related("event__shop")
    return _one(rows.filter(id=performance.id, organization_id=performance.organization_id))


def hold_performances(event: Event, ids: list[object]) -> list[Performance]:
    """Several dates of one event, locked in the order every claim locks them in."""
    rows = Performance.objects.select_for_update(no_key=True, of=("self",)).select_related("event__shop")
    found = list(rows.filter(event_id=event.id, id__in=ids).order_by("id"))
    if len(found) != len(set(ids)):
        raise NotFound("not_found")
    return found


def zone_of(performance: Performance, zone: Zone) -> Zone:
    return _one(Zone.objects.filter(id=zone.id, performance_id=performance.id))


def drop_expired(ids: Iterable[UUID], at: datetime) -> None:
    """Free the places whose hold has run out, before a count decides something; the performances are locked.

    Nothing points at a held ticket, so nothing has to go with it.
    """
    performance_field = cast("Field[Any, Any]", Ticket._meta.get_field("performance"))
    until_field = cast("Field[Any, Any]", Ticket._meta.get_field("hold_until"))
    for performance_id in ids:
        erase(
            Ticket,
            "performance_id = %s AND state = 'held' AND hold_until <= %s",
            [key(performance_field, performance_id), key(until_field, at)],
        )


def _one(rows: QuerySet[Row]) -> Row:
    found = rows.first()
    if found is None:
        raise NotFound("not_found")
    return found
