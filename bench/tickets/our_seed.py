# SPDX-License-Identifier: AGPL-3.0-or-later
"""Furnish a Mazot for the bench: the same events, question and orders as the peer has, and a plan of 5,000 seats.

usage: our_seed.py ORDERS   (MAZOT_DATA and MAZOT_DATABASE name where; prints JSON)
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

BATCH = 500


def main(n_orders: int) -> dict[str, Any]:
    from mazot.products.tickets.actions.forms import make_form
    from mazot.products.tickets.actions.methods import set_method
    from mazot.products.tickets.actions.pricing import make_price, set_price
    from mazot.products.tickets.actions.shops import end_test, publish_shop
    from mazot.products.tickets.models import PaymentMethod
    from mazot.products.tickets.tests.furnishing import a_concert, a_shop
    from tests.cast import assemble

    cast: Any = assemble()
    shop = a_shop(cast, name="Bench")
    for method in PaymentMethod.objects.filter(shop=shop, kind="invoice"):
        set_method(cast.olive, shop, method=method, is_on=True)
    question = {"kind": "text", "state": "required", "label": "How did you hear of us?"}
    form = make_form(cast.olive, shop, name="Heard", scope="price", questions=[question])
    standard = a_concert(cast, shop, title="Evening", quantity=1_000_000, amount=2500)
    free = make_price(
        cast.olive, standard.zone.performance, zone=standard.zone, name="Free entry", amount=0, quantity=1_000_000
    )
    last = make_price(
        cast.olive, standard.zone.performance, zone=standard.zone, name="Last ticket", amount=2500, quantity=1
    )
    for price in (standard, free, last):
        set_price(cast.olive, standard.zone.performance, price=price, form=form)
    hall, a, b = numbered(cast, shop, "Hall", rows=30, seats=20)
    large, *_ = numbered(cast, shop, "Large", rows=50, seats=100)
    publish_shop(cast.olive, end_test(cast.olive, shop))
    made = orders(shop, standard, n_orders)
    return {
        "slug": shop.slug,
        "shop": str(shop.id),
        "prices": {
            "free": str(free.id),
            "standard": str(standard.id),
            "last": str(last.id),
            "A": str(a.id),
            "B": str(b.id),
        },
        "question": str(form.questions.get().id),
        "performance": str(standard.zone.performance_id),
        "hall": str(hall.id),
        "large": str(large.id),
        "session": session_of(cast.people.olive),
        "scanners": scanners(cast, standard.zone.performance),
        **made,
    }


def numbered(cast: Any, shop: Any, title: str, *, rows: int, seats: int) -> Any:
    """An event with a plan: two thirds of its rows in zone A, the others in B."""
    from mazot.products.tickets.actions.plans import make_plan
    from mazot.products.tickets.actions.pricing import make_price, make_zone
    from mazot.products.tickets.actions.seating import attach_plan, set_seats
    from mazot.products.tickets.queries.plans import newest_version
    from mazot.products.tickets.tests.furnishing import a_concert
    from mazot.products.tickets.tests.rooms import hall

    a = a_concert(cast, shop, title=title, quantity=None, amount=4500, zone="Stalls", is_numbered=True)
    date = a.zone.performance
    balcony = make_zone(cast.olive, date, name="Balcony", is_numbered=True, tint=3)
    b = make_price(cast.olive, date, zone=balcony, name="Adult", amount=2500)
    plan = make_plan(cast.olive, shop, name=title, drawing=hall(rows, seats))
    seating = attach_plan(cast.olive, date, version=newest_version(plan))
    in_a = rows * 2 // 3 * seats
    letters = a.zone.code * in_a + balcony.code * (rows * seats - in_a)
    set_seats(cast.olive, date, seats=range(rows * seats), zone=letters, stamp=seating.stamp)
    return date, a, b


def orders(shop: Any, price: Any, n: int) -> dict[str, Any]:
    """Bulk-made, four of five paid; the secrets of some links and the codes of the tickets that let in."""
    from mazot.foundation import clock
    from mazot.foundation.ids import new_id
    from mazot.foundation.text import sought
    from mazot.products.tickets.actions.carts import new_code
    from mazot.products.tickets.models import Customer, Order, PaymentMethod, Ticket
    from mazot.products.tickets.queries.links import digest_of, link_secret

    moment, place = clock.now(), {"organization_id": shop.organization_id, "instance_id": shop.instance_id}
    invoice = PaymentMethod.objects.get(shop=shop, kind="invoice")
    customers = [
        Customer(shop=shop, email=f"{k}@crowd.example", first_name="Ana", last_name=f"{k:05} Favre",
                 sought=sought(f"Ana {k:05} Favre {k}@crowd.example"), created_at=moment, **place)
        for k in range(n)
    ]  # fmt: skip
    Customer.objects.bulk_create(customers, BATCH)
    rows, tickets = [], []
    for number, customer in enumerate(customers):
        order_id, paid = new_id(), number % 5 != 0
        rows.append(
            Order(id=order_id, shop=shop, number=f"B-{number:05d}", cart_id=new_id(), customer=customer,
                  state="paid" if paid else "pending", channel="online", is_test=False, language="en", currency="CHF",
                  method=invoice, total=2500, paid=2500 if paid else 0, digest=digest_of(link_secret(order_id)),
                  due_at=None if paid else moment + timedelta(days=14), created_at=moment - timedelta(minutes=number),
                  paid_at=moment if paid else None, **place)
        )  # fmt: skip
        tickets.append(
            Ticket(performance_id=price.zone.performance_id, zone=price.zone, price=price, order_id=order_id, number=1,
                   state="valid" if paid else "pending", list_amount=2500, amount=2500, vat_permille=0,
                   code=new_code(), holder_name=f"Ana {number:05} Favre", **place)
        )  # fmt: skip
    Order.objects.bulk_create(rows, BATCH)
    Ticket.objects.bulk_create(tickets, BATCH)
    paid_ones = [(order, ticket) for order, ticket in zip(rows, tickets, strict=True) if order.state == "paid"]
    return {
        "links": [link_secret(order.id) for order, _ticket in paid_ones[:1000]],
        "codes": [ticket.code for _order, ticket in paid_ones],
    }


def scanners(cast: Any, date: Any) -> list[str]:
    """The tokens of four scanners, paired as phones are."""
    from mazot.products.tickets.actions.gates import claim_device, open_gate, pair_device
    from mazot.products.tickets.queries.gates import device_with_code, scanner_at

    door, tokens = open_gate(cast.olive, date), []
    for number in range(4):
        _device, code = pair_device(cast.olive, door, name=f"Phone {number + 1}")
        device = device_with_code(code)
        tokens.append(claim_device(scanner_at(device), device))
    return tokens


def session_of(person: Any) -> dict[str, str]:
    """The cookies of somebody who is signed in."""
    from django.conf import settings
    from django.test import Client

    browser = Client()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return {name: morsel.value for name, morsel in browser.cookies.items()}


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    from mazot.suite.roles import prepare

    if prepare.main() != 0:
        raise SystemExit("the database could not be prepared")
    json.dump(main(int(sys.argv[1])), sys.stdout)
