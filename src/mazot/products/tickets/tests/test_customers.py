# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customer files: who sees whom, and how somebody is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.exchange.facts.tickets.customers import CustomerErased
from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.cancelling import cancel_tickets, set_holder
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.customers import erase_customer, set_notes
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.models import Customer, Order, Ticket
from mazot.products.tickets.queries.customers import customer_for, customers_for
from mazot.products.tickets.rights import CONTROL, SALES, STATISTICS, TECHNICAL
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import ordered
from mazot.products.tickets.tests.test_statistics import paid, with_right
from mazot.tenancy.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def sold_by(actor: Actor, shop: Any, price: Any, email: str) -> Order:
    cart, _token = open_cart(actor, shop, language="en")
    hold_places(actor, cart, wants=[Want(price.id, 1)])
    who = {"email": email, "last_name": "Rochat"}
    return place_order(actor, cart, customer=who, method=shop.methods.get(kind="on_site"))[0]


def test_one_address_is_one_customer_however_it_is_written(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    for email in ("Lea@Example.org", " lea@example.ORG ", "léa@example.org"):
        try:
            sold_by(cast.olive, shop, price, email)
        except Invalid:
            assert email.startswith("lé")
    assert list(Customer.objects.values_list("email", flat=True)) == ["lea@example.org"]


def test_who_only_sells_sees_those_to_whom_they_sold(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    stranger = ordered(cast, shop, price).customer
    malik = with_right(cast, shop, SALES)
    mine = sold_by(malik, shop, price, "lea@example.org").customer
    assert stranger is not None
    assert mine is not None
    assert list(customers_for(malik, shop)) == [mine]
    assert set(customers_for(cast.adam, shop)) == {mine, stranger}
    with pytest.raises(NotFound):
        customer_for(malik, stranger.id)
    with pytest.raises(NotFound):
        set_notes(malik, stranger, notes="Mine now")
    set_notes(malik, mine, notes="Sits in the middle")
    with pytest.raises(NotAllowed):
        erase_customer(malik, mine)
    browser: Client = signed_in(malik)
    page = browser.get(reverse("tickets:customers", args=[shop.id])).content.decode()
    assert "lea@example.org" in page
    assert "margaux" not in page
    assert "Sits in the middle" in browser.get(reverse("tickets:customer", args=[mine.id])).content.decode()
    assert browser.get(reverse("tickets:customer", args=[stranger.id])).status_code == 404
    order_page = browser.get(reverse("tickets:order", args=[stranger.orders.get().id])).content.decode()
    assert reverse("tickets:customer", args=[stranger.id]) not in order_page


@pytest.mark.parametrize(("right", "sees"), [(TECHNICAL, True), (STATISTICS, False), (CONTROL, False)])
def test_the_list_is_for_who_sets_up_the_shop(cast: Cast, right: Any, sees: bool) -> None:
    shop, price = an_open_shop(cast)
    ordered(cast, shop, price)
    actor = with_right(cast, shop, right)
    if sees:
        assert customers_for(actor, shop).count() == 1
    else:
        with pytest.raises(NotFound):
            customers_for(actor, shop)


def test_a_customer_is_found_and_their_file_tells_all(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = paid(cast, shop, price, 2)
    browser: Client = signed_in(cast.adam)
    address = reverse("tickets:customers", args=[shop.id])
    for words in ("thevoz", "MARGAUX", "@example.org"):
        assert "Thévoz" in browser.get(address, {"words": words}).content.decode()
    assert "Thévoz" not in browser.get(address, {"words": "rochat"}).content.decode()
    page = browser.get(reverse("tickets:customer", args=[order.customer_id])).content.decode()
    assert order.number in page
    assert f"{order.number}-2" in page
    assert "56.00" in page
    order_page = browser.get(reverse("tickets:order", args=[order.id])).content.decode()
    assert reverse("tickets:customer", args=[order.customer_id]) in order_page


def test_a_customer_with_a_ticket_to_come_is_not_erased(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = paid(cast, shop, price)
    customer = order.customer
    assert customer is not None
    with pytest.raises(Refused) as refused:
        erase_customer(cast.adam, customer)
    assert refused.value.reason == "coming"
    assert Customer.objects.get().first_name == "Margaux"
    cancel_tickets(cast.adam, order, tickets=[order.tickets.get().id])
    assert erase_customer(cast.adam, customer).erased_at is not None


def test_who_is_erased_leaves_amounts_and_no_name(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = paid(cast, shop, price)
    set_holder(cast.adam, order.tickets.get(), name="Margaux T.")
    Order.objects.filter(id=order.id).update(answers={"q": "Rue du Lac 4"})
    Ticket.objects.filter(order=order).update(answers={"q": "vegetarian"})
    CLOCK.advance(timedelta(days=40))
    browser: Client = signed_in(cast.adam)
    assert browser.post(reverse("tickets:customer-erase", args=[order.customer_id])).status_code == 302
    row, kept, ticket = Customer.objects.get(), Order.objects.get(), Ticket.objects.get()
    assert (row.first_name, row.last_name, row.phone, row.notes, row.sought) == ("", "", "", "", "")
    assert "margaux" not in row.email
    assert (kept.total, kept.paid, kept.answers, ticket.answers, ticket.holder_name) == (2800, 2800, {}, {}, "")
    told = FactRow.objects.get(kind=CustomerErased.kind())
    assert "argaux" not in str(told.details)
    for address in ("tickets:customer", "tickets:order"):
        about = row.id if address == "tickets:customer" else kept.id
        assert "argaux" not in browser.get(reverse(address, args=[about])).content.decode()
    with pytest.raises(NotFound):
        erase_customer(cast.adam, row)
    CLOCK.reset()
    assert clock.now() is not None
    again = ordered(cast, shop, price)
    assert again.customer_id != row.id


def test_notes_have_an_end(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    customer = ordered(cast, shop, price).customer
    assert customer is not None
    with pytest.raises(Invalid):
        set_notes(cast.adam, customer, notes="x" * 5001)


def test_otto_knows_no_customer_of_another_house(cast: Cast, otto: Actor) -> None:
    shop, price = an_open_shop(cast)
    customer = ordered(cast, shop, price).customer
    assert customer is not None
    for deed in (
        lambda: customers_for(otto, shop),
        lambda: customer_for(otto, customer.id),
        lambda: set_notes(otto, customer, notes="x"),
        lambda: erase_customer(otto, customer),
    ):
        with pytest.raises(NotFound):
            deed()
    assert Customer.objects.get().notes == ""
