# SPDX-License-Identifier: AGPL-3.0-or-later
"""Furnish pretix: one organizer, an event without plan and one with 600 seats, and 5,000 orders.

usage: peer_seed.py ORDERS   (inside pretix's own environment; prints JSON: token, check-in list, item ids)
"""

import datetime
import json
import os
import sys
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402
from pretix.base.models import (  # noqa: E402
    CheckinList,
    Event,
    Item,
    Order,
    OrderPayment,
    OrderPosition,
    Organizer,
    Question,
    Quota,
    SeatCategoryMapping,
    SeatingPlan,
    Team,
    TeamAPIToken,
    User,
)
from pretix.base.services.seating import generate_seats  # noqa: E402

PLUGINS = "pretix.plugins.banktransfer,pretix.plugins.ticketoutputpdf,pretix.plugins.sendmail,pretix.plugins.statistics"
LOGIN, PASSWORD = "bench@peer.example", "bench-secret-4711"
PRICE = Decimal("25.00")
ONE = {"number": 1}


def main(n_orders: int) -> None:
    boss = User.objects.create_superuser(LOGIN, PASSWORD)
    with scopes_disabled():
        organizer = Organizer.objects.create(name="Peer", slug="peer", plugins=PLUGINS)
    with scope(organizer=organizer):
        team = Team.objects.create(
            organizer=organizer,
            name="All",
            all_events=True,
            all_event_permissions=True,
            all_organizer_permissions=True,
        )
        team.members.add(boss)
        token = TeamAPIToken.objects.create(team=team, name="bench")
        general = event(organizer, "gen", "An evening")
        free, standard, last = (
            item(general, *one) for one in (("Free entry", "0.00"), ("Standard", "25.00"), ("Last ticket", "25.00"))
        )
        quota(general, "many", 1_000_000, free, standard)
        last_quota = quota(general, "last", 1, last)
        asked = Question.objects.create(event=general, question="How did you hear of us?", type="S", required=True)
        asked.items.add(free, standard, last)
        door = CheckinList.objects.create(event=general, name="Door", all_products=True, include_pending=False)
        secrets, links = orders(general, standard, n_orders)
        hall = event(organizer, "hall", "A hall")
        seats = hall_of(organizer, hall)
    print(
        json.dumps(
            {
                "token": token.token,
                "list": door.pk,
                "free": free.pk,
                "standard": standard.pk,
                "last": last.pk,
                "last_quota": last_quota.pk,
                "question": asked.pk,
                "secrets": secrets,
                "links": links,
                "login": LOGIN,
                "password": PASSWORD,
                **seats,
            }
        )
    )


def event(organizer: Organizer, slug: str, name: str) -> Event:
    made = Event.objects.create(
        organizer=organizer,
        slug=slug,
        name=name,
        currency="CHF",
        live=True,
        is_public=True,
        plugins=PLUGINS,
        date_from=now() + datetime.timedelta(days=90),
    )
    made.settings.payment_banktransfer__enabled = True
    made.settings.payment_banktransfer_bank_details_type = "other"
    made.settings.payment_banktransfer_bank_details = "CH93 0076 2011 6238 5295 7"
    made.settings.payment_banktransfer_ack = True
    made.settings.ticketoutput_pdf__enabled = True
    made.settings.ticket_download = True
    made.settings.timezone = "Europe/Zurich"
    made.settings.contact_mail = "box@peer.example"
    return made


def item(at: Event, name: str, price: str) -> Item:
    return Item.objects.create(event=at, name=name, default_price=Decimal(price), admission=True, active=True)


def quota(at: Event, name: str, size: int, *items: Item) -> Quota:
    made = Quota.objects.create(event=at, name=name, size=size)
    made.items.add(*items)
    return made


def orders(at: Event, of: Item, n: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Bulk-made: four of five paid; gives the secrets and links of the paid ones."""
    channel = at.organizer.sales_channels.get(identifier="web")
    moment = now()
    made = [
        Order(
            code=f"B{number:05d}",
            event=at,
            organizer=at.organizer,
            status="n" if number % 5 == 0 else "p",
            email=f"{number}@crowd.example",
            locale="en",
            datetime=moment - datetime.timedelta(minutes=number),
            expires=moment + datetime.timedelta(days=14),
            total=PRICE,
            sales_channel=channel,
            last_modified=moment,
        )
        for number in range(n)
    ]
    made = Order.objects.bulk_create(made, 1000)
    positions = [
        OrderPosition(
            order=order,
            organizer=at.organizer,
            item=of,
            price=PRICE,
            positionid=1,
            attendee_name_parts={"_scheme": "full", "full_name": f"Ana {number:05d} Favre"},
            attendee_name_cached=f"Ana {number:05d} Favre",
            secret=get_random_string(32).lower(),
            pseudonymization_id=get_random_string(10, "ABCDEFGHJKLMNPQRSTUVWXYZ3789"),
            tax_rate=Decimal(0),
            tax_value=Decimal(0),
        )
        for number, order in enumerate(made)
    ]
    OrderPosition.objects.bulk_create(positions, 1000)
    payments(made)
    paid = [(one, order) for one, order in zip(positions, made, strict=True) if order.status == "p"]
    return [one.secret for one, _order in paid], [(order.code, order.secret) for _one, order in paid]


def payments(made: list[Order]) -> None:
    OrderPayment.objects.bulk_create(
        [
            OrderPayment(
                order=order,
                local_id=1,
                state="confirmed" if order.status == "p" else "created",
                amount=PRICE,
                provider="banktransfer",
                info="{}",
                created=now(),
            )
            for order in made
        ],
        1000,
    )


def hall_of(organizer: Organizer, at: Event) -> dict[str, object]:
    """600 numbered seats: two zones, thirty rows of twenty, categories A and B."""
    items = {"A": item(at, "Stalls", "45.00"), "B": item(at, "Balcony", "25.00")}
    quota(at, "all", 1_000_000, *items.values())
    zones = []
    for z, (name, n_rows) in enumerate((("Stalls", 20), ("Balcony", 10))):
        rows = [
            {
                "row_number": str(r + 1),
                "position": {"x": 0, "y": 30 * r},
                "seats": [
                    {
                        "seat_guid": f"{name}-{r + 1}-{s + 1}",
                        "seat_number": str(s + 1),
                        "category": "AB"[z],
                        "position": {"x": 30 * s, "y": 0},
                    }
                    for s in range(20)
                ],
            }
            for r in range(n_rows)
        ]
        zones.append({"name": name, "position": {"x": 0, "y": 700 * z}, "rows": rows, "areas": []})
    layout = {
        "name": "Hall",
        "categories": [{"name": "A", "color": "#aa3333"}, {"name": "B", "color": "#3333aa"}],
        "zones": zones,
        "size": {"width": 700, "height": 1100},
    }
    plan = SeatingPlan(name="Hall", organizer=organizer, layout=json.dumps(layout))
    plan.full_clean()
    plan.save()
    at.seating_plan = plan
    at.save()
    for category, of in items.items():
        SeatCategoryMapping.objects.create(event=at, layout_category=category, product=of)
    generate_seats(at, None, plan, items)
    guids = {
        name: [s["seat_guid"] for row in zone["rows"] for s in row["seats"]]
        for name, zone in zip("AB", zones, strict=True)
    }
    return {"seat_items": {name: one.pk for name, one in items.items()}, "guids": guids}


if __name__ == "__main__":
    with transaction.atomic():  # all of it, or a next run begins anew
        main(int(sys.argv[1]))
    with connection.cursor() as cursor:  # what PostgreSQL does of itself within a minute of so many new rows
        cursor.execute("VACUUM ANALYZE")
