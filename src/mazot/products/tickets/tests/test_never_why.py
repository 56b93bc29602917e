# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever has a seat or keeps it, a stranger reads that it is not available, in the very same bytes (rule A4.2)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.pricing import make_price, make_zone
from mazot.products.tickets.models import Event, Order, Price, Seating, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.rules.seatings import painted
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SEAT = 3
MASKED = re.compile(r'(?<=[="])[A-Za-z0-9]{64}(?=")')  # the secret of a form, masked anew for each page


def held(cast: Cast, shop: Shop, price: Price, seat: str) -> None:
    cart, _token = open_cart(buyer_in(shop), shop, language="en")
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, seats=(seat,))])


def pending(cast: Cast, shop: Shop, price: Price, seat: str) -> Order:
    cart, _token = open_cart(buyer_in(shop), shop, language="en")
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, seats=(seat,))])
    who = {"email": "margaux@example.org", "last_name": "Thévoz"}
    return place_order(buyer_in(shop), cart, customer=who, method=shop.methods.get(kind="invoice"))[0]


def sold(cast: Cast, shop: Shop, price: Price, seat: str) -> None:
    order = pending(cast, shop, price, seat)
    record_payment(cast.olive, order, amount=order.total, event=f"by hand {order.id}")


def used(cast: Cast, shop: Shop, price: Price, seat: str) -> None:
    sold(cast, shop, price, seat)
    Ticket.objects.filter(seat=seat).update(state="used")


def void_and_kept(cast: Cast, shop: Shop, price: Price, seat: str) -> None:
    sold(cast, shop, price, seat)
    Ticket.objects.filter(seat=seat).update(state="void", takes_place=True)


def seated(**letters: str) -> Callable[..., None]:
    def change(cast: Cast, shop: Shop, price: Price, seat: str) -> None:
        seating = Seating.objects.get()
        for field, letter in letters.items():
            setattr(seating, field, painted(getattr(seating, field), [SEAT], letter))
        seating.save(update_fields=list(letters))

    return change


def in_a_hidden_zone(cast: Cast, shop: Shop, price: Price, seat: str) -> None:
    zone = make_zone(cast.olive, price.zone.performance, name="Patrons", is_numbered=True, is_visible=False)
    make_price(cast.olive, price.zone.performance, zone=zone, name="Patron", amount=100)
    seated(zones=zone.code)(cast, shop, price, seat)


WAYS = {
    "held": held,
    "ordered": pending,
    "sold": sold,
    "used": used,
    "void and kept": void_and_kept,
    "for resellers": seated(access="r"),
    "for organizers": seated(access="o"),
    "in no zone": seated(zones="."),
    "in a hidden zone": in_a_hidden_zone,
}


def told(shop: Shop, price: Price) -> dict[str, Any]:
    """All that a stranger is told about the seat, and the answer to a try to hold it."""
    date = price.zone.performance_id
    event = reverse("shop-event", args=[shop.slug, price.zone.performance.event.slug])
    reads = {
        "seats": reverse("shop-hall-seats", args=[shop.slug, date]),
        "map": reverse("shop-hall-map", args=[shop.slug, date]),
        "page": event,
        "page in a frame": f"{event}?cart=",
        "programme": reverse("shop", args=[shop.slug]),
        "widget": reverse("shop-widget"),
    }
    answers = {name: Client().get(address) for name, address in reads.items()}
    wish = {"date": str(date), "seat": f"{SEAT}:{price.id}"}
    answers["a try"] = Client().post(f"{event}/choose", wish)
    answers["a try in a frame"] = Client().post(f"{event}/choose?cart=", wish)
    answers["a try beside a free one"] = Client().post(
        f"{event}/choose", wish | {"seat": [f"5:{price.id}", wish["seat"]]}
    )
    return {
        name: (
            answer.status_code,
            dict(answer.headers),
            sorted(answer.cookies),
            MASKED.sub("", answer.content.decode()),
        )
        for name, answer in answers.items()
    }


def test_a_seat_that_cannot_be_had_never_says_why(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    Event.objects.update(shows_left=True)
    before = Seating.objects.values_list("zones", "access").get()
    free = told_without_a_try(shop, price)
    answers = {}
    for name, way in WAYS.items():
        way(cast, shop, price, ids[SEAT])
        n_tickets = Ticket.objects.count()
        answers[name] = told(shop, price)
        assert Ticket.objects.count() == n_tickets, name
        Ticket.objects.all().delete()
        Seating.objects.update(zones=before[0], access=before[1])
    first = answers["held"]
    assert first["a try"][0] == 409
    assert "This seat is not available." in first["a try"][3]
    assert "18 places left" in first["page"][3]
    assert free != first["seats"]
    for name, answer in answers.items():
        assert answer == first, name


def told_without_a_try(shop: Shop, price: Price) -> Any:
    answer = Client().get(reverse("shop-hall-seats", args=[shop.slug, price.zone.performance_id]))
    return (answer.status_code, dict(answer.headers), sorted(answer.cookies), answer.content.decode())
