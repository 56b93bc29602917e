# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers see and do in a shop: from the programme to the tickets, and what they are not told."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.actions.events import set_event
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.shops import close_shop, set_shop
from mazot.products.tickets.models import Order, Price, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_concert, a_shop, an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def choose(client: Client, shop: Shop, price: Price, **said: Any) -> Any:
    slug = price.zone.performance.event.slug
    said = said or {f"count-{price.id}": "2"}
    return client.post(reverse("shop-choose", args=[shop.slug, slug]), said)


def order(client: Client, shop: Shop, **said: Any) -> Any:
    method = shop.methods.get(kind="invoice")
    details = {"email": "margaux@example.org", "method": str(method.id), "terms": "on"}
    return client.post(reverse("shop-checkout", args=[shop.slug]), details | said)


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    shop, price = an_open_shop(cast)
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    return shop, price


def test_a_stranger_buys_without_script_or_account(client: Client, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    event = price.zone.performance.event
    assert event.title in page(client, "shop", shop.slug)
    assert "CHF\u00a028.00" in page(client, "shop-event", shop.slug, event.slug)
    answer = choose(client, shop, price)
    assert answer.url == reverse("shop-checkout", args=[shop.slug])
    assert "CHF\u00a056.00" in page(client, "shop-checkout", shop.slug)
    placed = order(client, shop)
    said = client.get(placed.url)
    assert (said.status_code, said["Cache-Control"], said["X-Robots-Tag"]) == (200, "private, no-store", "noindex")
    assert "CH93 0076 2011 6238 5295 7" in said.content.decode()
    found = Order.objects.get()
    record_payment(buyer_in(shop), found, amount=found.total, provider="test", event="1")
    assert client.get(placed.url).content.decode().count("<svg") > 2
    assert order(client, shop).url == placed.url  # pressed again, also much later
    assert Order.objects.count() == 1


def test_a_seat_is_bought_from_the_plan(client: Client, cast: Cast) -> None:
    shop, price, _ids = a_hall(cast)
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    assert "mazot-hall-picker" in page(client, "shop-event", shop.slug, price.zone.performance.event.slug)
    assert choose(client, shop, price, seat=[f"0:{price.id}", f"1:{price.id}"]).status_code == 302
    assert "Row" in page(client, "shop-checkout", shop.slug) or Ticket.objects.filter(seat__isnull=False).count() == 2
    other = Client()
    refused = choose(other, shop, price, seat=[f"1:{price.id}"])
    assert refused.status_code == 409
    assert "This seat is not available." in refused.content.decode()
    assert choose(other, shop, price, **{f"count-{price.id}": "3"}).status_code == 302
    assert Ticket.objects.count() == 5


def test_what_nobody_may_see_is_absent(client: Client, cast: Cast, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    event = price.zone.performance.event
    other = a_shop(cast, name="Other")
    addresses = [
        reverse("shop", args=["nowhere"]),
        reverse("shop-event", args=[shop.slug, "nothing"]),
        reverse("shop-event", args=[shop.slug, event.slug]) + f"?date={uuid4()}",
        reverse("shop-order", args=[shop.slug, "guessed"]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 404
    set_event(cast.olive, event, online="hidden")
    assert client.get(reverse("shop-event", args=[shop.slug, event.slug])).status_code == 404
    assert "This shop is closed" in page(client, "shop", other.slug)


def test_an_address_that_leads_nowhere_stays_in_the_shop(client: Client, sold: tuple[Shop, Price]) -> None:
    shop, _price = sold
    answer = client.get(reverse("shop-event", args=[shop.slug, "nothing"]))
    assert answer.status_code == 404
    assert f'href="{reverse("shop", args=[shop.slug])}"' in answer.content.decode()
    assert "This page does not exist" in answer.content.decode()


def test_an_order_is_not_shown_in_another_shop(client: Client, cast: Cast, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    choose(client, shop, price)
    secret = order(client, shop).url.rsplit("/", 1)[1]
    other = a_shop(cast, name="Other")
    a_concert(cast, other)
    other.is_open = True
    other.save(update_fields=["is_open"])
    assert client.get(reverse("shop-order", args=[other.slug, secret])).status_code == 404


def test_a_closed_shop_sells_nothing(client: Client, cast: Cast, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    choose(client, shop, price)
    close_shop(cast.olive, shop)
    assert "This shop is closed" in order(client, shop).content.decode()
    assert not Order.objects.exists()


def test_a_cart_that_ran_out_says_so(client: Client, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    choose(client, shop, price)
    CLOCK.advance(timedelta(minutes=16))
    answer = client.get(reverse("shop-checkout", args=[shop.slug]))
    assert (answer.status_code, "nothing was charged" in answer.content.decode()) == (410, True)
    assert "Nothing is chosen yet" in Client().get(reverse("shop-checkout", args=[shop.slug])).content.decode()


def test_refusals_name_their_reason_and_hold_nothing(client: Client, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    for said, status in (
        ({}, 422),
        ({f"count-{price.id}": "10000"}, 422),
        ({f"count-{uuid4()}": "1"}, 404),
        ({"seat": "9999999:x"}, 404),
        ({"seat": [f"{number}:{price.id}" for number in range(10_000)]}, 422),
        ({"seat": f"0:{price.id}"}, 404),
    ):
        slug = price.zone.performance.event.slug
        assert client.post(reverse("shop-choose", args=[shop.slug, slug]), said).status_code == status, said
    assert not Ticket.objects.exists()


def test_terms_way_to_pay_and_address_are_asked_for(client: Client, cast: Cast, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    set_shop(cast.olive, shop, terms="No refunds.")
    choose(client, shop, price)
    for said in ({"terms": ""}, {"method": "x"}, {"email": "nobody"}):
        assert order(client, shop, **said).status_code == 422
    assert order(client, shop).status_code == 302


def test_a_place_is_let_go_the_time_taken_once_and_a_code_refused(client: Client, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    choose(client, shop, price)
    first = Ticket.objects.first()
    assert first is not None
    assert client.post(reverse("shop-drop", args=[shop.slug]), {"ticket": str(first.id)}).status_code == 302
    assert Ticket.objects.count() == 1
    assert client.post(reverse("shop-extend", args=[shop.slug])).status_code == 302
    assert client.post(reverse("shop-extend", args=[shop.slug])).status_code == 422
    refused = client.post(reverse("shop-code", args=[shop.slug]), {"code": "nothing"})
    assert "This code is not known here." in refused.content.decode()


def test_a_buyer_writes_a_name_on_their_own_ticket_only(client: Client, sold: tuple[Shop, Price]) -> None:
    shop, price = sold
    choose(client, shop, price)
    address = order(client, shop).url
    ticket = Ticket.objects.order_by("number").first()
    assert ticket is not None
    secret = address.rsplit("/", 1)[1]
    client.post(reverse("shop-holder", args=[shop.slug, secret, ticket.id]), {"name": "Ana Ruiz"})
    ticket.refresh_from_db()
    assert ticket.holder_name == "Ana Ruiz"
    assert client.post(reverse("shop-holder", args=[shop.slug, secret, uuid4()]), {"name": "x"}).status_code == 404


def test_an_event_page_asks_few_questions(
    client: Client, sold: tuple[Shop, Price], django_assert_max_num_queries: Any
) -> None:
    shop, price = sold
    address = reverse("shop-event", args=[shop.slug, price.zone.performance.event.slug])
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)
