# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a counter sells: the dates it still has, and the seats of one as its channel may sell them."""

from datetime import datetime

from django.db.models import Q

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Performance, Shop, Visibility
from mazot.products.tickets.queries.availability import is_shown_full, letters_of, seating_of
from mazot.products.tickets.rights import channel_of
from mazot.products.tickets.rules.seatmap import TAKEN
from mazot.products.tickets.rules.windows import AT_THE_DOOR
from mazot.tenancy.actor import Actor

MOST_DATES = 500


def dates_at_counter(actor: Actor, shop: Shop, at: datetime) -> list[Performance]:
    """The dates that the actor's counter still sells, the next one first."""
    channel = channel_of(actor)
    until = f"{channel}_until"
    is_open = Q(**{f"{until}__gt": at}) | Q(**{f"{until}__isnull": True, "starts_at__gt": at - AT_THE_DOOR})
    rows = Performance.objects.filter(is_open, event__shop=shop, state=Performance.State.ON)
    shown = rows.exclude(**{channel: Visibility.HIDDEN}).exclude(**{f"event__{channel}": Visibility.HIDDEN})
    return list(shown.select_related("event").order_by("starts_at", "id")[:MOST_DATES])


def letters_at_counter(actor: Actor, performance: Performance) -> str:
    """The code of its zone for each seat that this counter sells now, else a dot."""
    seating = seating_of(performance.id)
    if seating is None:
        raise NotFound("not_found")
    if is_shown_full(performance, channel_of(actor)):
        return TAKEN * len(seating.zones)
    numbered = frozenset(performance.zones.filter(is_numbered=True).values_list("code", flat=True))
    return letters_of(seating, channel_of(actor), clock.now(), numbered=numbered)
