# SPDX-License-Identifier: AGPL-3.0-or-later
"""A concert hall to look at: three sections in an arc, three zones, seats that are sold, held and kept back."""

from datetime import timedelta
from typing import Any

from mazot.foundation import clock
from mazot.products.tickets.actions.events import make_event
from mazot.products.tickets.actions.plans import make_plan
from mazot.products.tickets.actions.pricing import make_price, make_zone
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.models import Cart, Customer, Order, Performance, Shop, Ticket, Zone
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.rules.drawing import Drawing, Row, Seat, Section, Stage
from mazot.products.tickets.rules.geometry import row_names, row_of
from mazot.products.tickets.tests.rooms import hall
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.models import Organization

# Seats of each row at the left and at the right; the middle has 12 in front and 14 behind.
SIDES = (4, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 6, 5, 5, 4)
MIDDLE = 630
SOLD = [f"Gauche-A-{seat}" for seat in range(1, 5)] + [f"Milieu-B-{seat}" for seat in (1, 2, 3, 5, 6, 7, 8, 9)]
SOLD += [f"Milieu-{row}-{seat}" for row in "FHI" for seat in (1, 2, 3)] + ["Droite-F-6", "Droite-F-5", "Droite-E-5"]
HELD = ["Milieu-H-10", "Milieu-H-11"]


def a_concert_hall(actor: Any, n_rows: int = 0) -> dict[str, str]:
    organization = Organization.objects.get(id=actor.organization_id)
    shop = Shop.objects.get(instance=open_product(actor, organization, product="tickets", name="Season"))
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    event = make_event(
        actor, shop, title="Requiem de Fauré", starts=[start], online="visible", place="Salle du Torrent"
    )
    date = event.performances.get()
    front = make_zone(actor, date, name="Parterre avant", is_numbered=True, tint=5)
    stalls = make_zone(actor, date, name="Parterre", is_numbered=True, tint=1)
    sides = make_zone(actor, date, name="Côtés et fond", is_numbered=True, tint=2)
    for zone, amounts in ((front, (5800, 4600)), (stalls, (4200, 3200, 1500)), (sides, (2800, 2000))):
        for name, amount in zip(("Adulte", "réduit", "enfant"), amounts, strict=False):
            make_price(actor, date, zone=zone, name=name, amount=amount)
    drawing = hall(n_rows, 100) if n_rows else torrent()
    plan = make_plan(actor, shop, name="Salle du Torrent", drawing=drawing)
    seating = attach_plan(actor, date, version=newest_version(plan))
    letters = [_code(drawing, row, front, stalls, sides) * len(row.seats) for row in _rows(drawing)]
    stamp = set_seats(actor, date, seats=range(len(seating.zones)), zone="".join(letters), stamp=seating.stamp).stamp
    if not n_rows:
        ids = hall_of(seating.version_id).index
        kept = [ids[f"Milieu-A-{seat}"] for seat in (5, 6, 7, 8)]
        stamp = set_seats(actor, date, seats=kept, access="o", stamp=stamp).stamp
        late = [at for seat, at in ids.items() if seat.startswith(("Droite-N-", "Droite-O-", "Droite-P-"))]
        set_seats(actor, date, seats=late, access="r", stamp=stamp)
        sell(shop, date, sides, stalls)
    return {"performance": str(date.id), "shop": str(shop.id), "slug": shop.slug, "plan": str(plan.id)}


def _rows(drawing: Drawing) -> list[Row]:
    return [row for section in drawing.sections for row in section.rows]


def _code(drawing: Drawing, row: Row, front: Zone, stalls: Zone, sides: Zone) -> str:
    if len(drawing.sections) == 1:
        return front.code
    number = [one.name for one in drawing.sections[1].rows].index(row.name)
    if row not in drawing.sections[1].rows:
        return stalls.code if number < 4 else sides.code
    return front.code if number < 5 else stalls.code if number < 13 else sides.code


def torrent() -> Drawing:
    sections: dict[str, list[Row]] = {"Gauche": [], "Milieu": [], "Droite": []}
    for number, name in enumerate(row_names(16)):
        middle = 12 if number == 0 else 13 if number == 1 else 14
        side = SIDES[number]
        # The aisles are places of the arc that no seat stands on.
        places = row_of(2 * (side + 3) + 14, (MIDDLE, 118 + number * 29.8), spacing=29, curve=1220 + number * 30)
        inner = row_of(middle, (MIDDLE, 118 + number * 29.8), spacing=29, curve=1220 + number * 30)
        for section, chosen in (
            ("Gauche", places[:side]),
            ("Milieu", inner),
            ("Droite", places[-side:]),
        ):
            seats = tuple(Seat(f"{section}-{name}-{seat}", str(seat), *at) for seat, at in enumerate(chosen, 1))
            sections[section].append(Row(f"{section}-{name}", name, seats, 1220 + number * 30))
    names = {"Gauche": 284, "Milieu": MIDDLE, "Droite": 976}
    return Drawing(
        (1260, 616),
        tuple(Section(name, name, names[name], 602, tuple(rows)) for name, rows in sections.items()),
        Stage(410, 14, 440, 84, "Scène", "trapezoid"),
    )


def sell(shop: Shop, date: Performance, sides: Zone, stalls: Zone) -> None:
    """Two seats of one order, some more, and two that a buyer is just holding."""
    base = {"organization_id": shop.organization_id, "instance_id": shop.instance_id, "shop": shop}
    now = clock.now()
    customer = Customer.objects.create(
        **base, email="margaux@buyers.example", first_name="Margaux", last_name="Thévoz", created_at=now
    )
    order = Order.objects.create(
        **base,
        number="T-26-0384",
        cart_id=date.id,
        customer=customer,
        state="paid",
        channel="online",
        is_test=False,
        language="en",
        currency="CHF",
        total=5600,
        digest=date.id.hex * 2,
        created_at=now,
        paid_at=now,
    )
    cart = Cart.objects.create(
        **base, digest=shop.id.hex * 2, channel="online", language="en", expires_at=now, created_at=now
    )
    for seat in SOLD + HELD:
        section, row, number = seat.split("-")
        zone = stalls if section == "Milieu" else sides
        price = zone.prices.order_by("position").first()
        assert price is not None
        is_held = seat in HELD
        Ticket.objects.create(
            organization_id=shop.organization_id,
            instance_id=shop.instance_id,
            performance=date,
            zone=zone,
            price=price,
            cart=cart if is_held else None,
            order=None if is_held else order,
            state="held" if is_held else "valid",
            hold_until=now + timedelta(minutes=15) if is_held else None,
            seat=seat,
            seat_label=f"{section}, {row} {number}",
            list_amount=price.amount,
            amount=price.amount,
            vat_permille=0,
            code=f"{date.id.hex[-10:]}-{seat}".lower(),
        )
