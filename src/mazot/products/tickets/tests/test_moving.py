# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another seat for a ticket, and what else the page of an order does."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.exchange.facts.tickets.sales import TicketMoved
from mazot.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.carts import hold_places
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.moving import move_ticket
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Entry, Order, Seating, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.invoices import reference_of
from mazot.products.tickets.queries.orders import free_seats
from mazot.products.tickets.rights import STATISTICS
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import WHO, a_cart, invoice_of, ordered
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from mazot.products.tickets.tests.test_statistics import paid, with_right
from mazot.tenancy.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def seated(cast: Cast) -> tuple[Order, Ticket, list[str]]:
    """A paid ticket on the first seat, and somebody's basket on the second."""
    shop, price, ids = a_hall(cast)
    cart = a_cart(shop)
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, seats=(ids[0],))])
    order, _secret = place_order(buyer_in(shop), cart, customer=WHO, method=invoice_of(cast, shop))
    order = record_payment(cast.olive, order, amount=order.total)
    hold_places(buyer_in(shop), a_cart(shop), wants=[Want(price.id, seats=(ids[1],))])
    return order, order.tickets.get(), ids


def test_a_ticket_moves_and_keeps_its_code(cast: Cast, seated: Any, signed_in: Any) -> None:
    order, ticket, ids = seated
    free = [seat for seat, _label in free_seats(ticket, "admin")]
    assert free == ids[2:-1]
    browser: Client = signed_in(cast.adam)
    address = reverse("tickets:order-move", args=[order.id, ticket.id])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"seat": ids[5]}).status_code == 302
    now = Ticket.objects.get(id=ticket.id)
    assert (now.seat, now.code, now.amount, now.state) == (ids[5], ticket.code, ticket.amount, "valid")
    assert now.seat_label != ticket.seat_label
    assert ids[0] in [seat for seat, _label in free_seats(now, "admin")]
    told = FactRow.objects.get(kind=TicketMoved.kind()).details
    assert (told["before"], told["after"]) == (ticket.seat_label, now.seat_label)
    assert now.seat_label in browser.get(reverse("tickets:order", args=[order.id])).content.decode()


def test_no_ticket_moves_to_a_seat_that_is_taken_kept_or_unknown(cast: Cast, seated: Any) -> None:
    order, ticket, ids = seated
    for seat in (ids[0], ids[1], ids[-1], "nowhere"):
        with pytest.raises(Conflict):
            move_ticket(cast.adam, ticket, seat=seat)
    Seating.objects.update(access="o" * len(ids))
    with pytest.raises(Conflict):
        move_ticket(buyer_in(order.shop), ticket, seat=ids[3])
    cancel_tickets(cast.adam, order, tickets=[ticket.id])
    with pytest.raises(Refused):
        move_ticket(cast.adam, ticket, seat=ids[4])
    assert Ticket.objects.get(id=ticket.id).seat == ids[0]
    assert not Entry.objects.filter(what="moved").exists()


def test_a_place_without_a_seat_does_not_move(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    with pytest.raises(Refused):
        move_ticket(cast.adam, paid(cast, shop, price).tickets.get(), seat="a")


def test_otto_and_who_does_not_sell_move_nothing(cast: Cast, otto: Actor, seated: Any) -> None:
    order, ticket, ids = seated
    with pytest.raises(NotFound):
        move_ticket(otto, ticket, seat=ids[4])
    with pytest.raises(NotAllowed):
        move_ticket(with_right(cast, order.shop, STATISTICS), ticket, seat=ids[4])


def test_a_ticket_of_another_order_is_absent_there(cast: Cast, seated: Any, signed_in: Any) -> None:
    _order, ticket, ids = seated
    shop, price = an_open_shop(cast)
    other = ordered(cast, shop, price)
    browser: Client = signed_in(cast.adam)
    address = reverse("tickets:order-move", args=[other.id, ticket.id])
    assert browser.post(address, {"seat": ids[4]}).status_code == 404
    assert Ticket.objects.get(id=ticket.id).seat == ids[0]


def test_an_order_is_found_by_its_reference_and_by_the_number_of_a_ticket(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price, 2)
    assert order.reference == reference_of(order) != ""
    spaced = " ".join(order.reference[at : at + 4] for at in range(0, len(order.reference), 4))
    browser: Client = signed_in(cast.adam)
    address = reverse("tickets:orders", args=[shop.id])
    for words in (order.reference, spaced, spaced.lower(), f"{order.number}-2", order.number.lower()):
        assert order.number in browser.get(address, {"words": words}).content.decode(), words
    other = order.reference[:-1] + ("1" if order.reference[-1] == "0" else "0")
    assert order.number not in browser.get(address, {"words": other}).content.decode()
