# SPDX-License-Identifier: AGPL-3.0-or-later
"""The seats of a date as the back office sees them: their zone, who sells them, and who has them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Channel, Order, Performance, Price, Seating, Ticket, Visibility, Zone
from mazot.products.tickets.queries.availability import is_shown_full, letters_of, taking
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.queries.shops import shops_for
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.seatmap import TAKEN
from mazot.tenancy.actor import Actor

FREE, HELD, PENDING, SOLD, USED = ".", "h", "p", "s", "u"
LETTERS = {
    Ticket.State.HELD: HELD,
    Ticket.State.PENDING: PENDING,
    Ticket.State.VALID: SOLD,
    Ticket.State.USED: USED,
    Ticket.State.VOID: SOLD,  # void, and its seat was not freed
}


@dataclass(frozen=True, slots=True)
class Seats:
    """Three letters for each seat, in plan order, and the stamp that a change of them names."""

    stamp: int
    zones: str
    access: str
    states: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who has a seat. Without the right over customers the name is none, and the order is named all the same."""

    seat: str
    zone: str
    ticket: Ticket
    order: Order | None
    n_tickets: int
    shows_customer: bool
    initials: str
    held_until: datetime | None


def seating_in(performance: Performance) -> Seating | None:
    rows = Seating.objects.filter(performance=performance).select_related("version__plan")
    return rows.defer("version__drawing").first()


def seats_of_date(seating: Seating) -> Seats:
    """The seats as they are now; expired holds are free again."""
    index = hall_of(seating.version_id).index
    states = [FREE] * len(seating.zones)
    rows = Ticket.objects.filter(taking(clock.now()), performance_id=seating.performance_id, seat__isnull=False)
    for seat, state in rows.values_list("seat", "state"):
        if (at := index.get(seat or "")) is not None:
            states[at] = LETTERS[Ticket.State(state)]
    return Seats(seating.stamp, seating.zones, seating.access, "".join(states))


def card_of(actor: Actor, seating: Seating, at: int) -> Card | None:
    """What is known about a taken seat; a free one has no card."""
    hall = hall_of(seating.version_id)
    if not 0 <= at < len(hall.ids):
        raise NotFound("not_found")
    rows = Ticket.objects.filter(taking(clock.now()), performance_id=seating.performance_id, seat=hall.ids[at])
    ticket = rows.select_related("zone", "price", "order__customer", "order__method").first()
    if ticket is None:
        return None
    shop_id = seating.performance.event.shop_id
    customer = ticket.order.customer if ticket.order else None
    names = (customer.first_name, customer.last_name) if customer else ()
    return Card(
        seat=ticket.seat_label,
        zone=ticket.zone.name,
        ticket=ticket,
        order=ticket.order,
        n_tickets=ticket.order.tickets.count() if ticket.order else 0,
        shows_customer=shops_for(actor, TECHNICAL).filter(id=shop_id).exists(),
        initials="".join(name[:1] for name in names).upper(),
        held_until=ticket.hold_until if ticket.state == Ticket.State.HELD else None,
    )


def tray_of(performance: Performance) -> list[tuple[Zone, list[Price]]]:
    """The zones with numbered seats, with their prices, as the editor's tray lists them."""
    zones = performance.zones.filter(is_numbered=True).order_by("position", "id").prefetch_related("prices")
    return [(zone, sorted(zone.prices.all(), key=lambda price: price.position)) for zone in zones]


def seating_shown(slug: str, performance_id: UUID) -> Seating:
    """The seating of a date that strangers see: three layers of visibility stand above it."""
    found = _SHOWN.first(slug, performance_id)
    if found is None:
        raise NotFound("not_found")
    return found


_SHOWN = Prepared[Seating](
    lambda slug, performance_id: (
        Seating.objects.filter(
            performance_id=performance_id,
            performance__event__shop__slug=slug,
            performance__event__shop__is_open=True,
            performance__state=Performance.State.ON,
        )
        .exclude(performance__online=Visibility.HIDDEN)
        .exclude(performance__event__online=Visibility.HIDDEN)
        .select_related("performance__event")
    )
)


def letters_shown(seating: Seating) -> str:
    """What a buyer online may choose: the code of its zone for a free seat, else a dot, which never says why."""
    if is_shown_full(seating.performance, Channel.ONLINE):
        return TAKEN * len(seating.zones)
    numbered = frozenset(_NUMBERED(seating.performance_id))
    return letters_of(seating, Channel.ONLINE, clock.now(), numbered=numbered)


_NUMBERED = Prepared[str](
    lambda performance_id: Zone.objects.filter(
        performance_id=performance_id, is_numbered=True, is_visible=True
    ).values_list("code", flat=True)
)
