# SPDX-License-Identifier: AGPL-3.0-or-later
"""A drawn room sold to its last seat, by the deeds that a shop has."""

from collections import Counter
from datetime import timedelta
from typing import Any

from mazot.foundation import clock
from mazot.foundation.errors import Conflict
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.events import make_event
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.pricing import make_price, make_zone
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.actions.shops import end_test, publish_shop, set_shop
from mazot.products.tickets.models import Event, Order, Plan, Seating, Shop, Ticket
from mazot.products.tickets.queries.availability import letters_of
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.drawings import drawing_of
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.rules.drawing import seats_of, write_drawing
from mazot.products.tickets.rules.pretix import read_pretix, write_pretix
from tests.halls import a_concert_hall

BASKET = 50
AMOUNTS = (8905, 6440, 4235)  # of parterre, balcony and boxes: no round francs
ADDRESS = {"street": "Rue du Lac", "house": "4", "postcode": "1800", "town": "Vevey", "country": "CH"}


def sold_out(actor: Any, plan_id: str) -> dict[str, Any]:
    """Attach the newest version to a date, paint its zones by section, sell all, and tell the sums."""
    plan = Plan.objects.select_related("shop").get(id=plan_id)
    version = newest_version(plan)
    drawing = drawing_of(version.id)
    creditor = {"name": "Opera"} | ADDRESS
    shop = set_shop(
        actor, plan.shop, contact_email="opera@example.org", iban="CH9300762011623852957", creditor=creditor
    )
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=60)
    date = make_event(actor, shop, title="Norma", starts=[start], online="visible").performances.get()
    names = ("Parterre", "Balcon", "Loges")
    zones = [make_zone(actor, date, name=name, is_numbered=True) for name in names]
    prices = {
        zone.code: make_price(actor, date, zone=zone, name="Adult", amount=amount, quantity=None)
        for zone, amount in zip(zones, AMOUNTS, strict=True)
    }
    seating = attach_plan(actor, date, version=version)
    letters = "".join(
        zones[1 if section.name.startswith("Balcon") else 2 if row.table else 0].code
        for section in drawing.sections
        for row in section.rows
        for _seat in row.seats
    )
    set_seats(actor, date, seats=range(len(letters)), zone=letters, stamp=seating.stamp)
    shop = publish_shop(actor, end_test(actor, shop))
    method = set_method(actor, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    _sell(shop, method, prices, letters, [seat.id for seat in seats_of(drawing)])
    return _told(shop, date, drawing, plan.name, letters, prices)


def opened(actor: Any) -> dict[str, str]:
    """The concert hall, open to buyers."""
    made = a_concert_hall(actor)
    shop = Shop.objects.get(id=made["shop"])
    creditor = {"name": "Opera"} | ADDRESS
    shop = set_shop(actor, shop, contact_email="opera@example.org", iban="CH9300762011623852957", creditor=creditor)
    set_method(actor, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    publish_shop(actor, shop)
    return made | {"event": Event.objects.get(shop=shop).slug}


def _sell(shop: Any, method: Any, prices: dict[str, Any], letters: str, ids: list[str]) -> None:
    for code, price in prices.items():
        mine = [seat for seat, letter in zip(ids, letters, strict=True) if letter == code]
        for first in range(0, len(mine), BASKET):
            want = Want(price.id, seats=tuple(mine[first : first + BASKET]))
            buyer = buyer_in(shop)
            cart, _token = open_cart(buyer, shop, language="en", wants=[want])
            place_order(buyer, cart, customer={"email": f"b{code}{first}@example.org"}, method=method)


def _told(shop: Any, date: Any, drawing: Any, name: str, letters: str, prices: dict[str, Any]) -> dict[str, Any]:
    sold = Ticket.objects.filter(performance=date, takes_place=True, order__isnull=False)
    orders = Order.objects.filter(id__in=sold.values("order"))
    free = letters_of(Seating.objects.get(performance=date), "online", clock.now(), numbered=set(prices))
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    try:
        hold_places(buyer, cart, wants=[Want(prices[letters[0]].id, seats=(seats_of(drawing)[0].id,))])
        refused = ""
    except Conflict as error:
        refused = error.reason
    theirs = write_pretix(drawing, name)
    again = read_pretix(theirs).drawing
    return {
        "seats": len(letters),
        "sold": sold.count(),
        "twice": sold.count() - sold.values("seat").distinct().count(),
        "free": len(free) - free.count("."),
        "orders": orders.count(),
        "totals": sum(orders.values_list("total", flat=True)),
        "amounts": sum(sold.values_list("amount", flat=True)),
        "expected": sum(prices[code].amount * n for code, n in Counter(letters).items()),
        "refused": refused,
        "is_same_for_pretix": write_pretix(again, name) == theirs,
        "is_same_drawing": write_drawing(again)["sections"] == write_drawing(drawing)["sections"],
    }
