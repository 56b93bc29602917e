# SPDX-License-Identifier: AGPL-3.0-or-later
"""A shop with hot sales: so many choose at once, the others wait in a fair order, and a turn is one order."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Conflict, Invalid
from mazot.foundation.pressure import MUCH, PRESSURE
from mazot.products.tickets.actions.carts import open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.actions.waiting import move_on, take_turn
from mazot.products.tickets.models import Cart, Price, Shop, WaitingRoom
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.waiting import STAYS_INSIDE, Turn, is_over, turn_behind, turn_token
from mazot.products.tickets.rules.turns import LOOKS, TURN_LASTS
from mazot.products.tickets.tests.furnishing import an_open_shop
from tests.cast import Cast

WAITS, CHOOSES = "people are choosing now", "shop__choose"


@pytest.fixture
def hot(cast: Cast) -> tuple[Shop, Price]:
    """A shop that lets two in at once."""
    shop, price = an_open_shop(cast)
    shop.methods.filter(kind="on_site").update(is_on=True)
    return set_shop(cast.olive, shop, queue_size=2), price


def address(hot: tuple[Shop, Price], name: str = "shop-event") -> str:
    return reverse(name, args=[hot[0].slug, hot[1].zone.performance.event.slug])


def come(hot: tuple[Shop, Price], browser: Client | None = None) -> Client:
    browser = browser or Client()
    browser.page = browser.get(address(hot)).content.decode()  # type: ignore[attr-defined]
    return browser


def choose(browser: Client, hot: tuple[Shop, Price], count: int = 1) -> Any:
    said = {"date": hot[1].zone.performance_id, f"count-{hot[1].id}": str(count)}
    return browser.post(address(hot, "shop-choose"), said)


def order(browser: Client, hot: tuple[Shop, Price]) -> Any:
    checkout = reverse("shop-checkout", args=[hot[0].slug])
    method = re.search(r'name="method" value="([^"]+)"', browser.get(checkout).content.decode())[1]
    return browser.post(checkout, {"email": "vera@people.example", "method": method})


def stands(browser: Client, hot: tuple[Shop, Price]) -> Any:
    return browser.get(address(hot, "shop-waiting")).json()


def test_two_choose_and_the_third_waits_until_one_has_ordered(hot: tuple[Shop, Price]) -> None:
    first, second, third = come(hot), come(hot), come(hot)
    assert CHOOSES in first.page
    assert CHOOSES in second.page
    assert WAITS in third.page
    assert CHOOSES not in third.page
    assert stands(third, hot)["said"] == "You are next."
    assert choose(first, hot).status_code == 302
    CLOCK.advance(timedelta(seconds=2))
    assert not stands(third, hot).get("is_in"), "who pays still takes a place"
    assert "/order/" in order(first, hot)["Location"]
    CLOCK.advance(timedelta(seconds=2))
    assert stands(third, hot)["is_in"]
    assert CHOOSES in come(hot, third).page


def test_nobody_comes_past_the_door_with_a_form(hot: tuple[Shop, Price]) -> None:
    come(hot), come(hot)
    third = come(hot)
    for browser in (third, Client()):
        answer = choose(browser, hot)
        assert answer.status_code == 302
        assert answer["Location"] == address(hot)
    assert not Cart.objects.exists()


def test_who_only_looked_makes_room_after_a_while_and_may_still_choose(hot: tuple[Shop, Price]) -> None:
    first, _second, third = come(hot), come(hot), come(hot)
    CLOCK.advance(timedelta(seconds=LOOKS + 1))
    assert stands(third, hot)["is_in"]
    assert CHOOSES in come(hot, first).page
    CLOCK.advance(STAYS_INSIDE)
    choose(first, hot)
    assert Cart.objects.get().turn == 4, "the time inside is over: a new number, and nobody stands before it now"


def test_nobody_comes_in_while_those_inside_wait_for_answers(hot: tuple[Shop, Price]) -> None:
    PRESSURE.waiting = MUCH + 1
    try:
        first = come(hot)
        assert WAITS in first.page
        CLOCK.advance(timedelta(seconds=5))
        assert stands(first, hot)["said"] == "You are next."
    finally:
        PRESSURE.waiting = 0
    CLOCK.advance(timedelta(seconds=1))
    assert stands(first, hot)["is_in"]


def test_reloading_keeps_the_place_and_a_new_window_gets_a_later_one(hot: tuple[Shop, Price]) -> None:
    come(hot), come(hot)
    third, fourth = come(hot), come(hot)
    for _again in range(3):
        come(hot, third)
    assert stands(third, hot)["ahead"] == 0
    assert stands(fourth, hot)["ahead"] == 1
    assert stands(fourth, hot)["said"] == "1 person is before you."
    assert WaitingRoom.objects.get().given == 4


def test_those_who_gather_draw_their_places_and_later_ones_stand_behind(hot: tuple[Shop, Price], cast: Cast) -> None:
    opens_at = clock.now() + timedelta(minutes=30)
    set_shop(cast.olive, hot[0], queue_opens_at=opens_at)
    early = [come(hot) for _n in range(12)]
    assert all("Nearly there" in browser.page for browser in early)
    assert stands(early[0], hot)["ahead"] is None
    assert choose(early[0], hot)["Location"] == address(hot)
    CLOCK.advance(timedelta(minutes=30))
    late = come(hot)
    ahead = [0 if (now := stands(browser, hot)).get("is_in") else now["ahead"] + 1 for browser in early]
    assert sorted(ahead) == [0, 0, *range(1, 11)]
    assert ahead != sorted(ahead), "drawn, not in the order they came (one time in 200 million it is)"
    assert stands(late, hot)["ahead"] == 10
    room = WaitingRoom.objects.get()
    assert room.last == 12
    assert len(room.seed) == 64


def test_before_the_hour_of_the_draw_the_page_is_open(hot: tuple[Shop, Price], cast: Cast) -> None:
    set_shop(cast.olive, hot[0], queue_opens_at=clock.now() + timedelta(hours=2))
    before = come(hot)
    assert CHOOSES in before.page
    CLOCK.advance(timedelta(hours=1))
    assert "Nearly there" in come(hot, before).page, "who was inside before draws like everybody"


def test_a_draw_that_is_put_off_keeps_its_people(hot: tuple[Shop, Price], cast: Cast) -> None:
    opens_at = clock.now() + timedelta(minutes=10)
    set_shop(cast.olive, hot[0], queue_opens_at=opens_at)
    early = [come(hot) for _n in range(3)]
    set_shop(cast.olive, hot[0], queue_opens_at=opens_at + timedelta(minutes=20))
    CLOCK.advance(timedelta(minutes=15))
    assert stands(early[0], hot)["ahead"] is None
    early.append(come(hot))
    CLOCK.advance(timedelta(minutes=15))
    assert sum(bool(stands(browser, hot).get("is_in")) for browser in early) == 2
    assert WaitingRoom.objects.get().last == 4


def test_a_turn_that_came_is_over_after_ten_minutes(hot: tuple[Shop, Price]) -> None:
    come(hot), come(hot)
    away = come(hot)
    room = WaitingRoom.objects.get()
    CLOCK.advance(timedelta(seconds=LOOKS + 1))
    move_on(buyer_in(hot[0]), hot[0])
    CLOCK.advance(timedelta(seconds=TURN_LASTS + 10))
    room.refresh_from_db()
    assert is_over(room, Turn(3), clock.now())
    assert stands(away, hot)["is_in"], "the page asks again and takes a new number"
    come(hot, away)
    assert WaitingRoom.objects.get().given == 4


def test_when_everybody_went_home_nobody_waits_for_them(hot: tuple[Shop, Price]) -> None:
    for _n in range(9):
        come(hot)
    CLOCK.advance(timedelta(minutes=4))
    assert CHOOSES in come(hot).page


def test_a_turn_is_for_one_cart_and_one_order(hot: tuple[Shop, Price]) -> None:
    shop, price = hot
    buyer, wants = buyer_in(shop), [Want(price.id, 1)]
    number = take_turn(buyer, shop)
    open_cart(buyer, shop, language="en", wants=wants, turn=number)
    with pytest.raises(Conflict, match="already"):
        open_cart(buyer, shop, language="en", wants=wants, turn=number)
    CLOCK.advance(timedelta(minutes=shop.hold_minutes, seconds=1))
    open_cart(buyer, shop, language="en", wants=wants, turn=number)
    assert Cart.objects.filter(turn=number).count() == 1


def test_after_an_order_the_next_one_takes_a_new_turn(hot: tuple[Shop, Price]) -> None:
    first = come(hot)
    choose(first, hot)
    kept = first.cookies[f"turn-{hot[0].slug}"].value
    order(first, hot)
    assert first.cookies[f"turn-{hot[0].slug}"].value == ""
    first.cookies[f"turn-{hot[0].slug}"] = kept  # kept by hand: it opens the page, and no second cart
    assert choose(first, hot).status_code == 409
    assert Cart.objects.count() == 1


@pytest.mark.parametrize("forged", ["", "x", "A" * 40, "é" * 9, "0" * 1000, "../../etc"])
def test_a_forged_turn_is_none(hot: tuple[Shop, Price], forged: str) -> None:
    assert turn_behind(hot[0], forged) is None
    come(hot), come(hot)
    stranger = Client()
    stranger.cookies[f"turn-{hot[0].slug}"] = forged
    assert WAITS in come(hot, stranger).page


def test_a_turn_of_another_shop_or_with_another_number_is_none(hot: tuple[Shop, Price]) -> None:
    token = turn_token(hot[0], Turn(7, clock.now()))
    assert turn_behind(hot[0], token) == Turn(7, clock.now().replace(microsecond=0))
    assert turn_behind(Shop(), token) is None
    assert turn_behind(hot[0], token[:5] + ("A" if token[5] != "A" else "B") + token[6:]) is None


def test_in_a_frame_the_turn_travels_in_the_address(hot: tuple[Shop, Price]) -> None:
    come(hot), come(hot)
    framed = Client()
    page = framed.get(address(hot) + "?cart=").content.decode()
    assert not any(name.startswith("turn-") for name in framed.cookies)
    assert WAITS in page
    here = re.search(r'data-here="([^"]+)"', page)[1].replace("&amp;", "&")
    asks = re.search(r'data-asks="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "turn=" in here
    assert framed.get(asks).json()["ahead"] == 0
    CLOCK.advance(timedelta(seconds=LOOKS + 1))
    assert framed.get(asks).json()["is_in"]
    page = framed.get(here).content.decode()
    action = re.search(r'action="([^"]+/choose[^"]*)"', page)[1].replace("&amp;", "&")
    said = {"date": hot[1].zone.performance_id, f"count-{hot[1].id}": "1"}
    assert "/checkout?cart=" in framed.post(action, said)["Location"]
    assert Cart.objects.get().turn == 3


def test_it_says_when_nothing_is_left(hot: tuple[Shop, Price], cast: Cast) -> None:
    come(hot)
    buyer = come(hot)
    waiting = come(hot)
    assert not stands(waiting, hot)["more"]
    for _n in range(5):
        open_cart(buyer_in(hot[0]), hot[0], language="en", wants=[Want(hot[1].id, 20)])
    CLOCK.advance(timedelta(seconds=6))
    assert stands(waiting, hot)["more"].startswith("Nothing is left at the moment.")
    assert CHOOSES in come(hot, buyer).page


@pytest.mark.parametrize("size", [0, -1, 10_001, True, "5"])
def test_a_size_that_makes_no_sense_is_refused(hot: tuple[Shop, Price], cast: Cast, size: object) -> None:
    with pytest.raises(Invalid):
        set_shop(cast.olive, hot[0], queue_size=size)


def test_without_a_waiting_room_nothing_is_written(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    come((shop, price))
    assert not WaitingRoom.objects.exists()
    assert not any(name.startswith("turn-") for name in come((shop, price)).cookies)
