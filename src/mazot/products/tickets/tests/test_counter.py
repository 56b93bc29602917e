# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counter: who sells there, what, until which second, and how an order leaves it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Invalid, NotAllowed, NotFound, Refused
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.counter import sell_cart
from mazot.products.tickets.actions.forms import make_form
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.performances import set_performance
from mazot.products.tickets.actions.pricing import set_price
from mazot.products.tickets.models import Order, Payment, PaymentMethod, Price, Seating, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.rights import SALES
from mazot.products.tickets.tests.furnishing import a_shop, an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall, seller
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.models import Membership
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CHANNELS = ("online", "reseller", "admin")


def way(shop: Shop, kind: str) -> PaymentMethod:
    return shop.methods.get(kind=kind)


def on_page(browser: Client, shop: Shop, **asked: Any) -> str:
    answer = browser.get(reverse("tickets:counter", args=[shop.id]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def hold(browser: Client, shop: Shop, price: Price, **said: Any) -> Any:
    said = said or {f"count-{price.id}": "2"}
    date = str(price.zone.performance_id)
    return browser.post(reverse("tickets:counter-hold", args=[shop.id]), {"date": date} | said)


def sell(browser: Client, shop: Shop, kind: str = "on_site", **said: Any) -> Any:
    return browser.post(reverse("tickets:counter-sell", args=[shop.id]), {"method": str(way(shop, kind).id)} | said)


def test_two_presses_sell_and_the_next_sale_begins_on_the_same_page(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    browser: Client = signed_in(cast.adam)
    assert price.zone.performance.event.title in on_page(browser, shop)
    held = hold(browser, shop, price)
    assert "Sell for CHF\u00a056.00" in browser.get(held.url).content.decode()
    done = sell(browser, shop, date=str(price.zone.performance_id))
    order = Order.objects.get()
    assert (order.state, order.channel, order.seller_id, order.paid) == ("paid", "admin", cast.adam.person_id, 5600)
    assert Payment.objects.get().by_id == cast.adam.person_id
    told = browser.get(done.url).content.decode()
    assert order.number in told
    assert f"count-{price.id}" in told
    assert reverse("tickets:order-tickets", args=[order.id]) in told
    assert browser.get(reverse("tickets:order-tickets", args=[order.id])).content.startswith(b"%PDF")
    assert sell(browser, shop).status_code == 302  # pressed twice
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
    hold(browser, shop, price)
    sell(browser, shop)
    assert Order.objects.count() == 2


def test_an_invoice_waits_and_has_its_paper(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    set_method(cast.olive, shop, method=way(shop, "invoice"), is_on=True)
    browser: Client = signed_in(cast.adam)
    hold(browser, shop, price)
    told = browser.get(sell(browser, shop, "invoice", email="margaux@example.org", holder="Margaux").url)
    order = Order.objects.get()
    assert (order.state, order.paid, order.tickets.first().holder_name) == ("pending", 0, "Margaux")
    assert order.customer is not None
    assert reverse("tickets:order-invoice", args=[order.id]) in told.content.decode()
    assert browser.get(reverse("tickets:order-invoice", args=[order.id])).content.startswith(b"%PDF")


def test_an_invitation_costs_nothing_and_uses_no_code(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    offer = make_offer(cast.olive, shop, name="Friends", kind="percent", value=100)
    cart, _token = open_cart(cast.adam, shop, language="en", wants=[Want(price.id, 2)])
    (code,) = make_codes(cast.olive, offer, code="FRIENDS")
    cart.code = code
    cart.save(update_fields=["code"])
    order = sell_cart(cast.adam, cart, customer={}, method=way(shop, "free"))
    assert (order.state, order.total, order.paid, order.code_id) == ("paid", 0, 0, None)
    assert [(one.amount, one.list_amount, one.offer_id, one.state) for one in order.tickets.all()] == [
        (0, 2800, None, "valid")
    ] * 2


def test_invitations_are_made_only_where_the_free_way_is_on(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    reseller = seller(cast, shop, "reseller")
    set_method(cast.olive, shop, method=way(shop, "free"), reseller=False)
    cart, _token = open_cart(reseller, shop, language="en", wants=[Want(price.id, 1)])
    with pytest.raises(Refused):
        sell_cart(reseller, cart, customer={}, method=way(shop, "free"))
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en", wants=[Want(price.id, 1)])
    with pytest.raises(Refused):  # nobody invites themselves
        place_order(buyer, cart, customer={"email": "m@example.org"}, method=way(shop, "free"))
    assert not Order.objects.exists()


def test_answers_are_asked_for_at_the_counter_too(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    asked = {"label": "Age", "kind": "number", "state": "required"}
    form = make_form(cast.olive, shop, name="Child", scope="price", questions=[asked])
    question = form.questions.get()
    set_price(cast.olive, price.zone.performance, price=price, form=form)
    cart, _token = open_cart(cast.adam, shop, language="en", wants=[Want(price.id, 1)])
    with pytest.raises(Invalid):
        sell_cart(cast.adam, cart, customer={}, method=way(shop, "on_site"))
    ticket = Ticket.objects.get()
    said = {str(ticket.id): {str(question.id): "7"}}
    order = sell_cart(cast.adam, cart, customer={}, method=way(shop, "on_site"), answers=said)
    assert order.state == "paid"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("access", [".", "r", "o"])
def test_the_matrix_stands_on_the_plan_at_the_hold_and_at_the_sale(
    cast: Cast, signed_in: Any, access: str, channel: str
) -> None:
    shop, price, ids = a_hall(cast, access=access)
    actor = seller(cast, shop, channel)
    allowed = channel in {".": CHANNELS, "r": ("reseller", "admin"), "o": ("admin",)}[access]
    date = price.zone.performance_id
    if channel == "online":
        with pytest.raises(NotFound):
            sell_cart(actor, open_cart(cast.adam, shop, language="en")[0], customer={}, method=way(shop, "on_site"))
        return
    browser: Client = signed_in(actor)
    seats = browser.get(reverse("tickets:counter-seats", args=[date])).json()["seats"]
    assert (seats[0] != ".") == allowed
    assert seats[len(ids) - 1] == "."  # in no zone
    answer = hold(browser, shop, price, seat=f"0:{price.id}")
    assert answer.status_code == (302 if allowed else 409)
    Seating.objects.update(access="." * len(ids))
    if not allowed:
        assert hold(browser, shop, price, seat=f"0:{price.id}").status_code == 302
    Seating.objects.update(access=access * len(ids))
    assert sell(browser, shop).status_code == (302 if allowed else 409)
    assert Order.objects.count() == allowed


ZURICH = ZoneInfo("Europe/Zurich")
# In the nights the clocks change: the hour that comes twice, and the hour after the one that never comes.
ENDS = [
    datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=1),
    datetime(2027, 3, 28, 3, 30, tzinfo=ZURICH),
]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("local", ENDS)
def test_each_counter_stops_at_its_own_second(cast: Cast, channel: str, local: datetime) -> None:
    end = local.astimezone(UTC)
    CLOCK.freeze(end - timedelta(days=10))
    shop, price = an_open_shop(cast, starts=end + timedelta(days=1))
    actor = seller(cast, shop, channel)
    ends = {f"{one}_until": end + (timedelta() if one == channel else timedelta(hours=3)) for one in CHANNELS}
    set_performance(cast.olive, price.zone.performance, **ends)
    cart, _token = open_cart(actor, shop, language="en")
    CLOCK.freeze(end - timedelta(seconds=1))
    cart.expires_at = end + timedelta(minutes=15)
    cart.save(update_fields=["expires_at"])
    hold_places(actor, cart, wants=[Want(price.id, 1)])
    CLOCK.freeze(end)
    for deed in (
        lambda: open_cart(actor, shop, language="en", wants=[Want(price.id, 1)]),
        lambda: place_order(actor, cart, customer={"email": "m@example.org"}, method=way(shop, "on_site")),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.reason == "over"
    for other in set(CHANNELS) - {channel}:  # the others sell on
        someone = seller(cast, shop, other)
        assert open_cart(someone, shop, language="en", wants=[Want(price.id, 1)])


def test_without_an_end_of_its_own_a_counter_sells_two_hours_longer_than_the_shop(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    start, title = price.zone.performance.starts_at, price.zone.performance.event.title
    browser: Client = signed_in(cast.adam)
    CLOCK.freeze(start + timedelta(hours=2) - timedelta(seconds=1))
    assert title in on_page(browser, shop)
    assert hold(browser, shop, price).status_code == 302
    CLOCK.freeze(start + timedelta(hours=2))
    assert "Nothing is on sale at this counter" in on_page(browser, shop)
    assert hold(browser, shop, price).status_code == 422
    assert Ticket.objects.count() == 2


def test_who_may_not_sell_has_no_counter(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    cart, _token = open_cart(cast.adam, shop, language="en", wants=[Want(price.id, 1)])
    other = a_shop(cast, name="Other")
    grant_rights(
        cast.olive, Membership.objects.get(id=cast.malik.membership_id), rights=[SALES], instances=[other.instance]
    )
    malik = replace(cast.malik, grants=None)  # he sells in another shop
    for actor, told in ((malik, NotAllowed), (cast.gaia, NotAllowed), (cast.otto, NotFound)):
        with pytest.raises(told):
            open_cart(actor, shop, language="en")
        with pytest.raises(told):
            sell_cart(actor, cart, customer={}, method=way(shop, "on_site"))
        browser: Client = signed_in(actor)
        assert browser.get(reverse("tickets:counter", args=[shop.id])).status_code == 404
        assert hold(browser, shop, price).status_code == 404
        assert sell(browser, shop).status_code == 404
        assert browser.get(reverse("tickets:counter-seats", args=[price.zone.performance_id])).status_code == 404
    assert not Order.objects.exists()


def test_a_cart_is_sold_only_by_who_opened_it_and_never_by_a_stranger(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    reseller = seller(cast, shop, "reseller")
    cart, token = open_cart(cast.adam, shop, language="en", wants=[Want(price.id, 1)])
    browser: Client = signed_in(reseller)
    browser.cookies[f"counter-{shop.id.hex}"] = token
    assert sell(browser, shop).status_code == 404
    stranger = Client()
    stranger.cookies[f"cart-{shop.slug}"] = token
    assert "Nothing is chosen yet" in stranger.get(reverse("shop-checkout", args=[shop.slug])).content.decode()
    for actor in (reseller, buyer_in(shop)):
        with pytest.raises(NotFound):
            place_order(actor, cart, customer={"email": "m@example.org"}, method=way(shop, "on_site"))
    assert not Order.objects.exists()


def test_a_hold_that_ran_out_is_not_sold(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    browser: Client = signed_in(cast.adam)
    hold(browser, shop, price)
    CLOCK.advance(timedelta(minutes=16))
    answer = sell(browser, shop)
    assert (answer.status_code, "its places are free again" in answer.content.decode()) == (422, True)
    assert not Order.objects.exists()


def test_places_are_let_go_one_by_one_or_all(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    browser: Client = signed_in(cast.adam)
    hold(browser, shop, price, **{f"count-{price.id}": "3"})
    first, drop = Ticket.objects.first(), reverse("tickets:counter-drop", args=[shop.id])
    browser.post(drop, {"ticket": str(first.id)})
    assert Ticket.objects.count() == 2
    browser.post(drop)
    browser.post(drop)
    assert not Ticket.objects.exists()


def test_orders_are_found_by_their_channel(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    numbers = {}
    for channel in CHANNELS:
        actor = seller(cast, shop, channel)
        cart, _token = open_cart(actor, shop, language="en", wants=[Want(price.id, 1)])
        who = {"email": "m@example.org"} if channel == "online" else {}
        order, _secret = place_order(actor, cart, customer=who, method=way(shop, "on_site"))
        numbers[channel] = order.number
        assert (order.channel, order.seller_id) == (channel, actor.person_id)
    browser: Client = signed_in(cast.adam)
    for channel in CHANNELS:
        told = browser.get(reverse("tickets:orders", args=[shop.id]), {"channel": channel}).content.decode()
        assert [one for one in CHANNELS if numbers[one] in told] == [channel]


def test_a_sale_asks_the_database_few_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    shop, price = an_open_shop(cast)
    cart, _token = open_cart(cast.adam, shop, language="en", wants=[Want(price.id, 2)])
    with django_assert_max_num_queries(45):
        sell_cart(cast.adam, cart, customer={}, method=way(shop, "on_site"))
