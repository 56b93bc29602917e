# SPDX-License-Identifier: AGPL-3.0-or-later
"""A crowd of buyers wants the same few places: whatever they do, no place is sold twice and no cent is lost.

`MAZOT_ROUNDS` sets the rounds (3 by default), `MAZOT_BUYERS` how many buy at once (20 by default).
"""

import logging
import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import DomainError
from mazot.foundation.ids import new_secret
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.carts import hold_best, hold_places, open_cart, set_code, sweep_holds
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.orders import expire_orders, place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.pricing import make_price, make_quota, make_zone
from mazot.products.tickets.actions.settling import kept_of
from mazot.products.tickets.models import Cart, Offer, Order, Payment, PaymentMethod, PromoCode, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests import together
from tests.cast import Cast

ROUNDS = int(os.environ.get("MAZOT_ROUNDS", "3"))
BUYERS = int(os.environ.get("MAZOT_BUYERS", "20"))
SEATS, STANDING, SHARED, CHEAPER = 10, 6, 8, 5
UNFORESEEN = ("busy", "no_space", "not_found")  # a lock waited for in another order would be told as busy


class Market:
    """One evening with ten seats, six standing places, eight of two prices together, and five cheaper ones."""

    def __init__(self, cast: Cast) -> None:
        _shop, self.seated, seats = a_hall(cast, real=False)
        self.seats = seats[:SEATS]
        performance = self.seated.zone.performance
        self.shop: Shop = performance.event.shop
        standing = make_zone(cast.olive, performance, name="Standing", quota=STANDING)
        self.standing = make_price(cast.olive, performance, zone=standing, name="Standing", amount=1995)
        self.child = make_price(cast.olive, performance, zone=self.seated.zone, name="Child", amount=1333)
        self.quota = make_quota(cast.olive, self.shop, name="Few", size=SHARED, prices=[self.child, self.standing])
        self.offer: Offer = make_offer(
            cast.olive, self.shop, name="Friends", kind="percent", value=333, max_tickets=CHEAPER
        )
        make_codes(cast.olive, self.offer, code="many")
        make_codes(cast.olive, self.offer, code="once", max_orders=1)
        card = self.shop.methods.get(kind="card", provider="test")
        self.method: PaymentMethod = set_method(cast.olive, self.shop, method=card, is_on=True, fee_permille=13)
        self.shop.refresh_from_db()

    def buy(self, chance: random.Random) -> Order | None:
        """Fill a cart by chance and perhaps confirm it, now and then twice at once from two pages."""
        buyer = buyer_in(self.shop)
        cart, _token = open_cart(buyer, self.shop, language="en")
        attempt(lambda: self._fill(cart, chance))
        if chance.random() < 0.4:
            attempt(lambda: set_code(buyer, cart, code=chance.choice(["many", "once"])))
        if chance.random() < 0.15:
            return None  # walks away
        who = {"email": f"buyer{chance.randrange(8)}@people.example"}
        placed = attempt(lambda: place_order(buyer, cart, customer=who, method=self.method))
        if placed and chance.random() < 0.3:
            again = place_order(buyer, cart, customer=who, method=self.method)
            assert again[0].id == placed[0].id
        return placed[0] if placed else None

    def _fill(self, cart: Cart, chance: random.Random) -> None:
        buyer = buyer_in(self.shop)
        if chance.random() < 0.3:
            hold_best(buyer, cart, price=self.seated, count=chance.randint(1, 3))
            return
        wants = [Want(chance.choice([self.seated, self.child]).id, seats=tuple(chance.sample(self.seats, 2)))]
        if chance.random() < 0.6:
            wants.append(Want(self.standing.id, chance.randint(1, 2)))
        chance.shuffle(wants)
        hold_places(buyer, cart, wants=wants[: chance.randint(1, 2)])

    def pay(self, order: Order, chance: random.Random) -> None:
        """Send the money: all of it, in parts, too much, or nothing; each message perhaps twice."""
        how = chance.random()
        parts = [order.total] if how < 0.6 else [order.total // 2, order.total - order.total // 2] if how < 0.8 else []
        parts = [order.total + 100] if 0.8 <= how < 0.9 else parts
        for amount in parts:
            event = new_secret(letters=12)
            for _time in range(chance.randint(1, 2)):
                attempt(lambda amount=amount, event=event: self._record(order, amount, event))

    def _record(self, order: Order, amount: int, event: str) -> None:
        record_payment(buyer_in(self.shop), order, provider="test", event=event, amount=amount)

    def cancel(self, order: Order, chance: random.Random) -> None:
        now = Order.objects.get(id=order.id)
        tickets = list(now.tickets.values_list("id", flat=True))
        attempt(lambda: cancel_tickets(buyer_in(self.shop), now, tickets=tickets, refund=kept_of(now)))

    def live(self, number: int) -> None:
        """The life of one buyer in one round."""
        chance = random.Random(number)
        order = self.buy(chance)
        if order is None or chance.random() < 0.3:
            return  # pays late, or never
        self.pay(order, chance)
        if chance.random() < 0.2:
            self.cancel(order, chance)

    def pay_late(self, number: int) -> None:
        chance = random.Random(number)
        for order in Order.objects.filter(shop=self.shop, state__in=("pending", "expired")).order_by("id"):
            if chance.random() < 0.1:
                self.pay(order, chance)

    def tidy(self) -> None:
        attempt(lambda: expire_orders(buyer_in(self.shop), self.shop))
        attempt(lambda: sweep_holds(buyer_in(self.shop), self.shop))


def attempt(deed: Callable[[], Any]) -> Any:
    """What it answers, or nothing where the domain refuses."""
    try:
        return deed()
    except DomainError as error:
        if error.reason in UNFORESEEN:
            raise
        return None


def at_once(deeds: list[Callable[[], object]]) -> None:
    """All of them together; what none of them should raise is raised here."""
    for ended in together.at_once(*deeds, starts_within=60, ends_within=240):
        if ended.error is not None:
            raise ended.error


def check_places(market: Market) -> None:
    """Limits hold for what is live and for what is held."""
    taking = Ticket.objects.filter(takes_place=True)
    seats = Counter(taking.exclude(seat=None).values_list("seat", flat=True))
    assert not [seat for seat, count in seats.items() if count > 1]
    live = Counter(Ticket.objects.exclude(seat=None).exclude(state="void").values_list("seat", flat=True))
    assert not [seat for seat, count in live.items() if count > 1]
    assert taking.filter(zone=market.standing.zone).count() <= STANDING
    assert taking.filter(price__in=[market.child, market.standing]).count() <= SHARED
    assert taking.filter(offer=market.offer).count() <= CHEAPER
    once = PromoCode.objects.get(code="once")
    assert Order.objects.filter(code=once, state__in=("pending", "paid")).count() <= 1


def check_money() -> None:
    """Each order's lines add up to its total, and its money is either for its tickets or owed back."""
    for order in Order.objects.all():
        tickets = list(order.tickets.all())
        assert order.total == sum(ticket.amount for ticket in tickets) + order.fee
        came = order.payments.filter(kind="payment").aggregate(sum=Sum("amount"))["sum"] or 0
        assert order.paid == came
        kept = kept_of(order)
        if order.state == "paid":
            assert kept == order.total
            assert all(ticket.state == "valid" and ticket.takes_place for ticket in tickets)
        elif order.state == "pending":
            assert 0 <= kept < order.total
            assert all(ticket.state == "pending" and ticket.takes_place for ticket in tickets)
        else:
            assert kept == 0, order.state
            assert not any(ticket.takes_place for ticket in tickets)
        if Payment.objects.filter(order=order, is_done=False).exists() and order.state != "cancelled":
            assert order.attention


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.django_db(transaction=True)
def test_a_crowd_never_gets_a_place_twice_and_no_cent_is_lost(cast: Cast) -> None:
    """Slow: real connections wait for each other."""
    market = Market(cast)
    states: Counter[str] = Counter()
    for number in range(ROUNDS):
        seeds = [number * 1000 + buyer for buyer in range(BUYERS)]
        at_once([*(lambda seed=seed: market.live(seed) for seed in seeds), market.tidy])
        check_places(market)
        check_money()
        CLOCK.advance(timedelta(minutes=31))  # holds and card payments run out; then money comes late
        at_once(
            [*(lambda seed=seed: market.pay_late(seed) for seed in seeds[:6]), market.tidy, market.tidy]
            + [lambda seed=seed: market.live(seed + 500) for seed in seeds[:8]]
        )
        check_places(market)
        check_money()
        states.update(Order.objects.values_list("state", flat=True))
        _empty(market)
    assert states["paid"]
    assert states["expired"]
    logging.getLogger("mazot.crowd").warning(
        "%s rounds of %s buyers on %s: %s", ROUNDS, BUYERS, connection.vendor, dict(states)
    )


def _empty(market: Market) -> None:
    """Everybody leaves the hall before the next round, so that it can be sold again."""
    for order in Order.objects.filter(state__in=("pending", "paid")):
        market.cancel(order, random.Random(0))
    assert not Ticket.objects.filter(takes_place=True).exclude(state="held").exists()
    check_money()
