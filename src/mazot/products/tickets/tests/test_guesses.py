# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who guesses at the shop's doors waits, who stands beside them behind the same address does not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.models import Cart, Price, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_shop import choose, confirm, selling
from mazot.products.tickets.web.guesses import CODES, LETTERS, LINKS
from mazot.tenancy.actions.paces import check_pace
from mazot.tenancy.models import Pace
from tests.cast import Cast

pytestmark = pytest.mark.django_db

SCHOOL, ELSEWHERE = "192.0.2.7", "198.51.100.9"
SECOND = timedelta(seconds=1)


def browser(address: str = SCHOOL) -> Client:
    return Client(REMOTE_ADDR=address)


def with_a_cart(shop: Shop, price: Price, address: str = SCHOOL) -> Client:
    """A browser that holds a place."""
    cart, token = open_cart(buyer_in(shop), shop, language="en")
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)])
    client = browser(address)
    client.cookies[f"cart-{shop.slug}"] = token
    return client


def with_a_code(cast: Cast) -> tuple[Shop, Price]:
    shop, price = selling(cast, quantity=1000)
    make_codes(cast.olive, make_offer(cast.olive, shop, name="Friends", kind="percent", value=100), code="friends")
    return shop, price


def tries(client: Client, shop: Shop, code: str) -> Any:
    return client.post(reverse("shop-code", args=[shop.slug]), {"code": code})


def test_a_cart_has_five_wrong_codes_and_then_waits_as_long_as_it_is_told(cast: Cast) -> None:
    shop, price = with_a_code(cast)
    CLOCK.freeze(CLOCK.now())
    client = with_a_cart(shop, price)
    assert [tries(client, shop, f"guess-{n}").status_code for n in range(5)] == [422] * 5
    for _turn in range(3):
        refused = tries(client, shop, "friends")
        assert refused.status_code == 429
        wait = int(refused["Retry-After"])
        assert f"possible in {wait} seconds" in refused.text
        assert 'id="code-fault"' in refused.text  # beside the field, on the page of what is held
        CLOCK.advance(timedelta(seconds=wait) - SECOND)
        assert tries(client, shop, "friends").status_code == 429
        CLOCK.advance(SECOND)
        assert tries(client, shop, f"guess-{uuid4()}").status_code == 422
    assert Cart.objects.get().code is None
    assert tries(client, shop, "").status_code == 302  # to take a code away is no guess
    assert confirm(client, shop).status_code == 302  # and who guessed may still buy


def test_the_same_wrong_code_again_is_one_mistake(cast: Cast) -> None:
    shop, price = with_a_code(cast)
    client = with_a_cart(shop, price)
    assert {tries(client, shop, "friendz").status_code for _turn in range(9)} == {422}
    assert tries(client, shop, "friends").status_code == 302


def test_more_carts_give_no_more_guesses_and_buying_goes_on(cast: Cast) -> None:
    shop, price = with_a_code(cast)
    told = [
        tries(client, shop, f"guess-{cart}-{n}").status_code
        for cart in range(30)
        for client in (with_a_cart(shop, price, f"2001:db8:1:2::{cart:x}"),)
        for n in range(4)
    ]
    assert told == [422] * CODES.of_an_address + [429] * 20  # one customer has all of a /64
    neighbour = with_a_cart(shop, price, "2001:db8:1:2:ffff::1")
    assert tries(neighbour, shop, "friends").status_code == 429
    assert confirm(neighbour, shop).status_code == 302
    assert tries(with_a_cart(shop, price, "2001:db8:1:3::1"), shop, "friends").status_code == 302


def test_a_school_behind_one_address_mistypes_and_uses_its_code(cast: Cast) -> None:
    """Three hundred, of whom one in four mistypes; a right code costs nothing, so those who know it are not sent."""
    shop, price = with_a_code(cast)
    for pupil in range(75):
        assert tries(with_a_cart(shop, price), shop, f"friendz{pupil}").status_code == 422
    last = with_a_cart(shop, price)
    assert tries(last, shop, "friends").status_code == 302
    assert confirm(last, shop).status_code == 302


def test_behind_a_proxy_that_is_not_trusted_not_all_are_one_guesser(cast: Cast) -> None:
    shop, price = with_a_code(cast)
    for _cart in range(26):
        client = with_a_cart(shop, price, "127.0.0.1")
        assert [tries(client, shop, f"{uuid4()}").status_code for _n in range(4)] == [422] * 4
    assert tries(with_a_cart(shop, price, "127.0.0.1"), shop, "friends").status_code == 302


def doors(shop: Shop, secret: str) -> dict[str, str]:
    """What a link to an order opens, by method."""
    own = reverse("shop-order", args=[shop.slug, secret])
    return {
        own: "get",
        f"{own}/tickets.pdf": "get",
        f"{own}/tickets/1.pdf": "get",
        f"{own}/invoice.pdf": "get",
        f"{own}/card": "get",
        f"{own}/test-card": "get",
        f"{own}/letter": "post",
        f"{own}/holder/{uuid4()}": "post",
        reverse("shop-mine", args=[shop.slug, secret]): "get",
    }


def test_links_that_lead_nowhere_are_slowed_at_every_door_and_right_ones_never(cast: Cast) -> None:
    shop, price = selling(cast)
    CLOCK.freeze(CLOCK.now())
    buyer = browser()
    choose(buyer, price)
    own = confirm(buyer, shop).headers["Location"]
    guesser = browser()
    each = [(door, how) for n in range(10) for door, how in doors(shop, f"{n}" * 27).items()]
    told = [getattr(guesser, how)(door).status_code for door, how in each]
    assert set(told[: LINKS.of_an_address]) == {404}
    # The same secret at one door after the other is one guess, so a few more than sixty were heard.
    while guesser.get(reverse("shop-order", args=[shop.slug, uuid4().hex])).status_code == 404:
        assert Pace.objects.order_by("-failures")[0].failures <= LINKS.of_an_address
    for door, how in doors(shop, "x" * 27).items():
        refused = getattr(guesser, how)(door)
        assert refused.status_code == 429, door
        assert f"possible in {refused['Retry-After']} seconds" in refused.text, door
    for address in (own, f"{own}/invoice.pdf"):  # from the same address
        assert browser().get(address).status_code == 200
    CLOCK.advance(timedelta(seconds=int(refused["Retry-After"])))
    assert guesser.get(reverse("shop-order", args=[shop.slug, "y" * 27])).status_code == 404
    assert browser(ELSEWHERE).get(reverse("shop-order", args=[shop.slug, "z" * 27])).status_code == 404


@pytest.mark.parametrize("framed", [True, False])
def test_forged_carts_are_slowed_and_a_real_one_and_none_buy_on(cast: Cast, framed: bool) -> None:
    shop, price = selling(cast)
    event = reverse("shop-event", args=[shop.slug, price.zone.performance.event.slug])
    checkout = reverse("shop-checkout", args=[shop.slug])
    guesser = browser()

    def forges(address: str, token: str) -> Any:
        if framed:
            return guesser.get(f"{address}?cart={token}")
        guesser.cookies[f"cart-{shop.slug}"] = token
        return guesser.get(address)

    for n in range(LINKS.of_an_address):
        assert forges(event if n % 2 else checkout, f"forged-{n}").status_code == 200
    refused = forges(checkout, "forged-once-more")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
    assert shop.name in refused.text  # in the looks of the shop
    own = with_a_cart(shop, price)
    assert "CHF" in own.get(checkout).text
    assert confirm(own, shop).status_code == 302
    newcomer = browser()
    assert newcomer.get(event).status_code == 200
    assert choose(newcomer, price).status_code == 302


def test_a_school_asks_for_its_orders_on_one_evening_and_signs_in(cast: Cast) -> None:
    shop, _price = an_open_shop(cast)
    address = reverse("shop-orders", args=[shop.slug])
    told = {browser().post(address, {"email": f"parent-{n}@example.org"}).status_code for n in range(299)}
    assert told == {200}
    check_pace("malik@mimosa.example", address=SCHOOL)  # who asks for orders is no guesser of passwords
    for n in range(2):
        refused = browser().post(address, {"email": f"robot-{n}@example.org"})
    assert refused.status_code == 429
    assert f"possible in {refused['Retry-After']} seconds" in refused.text
    CLOCK.advance(timedelta(seconds=int(refused["Retry-After"])))
    assert browser().post(address, {"email": "parent@example.org"}).status_code == 200
    assert LETTERS.of_an_address == 300


def test_what_is_read_with_a_right_link_or_none_writes_no_count(cast: Cast, client: Client) -> None:
    shop, price = selling(cast)
    choose(client, price)
    own = confirm(client, shop).headers["Location"]
    for address in (reverse("shop", args=[shop.slug]), own, reverse("shop-checkout", args=[shop.slug])):
        assert client.get(address).status_code in (200, 302)
    assert not Pace.objects.exists()
