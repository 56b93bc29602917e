# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shop as a stranger walks through it, with the attacks a stranger tries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.actions.events import set_event
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.pricing import make_price, set_price
from mazot.products.tickets.actions.shops import close_shop, end_test, publish_shop, set_shop
from mazot.products.tickets.models import Cart, Order, Price, Shop, Ticket
from mazot.products.tickets.tests.furnishing import a_concert, a_shop, an_open_shop
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WHO = {"email": "margaux@example.org", "first_name": "Margaux", "last_name": "Thévoz"}


def selling(cast: Cast, **concert: Any) -> tuple[Shop, Price]:
    """An open shop that takes invoices."""
    shop, price = an_open_shop(cast, **concert)
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    return shop, price


def event_url(price: Price) -> str:
    event = price.zone.performance.event
    return reverse("shop-event", args=[event.shop.slug, event.slug])


def choose(client: Client, price: Price, count: object = 1, **more: Any) -> Any:
    date = str(price.zone.performance_id)
    return client.post(f"{event_url(price)}/choose", {"date": date, f"count-{price.id}": str(count)} | more)


def confirm(client: Client, shop: Shop, **more: Any) -> Any:
    method = str(shop.methods.get(kind="invoice").id)
    return client.post(reverse("shop-checkout", args=[shop.slug]), WHO | {"method": method} | more)


def test_from_the_event_to_the_order_in_two_presses_and_repeats_find_the_same_order(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    assert "Requiem" in client.get(reverse("shop", args=[shop.slug])).text
    assert "CHF\xa028.00" in client.get(event_url(price)).text
    assert choose(client, price, 2).headers["Location"] == reverse("shop-checkout", args=[shop.slug])
    page = client.get(reverse("shop-checkout", args=[shop.slug])).text
    assert "CHF\xa056.00" in page
    first = confirm(client, shop)
    again = confirm(client, shop)
    assert first.status_code == 302
    assert again.headers["Location"] == first.headers["Location"]
    assert client.get(reverse("shop-checkout", args=[shop.slug])).headers["Location"] == first.headers["Location"]
    assert Order.objects.get().tickets.count() == 2
    order_page = client.get(first.headers["Location"])
    assert "CH93 0076 2011 6238 5295 7" in order_page.text
    assert Order.objects.get().number in order_page.text
    assert order_page.headers["X-Robots-Tag"] == "noindex"


def test_the_cookie_of_a_cart_is_closed_to_scripts_and_to_other_shops(cast: Cast) -> None:
    shop, price = selling(cast)
    cookie = choose(Client(), price).cookies[f"cart-{shop.slug}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", f"/shop/{shop.slug}/")


def test_a_paid_order_shows_the_code_of_each_ticket(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    address = confirm(client, shop).headers["Location"]
    assert '<svg class="segno"' not in client.get(address).text
    order = Order.objects.get()
    record_payment(cast.olive, order, amount=order.total, event="by hand")
    page = Client().get(address).text
    assert "segno" in page
    assert "Code of ticket 1" in page
    drawn = page[page.index('class="segno"') - 200 :]
    assert 'fill="#fff"' in drawn  # a scanner needs its light ground, also on a dark page


def test_a_holder_is_renamed_only_through_the_secret_of_the_own_order(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    address = confirm(client, shop).headers["Location"]
    ticket = Ticket.objects.get()
    assert client.post(f"{address}/holder/{ticket.id}", {"name": "Lior"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.holder_name == "Lior"
    assert "Lior" in client.get(address).text
    assert client.post(f"{address}/holder/{uuid4()}", {"name": "Otto"}).status_code == 404
    foreign = address.rsplit("/", 1)[0] + "/" + "x" * 27
    assert client.get(foreign).status_code == 404
    assert client.post(f"{foreign}/holder/{ticket.id}", {"name": "Otto"}).status_code == 404


def test_ten_thousand_places_are_refused_with_the_limit_and_nothing_is_held(cast: Cast) -> None:
    _shop, price = selling(cast)
    for count in ("10000", "9" * 40):
        refused = choose(Client(), price, count)
        assert refused.status_code == 422
        assert "One order has up to 100 places." in refused.text
    for count in ("-1", "1.5", "many", "٣", "\x00", ""):
        assert choose(Client(), price, count).status_code == 422
    assert not Ticket.objects.exists()


def test_more_than_are_left_are_refused_with_how_many_there_are(cast: Cast) -> None:
    _shop, price = selling(cast, quantity=3)
    refused = choose(Client(), price, 4)
    assert refused.status_code == 409
    assert "There are 3 places left" in refused.text
    choose(Client(), price, 3)
    assert "Sold out" in Client().get(event_url(price)).text


def test_a_foreign_a_wrong_and_an_expired_token_hold_nothing(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    token = client.cookies[f"cart-{shop.slug}"].value
    other = publish_shop(cast.olive, end_test(cast.olive, _second(cast)))
    checkout = reverse("shop-checkout", args=[other.slug])
    thief = Client()
    for wrong in (token, "x" * 5000, "\u00e9"):
        thief.cookies[f"cart-{other.slug}"] = wrong
        assert "Nothing is chosen yet" in thief.get(checkout).text
        assert thief.post(reverse("shop-extend", args=[other.slug])).status_code == 302
    CLOCK.advance(timedelta(minutes=16))
    over = client.get(reverse("shop-checkout", args=[shop.slug]))
    assert over.status_code == 410
    assert "The time for this order is over" in over.text
    assert confirm(client, shop).status_code == 410
    assert not Order.objects.exists()
    assert choose(client, price).status_code == 302
    assert client.get(reverse("shop-checkout", args=[shop.slug])).status_code == 200


def _second(cast: Cast) -> Shop:
    shop = a_shop(cast, name="Other season")
    a_concert(cast, shop, title="Elsewhere")
    return shop


def test_two_shops_never_mix(cast: Cast) -> None:
    shop, price = selling(cast)
    other = publish_shop(cast.olive, end_test(cast.olive, _second(cast)))
    client = Client()
    assert client.get(reverse("shop-event", args=[other.slug, price.zone.performance.event.slug])).status_code == 404
    theirs = Price.objects.get(zone__performance__event__shop=other)
    date = str(price.zone.performance_id)
    own = {"date": date, f"count-{theirs.id}": "1"}
    assert client.post(f"{event_url(price)}/choose", own).status_code == 404
    choose(client, price)
    choose(client, theirs)
    carts = Cart.objects.filter(tickets__isnull=False)
    assert {cart.shop_id for cart in carts} == {shop.id, other.id}
    address = confirm(client, shop).headers["Location"]
    assert Client().get(address.replace(f"/{shop.slug}/", f"/{other.slug}/")).status_code == 404
    assert "Elsewhere" in client.get(reverse("shop-checkout", args=[other.slug])).text


def test_a_method_of_another_shop_is_absent(cast: Cast) -> None:
    shop, price = selling(cast)
    other = _second(cast)
    client = Client()
    choose(client, price)
    assert confirm(client, shop, method=str(other.methods.get(kind="invoice").id)).status_code == 404
    assert confirm(client, shop, method="no method").status_code == 422
    assert not Order.objects.exists()


def test_a_closed_shop_sells_nothing_but_its_orders_stay_open(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    address = confirm(client, shop).headers["Location"]
    close_shop(cast.olive, shop)
    for page in (reverse("shop", args=[shop.slug]), event_url(price), reverse("shop-checkout", args=[shop.slug])):
        answer = client.get(page)
        assert "This shop is closed" in answer.text
        assert "Requiem" not in answer.text
    assert "This shop is closed" in choose(client, price).text
    assert Ticket.objects.count() == 1
    assert "Requiem" in client.get(address).text


def test_a_hidden_event_is_absent_and_a_full_one_says_so(cast: Cast) -> None:
    shop, price = selling(cast)
    event = price.zone.performance.event
    set_event(cast.olive, event, online="hidden")
    assert Client().get(event_url(price)).status_code == 404
    assert "Requiem" not in Client().get(reverse("shop", args=[shop.slug])).text
    assert choose(Client(), price).status_code == 404
    set_event(cast.olive, event, online="full")
    assert "Sold out" in Client().get(event_url(price)).text
    assert choose(Client(), price).status_code == 422


def test_prices_before_and_after_their_window_say_so(cast: Cast) -> None:
    _shop, price = selling(cast)
    now = CLOCK.now()
    set_price(cast.olive, price.zone.performance, price=price, sale_from=now + timedelta(days=1))
    assert "Not on sale yet" in Client().get(event_url(price)).text
    assert "is not on sale yet" in choose(Client(), price).text
    set_price(cast.olive, price.zone.performance, price=price, sale_from=None, sale_until=now - timedelta(days=1))
    assert "No longer on sale" in Client().get(event_url(price)).text
    assert "is no longer on sale" in choose(Client(), price).text


def test_a_test_shop_says_so_on_every_page(cast: Cast) -> None:
    shop, price = an_open_shop(cast, real=False)
    for page in (reverse("shop", args=[shop.slug]), event_url(price)):
        assert "This shop is being tried" in Client().get(page).text


def test_each_refused_code_says_its_own_reason_and_a_good_one_lowers_the_sum(cast: Cast) -> None:
    shop, price = selling(cast)
    offer = make_offer(cast.olive, shop, name="Friends", kind="percent", value=100)
    make_codes(cast.olive, offer, code="friends")
    client = Client()
    choose(client, price)
    address = reverse("shop-code", args=[shop.slug])
    wrong = client.post(address, {"code": "nothing"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert "This code is not known here." in wrong.text
    assert f'action="{reverse("shop-checkout", args=[shop.slug])}"' in wrong.text  # the order is not sent to the code
    assert client.post(address, {"code": "FRIENDS "}).status_code == 302
    assert "CHF\xa025.20" in client.get(reverse("shop-checkout", args=[shop.slug])).text


def test_a_place_is_let_go_once_and_pressed_twice_shows_the_cart(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price, 2)
    ticket = Ticket.objects.order_by("id")[0]
    drop = reverse("shop-drop", args=[shop.slug])
    for _press in range(2):
        assert client.post(drop, {"ticket": str(ticket.id)}).status_code == 302
    assert Ticket.objects.count() == 1
    stranger = Client()
    choose(stranger, price)
    stranger.post(drop, {"ticket": str(Ticket.objects.order_by("id")[0].id)})
    assert Ticket.objects.count() == 2


def test_the_time_is_extended_once(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    extend = reverse("shop-extend", args=[shop.slug])
    CLOCK.advance(timedelta(minutes=10))
    assert client.post(extend).status_code == 302
    assert "The time was extended once already." in client.post(extend).text
    CLOCK.advance(timedelta(minutes=14))
    assert client.get(reverse("shop-checkout", args=[shop.slug])).status_code == 200


def test_after_the_order_the_deeds_of_the_cart_lead_to_it(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    address = confirm(client, shop).headers["Location"]
    for deed in ("shop-drop", "shop-code", "shop-extend"):
        answer = client.post(reverse(deed, args=[shop.slug]), {"code": "x"}, follow=True)
        assert answer.redirect_chain[-1][0] == address


def test_terms_have_to_be_accepted(cast: Cast) -> None:
    shop, price = selling(cast)
    set_shop(cast.olive, shop, terms="No refunds.")
    client = Client()
    choose(client, price)
    refused = confirm(client, shop)
    assert refused.status_code == 422
    assert "margaux@example.org" in refused.text
    assert confirm(client, shop, terms="on").status_code == 302


def test_a_wrong_address_is_refused_and_nothing_is_ordered(cast: Cast) -> None:
    shop, price = selling(cast)
    client = Client()
    choose(client, price)
    for email in ("", "nobody", "a@b", "x" * 300 + "@example.org"):
        assert confirm(client, shop, email=email).status_code == 422
    assert not Order.objects.exists()


def test_a_fee_is_told_before_the_order(cast: Cast) -> None:
    shop, price = selling(cast)
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), fee_fixed=150)
    client = Client()
    choose(client, price)
    page = client.get(reverse("shop-checkout", args=[shop.slug])).text
    assert "CHF\xa01.50" in page
    confirm(client, shop)
    assert Order.objects.get().total == 2950


def test_numbered_places_are_chosen_by_seat_or_best_together(cast: Cast) -> None:
    _shop, price, ids = a_hall(cast)
    client = Client()
    assert choose(client, price, 0, seat=f"3:{price.id}").status_code == 302
    assert Ticket.objects.get().seat == ids[3]
    taken = choose(Client(), price, 0, seat=f"3:{price.id}")
    assert taken.status_code == 409
    assert "This seat is not available." in taken.text
    assert choose(client, price, 2).status_code == 302
    assert Ticket.objects.count() == 3
    for wrong in (f"999:{price.id}", f"-1:{price.id}", "3:nothing", f"4:{UUID(int=0)}", "", f"٣:{price.id}"):
        assert choose(Client(), price, 0, seat=wrong).status_code == 404
    many = {"date": str(price.zone.performance_id), "seat": [f"1:{price.id}"] * 101}
    assert Client().post(f"{event_url(price)}/choose", many).status_code == 422


def test_a_date_of_another_event_is_absent(cast: Cast) -> None:
    shop, price = selling(cast)
    other = a_concert(cast, shop, title="Elsewhere")
    assert Client().get(event_url(price), {"date": str(other.zone.performance_id)}).status_code == 404
    assert Client().get(event_url(price), {"date": "tomorrow"}).status_code == 404
    assert choose(Client(), price, date="").status_code == 302


def test_an_event_with_many_prices_asks_the_database_ten_times_at_most(
    cast: Cast, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    shop, price = selling(cast)
    for number in range(30):
        make_price(cast.olive, price.zone.performance, zone=price.zone, name=f"Price {number}", amount=number)
    client = Client()
    choose(client, price)
    with django_assert_max_num_queries(10):
        client.get(event_url(price))
    with django_assert_max_num_queries(6):  # the shop, its events, and how their dates stand
        client.get(reverse("shop", args=[shop.slug]))
