# SPDX-License-Identifier: AGPL-3.0-or-later
"""A date that the organizer shows as full: each channel by itself, at the hold, on the plan, in every page and list."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation import clock
from mazot.foundation.errors import Refused
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.events import set_event
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.performances import set_performance
from mazot.products.tickets.models import Price, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.checklist import checklist_of, checklist_of_event, hard_failures
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import WHO, a_hall, seller
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CHANNELS = ("online", "reseller", "admin")


def refusal(actor: Any, shop: Shop, price: Price) -> str:
    """Why no place is held; empty when one is."""
    cart, _token = open_cart(actor, shop, language="en")
    try:
        hold_places(actor, cart, wants=[Want(price.id, 1)])
    except Refused as refused:
        return refused.reason
    return ""


@pytest.mark.parametrize("above", ["event", "date"])
@pytest.mark.parametrize("full", CHANNELS)
@pytest.mark.parametrize("channel", CHANNELS)
def test_only_the_channel_that_reads_full_is_refused(cast: Cast, channel: str, full: str, above: str) -> None:
    shop, price = an_open_shop(cast)
    date = price.zone.performance
    if above == "event":
        set_event(cast.olive, date.event, **{full: "full"})
    else:
        set_performance(cast.olive, date, **{full: "full"})
    assert refusal(seller(cast, shop, channel), shop, price) == ("full" if channel == full else "")


def test_the_counter_sells_on_after_the_online_sale_when_online_reads_full(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    date = price.zone.performance
    ends = clock.now() - timedelta(minutes=1)
    set_performance(cast.olive, date, online="full", online_until=ends, reseller_until=ends)
    said = {channel: refusal(seller(cast, shop, channel), shop, price) for channel in CHANNELS}
    assert said == {"online": "over", "reseller": "over", "admin": ""}


def test_before_its_sale_a_date_reads_full_all_the_same(cast: Cast, client: Client) -> None:
    shop, price = an_open_shop(cast)
    date = price.zone.performance
    set_performance(cast.olive, date, online="full", online_from=clock.now() + timedelta(days=1))
    assert refusal(buyer_in(shop), shop, price) == "full"
    page = client.get(reverse("shop-event", args=[shop.slug, date.event.slug])).content.decode()
    assert "Sold out" in page
    assert "Not on sale yet" not in page


def test_whoever_holds_a_place_already_may_still_order_it_and_take_no_other(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    method = set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[Want(price.id, 1)])
    set_performance(cast.olive, price.zone.performance, online="full")
    with pytest.raises(Refused):
        hold_places(buyer, cart, wants=[Want(price.id, 1)])
    order, _secret = place_order(buyer, cart, customer=WHO, method=method)
    assert order.tickets.count() == 1


def test_the_plan_of_a_full_date_shows_no_free_seat_online_and_all_of_them_at_the_counter(
    cast: Cast, client: Client, signed_in: Any
) -> None:
    shop, price, ids = a_hall(cast)
    date = price.zone.performance
    online = reverse("shop-hall-seats", args=[shop.slug, date.id])
    counter = reverse("tickets:counter-seats", args=[date.id])
    assert set(client.get(online).json()["seats"]) == {price.zone.code, "."}
    set_event(cast.olive, date.event, online="full")
    assert client.get(online).json()["seats"] == "." * len(ids)
    desk = signed_in(cast.adam)
    assert price.zone.code in desk.get(counter).json()["seats"]
    set_event(cast.olive, date.event, admin="full")
    assert desk.get(counter).json()["seats"] == "." * len(ids)
    assert "Shown as full" in desk.get(reverse("tickets:counter", args=[shop.id])).content.decode()


def test_pages_of_strangers_say_sold_out_and_sell_nothing(cast: Cast, client: Client) -> None:
    shop, price = an_open_shop(cast)
    date = price.zone.performance
    address = reverse("shop-event", args=[shop.slug, date.event.slug])
    for change in ({"online": "full"}, {"online": "visible"}):
        set_performance(cast.olive, date, **change)
        is_full = change["online"] == "full"
        for page in (
            client.get(address),
            client.get(reverse("shop", args=[shop.slug])),
            client.get(f"{address}?cart="),
        ):
            assert ("Sold out" in page.content.decode()) == is_full
        assert (f'name="count-{price.id}"' in client.get(address).content.decode()) != is_full
    set_performance(cast.olive, date, online="full")
    said = client.post(reverse("shop-choose", args=[shop.slug, date.event.slug]), {f"count-{price.id}": "1"})
    assert said.status_code == 422
    assert "There are no places left at “Adult”." in said.content.decode()
    assert not Ticket.objects.exists()


def test_the_checklist_tells_of_a_full_date_that_has_places(cast: Cast) -> None:
    shop, price = an_open_shop(cast, quantity=1)
    date = price.zone.performance
    assert "full" not in {check.key for check in checklist_of(shop)}
    set_performance(cast.olive, date, online="full")
    for checks in (checklist_of(shop), checklist_of_event(date.event)):
        found = {check.key: check for check in checks}
        assert (found["full"].passes, found["full"].is_hard) == (False, False)
        assert found["visible"].passes
    assert [check.key for check in hard_failures(shop)] == ["price"]
    assert refusal(cast.adam, shop, price) == ""
    assert "full" not in {check.key for check in checklist_of(shop)}


def test_the_office_says_it_of_an_event_on_each_of_its_dates(cast: Cast, signed_in: Any) -> None:
    _shop, price = an_open_shop(cast)
    event, browser = price.zone.performance.event, signed_in(cast.olive)
    set_event(cast.olive, event, online="full")
    for name in ("dates", "event"):
        assert "Shown as full" in browser.get(reverse(f"tickets:{name}", args=[event.id])).content.decode()
