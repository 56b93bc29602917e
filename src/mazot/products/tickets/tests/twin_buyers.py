# SPDX-License-Identifier: AGPL-3.0-or-later
"""What buyers and sellers do, by the real deeds and in the twin alike: half of the state machine."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.db import transaction
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize

from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import DomainError
from mazot.products.tickets.actions.cards import record_card_payment
from mazot.products.tickets.actions.carts import (
    change_price,
    drop_places,
    extend_cart,
    hold_places,
    open_cart,
    set_code,
)
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.counter import sell_cart
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.shops import end_test
from mazot.products.tickets.models import Cart, Order, Shop, Ticket
from mazot.products.tickets.queries.cards import event_of, rehearsed, told_by
from mazot.products.tickets.tests import twin_sales
from mazot.products.tickets.tests.twin import HELD, HOLD, PAID, PENDING, SELLS, VALID, Basket, Place, Sale, Twin, Wish
from mazot.products.tickets.tests.twin_dice import ANY, among, chance, deed, several, together
from mazot.products.tickets.tests.twin_shop import BEGINNING, FEES, OFFERS, Season

Row = TypeVar("Row")

CHANNELS = among("online", "online", *SELLS)
WISHES = several(together(ANY, among(1, 1, 2, 2, 3, 4), among([], [], [0], [1], [2, 3], [4], [5, 6], [7])), 1, 2)
WHO = {"email": "margaux@example.org", "first_name": "Margaux"}


class Buyers(RuleBasedStateMachine):
    """Baskets, orders and money. Each deed is taken by the shop exactly when the twin says so."""

    season: ClassVar[Season]

    def __init__(self) -> None:
        super().__init__()
        CLOCK.reset()
        CLOCK.freeze(BEGINNING)
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.twin: Twin = self.season.fresh_twin()
        self.shop = Shop.objects.get(id=self.season.shop.id)
        self.events = self.steps = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        CLOCK.reset()

    @initialize(is_real=some.booleans())
    def begin(self, is_real: bool) -> None:
        """Half of the shops are only tried, with cards that cost nothing."""
        if is_real:
            self.shop = end_test(self.season.cast.olive, self.shop)
            self.twin.is_real = True

    def attempt(self, may: bool, deed: Callable[[], Row]) -> Row | None:
        """Do it; taken and refused alike must be what the twin expects."""
        try:
            done = deed()
        except DomainError:
            if may:
                raise  # its reason says what the twin does not know
            return None
        assert may, "taken, though it must be refused"
        return done

    def cart(self, basket: Basket) -> Any:
        """The row as a page finds it; one that was swept is in the hands of its buyer still."""
        rows = Cart.objects.select_related("shop", "code__offer").filter(id=basket.row.id)
        return rows.first() or basket.row

    def seller(self, basket: Basket) -> Any:
        return self.season.sellers[basket.channel]

    @deed(12, channel=CHANNELS, wishes=WISHES, which=among(0, 0, 0, 1, 2, 3), begins=chance(0.5))
    def hold(self, channel: str, wishes: list[tuple[int, int, list[int]]], which: int, begins: bool) -> None:
        """Places for a new basket, or for one of the last three."""
        at, asked = clock.now(), [self.wish(*wish) for wish in wishes]
        asked = list({wish[0]: wish for wish in asked}.values())
        wants = [Want(price.id, 0 if seats else count, seats) for price, count, seats in asked]
        known = self.twin.baskets[-which] if 0 < which <= len(self.twin.baskets) else None
        basket = known or Basket(None, channel, at + HOLD)
        actor, may = self.seller(basket), self.twin.may_hold(basket, asked, at)
        if known is None and begins:
            made = self.attempt(
                may, lambda: open_cart(actor, self.shop, language="en", wants=wants, picks_best=True)[0]
            )
            basket.row = made
            rows = list(Ticket.objects.filter(cart=made)) if made else None
        else:
            basket.row = basket.row or open_cart(actor, self.shop, language="en")[0]
            cart = self.cart(basket)
            rows = self.attempt(may, lambda: hold_places(actor, cart, wants=wants, picks_best=True))
        if known is None and basket.row is not None:
            self.twin.baskets.append(basket)
        if rows is not None:
            self.take(basket, asked, rows)

    def wish(self, price: int, count: int, seats: list[int]) -> Wish:
        chosen = self.twin.prices[price % len(self.twin.prices)]
        every = list(chosen.zone.date.seats)
        if not chosen.zone.is_numbered:
            return chosen, count, ()
        return chosen, count, tuple(every[seat % len(every)] for seat in seats)

    def take(self, basket: Basket, asked: list[Wish], rows: list[Any]) -> None:
        """The twin believes which of the free seats were chosen, and nothing else."""
        at = clock.now()
        if not self.twin.inside(basket, at):
            basket.until = at + HOLD
        prices = {price.id: (price, len(seats) or count, seats) for price, count, seats in asked}
        assert len(rows) == sum(count for _price, count, _seats in prices.values())
        for row in sorted(rows, key=lambda row: row.id):
            price, _count, seats = prices[row.price_id]
            if price.zone.is_numbered:
                assert row.seat in (seats or self.twin.free_seats(price.zone, basket.channel, at))
            self.twin.places.append(
                Place(row.id, price, basket, basket.until, row.seat, price.amount, price.vat, price.amount)
            )

    def a_basket(self, which: int) -> Basket | None:
        """One of all baskets, mostly one that holds something."""
        at, every = clock.now(), self.twin.baskets
        full = [basket for basket in every if self.twin.inside(basket, at)] if which % 8 else []
        few = full or every
        return few[which % len(few)] if few else None

    @deed(1, which=ANY, chosen=several(ANY, 1, 3))
    def drop(self, which: int, chosen: list[int]) -> None:
        basket, at = self.a_basket(which), clock.now()
        inside = self.twin.inside(basket, at) if basket else []
        if not basket or not inside:
            return
        gone = {inside[number % len(inside)].id for number in chosen}
        self.attempt(True, lambda: drop_places(self.seller(basket), self.cart(basket), tickets=list(gone)))
        self.twin.places = [place for place in self.twin.places if place.id not in gone]

    @deed(3, which=ANY, price=ANY)
    def change(self, which: int, price: int) -> None:
        """Another price of the same zone, mostly; one that is dearer, cheaper, or full."""
        at = clock.now()
        held = [place for place in self.twin.places if place.state == HELD]
        if not held:
            return
        place = held[which % len(held)]
        alike = [one for one in self.twin.prices if one.zone is place.price.zone or price % 8 == 0]
        wanted, basket = alike[price % len(alike)], place.basket
        is_inside = basket.sale is None and basket.until > at and place.takes_at(at)
        place.takes = False
        counts = 1 + sum(1 for one in self.twin.inside(basket, at) if one.price is wanted)
        fits = self.twin.have_room([(wanted, 1)], at) and (wanted.most is None or counts <= wanted.most)
        place.takes = True
        may = is_inside and self.twin.is_on_sale(wanted, basket, at) and wanted.zone is place.price.zone
        may = may and (fits or wanted is place.price)
        row, cart = self.season.rows[wanted.id], self.cart(basket)
        done = self.attempt(may, lambda: change_price(self.seller(basket), cart, ticket=place.id, price=row))
        if done is not None and wanted is not place.price:
            place.price, place.listed, place.amount, place.vat = wanted, wanted.amount, wanted.amount, wanted.vat

    @deed(5, which=ANY, text=among("", *OFFERS))
    def use_code(self, which: int, text: str) -> None:
        basket, at = self.a_basket(which), clock.now()
        if not basket:
            return
        code = next((one for one in self.twin.codes if one.text == text), None)
        may = basket.sale is None and basket.until > at
        may = may and (code is None or self.twin.code_works(code, self.twin.inside(basket, at), at))
        done = self.attempt(may, lambda: (set_code(self.seller(basket), self.cart(basket), code=text), True))
        if done:
            basket.code = code

    @deed(1, which=ANY)
    def ask_for_time(self, which: int) -> None:
        basket, at = self.a_basket(which), clock.now()
        if not basket:
            return
        may = basket.sale is None and basket.until > at and not basket.is_extended
        if self.attempt(may, lambda: extend_cart(self.seller(basket), self.cart(basket))):
            for place in self.twin.inside(basket, at):
                place.until = at + HOLD
            basket.is_extended, basket.until = True, at + HOLD

    @deed(12, which=ANY, kind=among("invoice", "invoice", "card", *FEES))
    def order(self, which: int, kind: str) -> None:
        """Confirm a basket; one that is an order already answers with it."""
        basket = self.a_basket(which)
        if not basket:
            return
        method, at = self.twin.methods[kind], clock.now()
        may = basket.sale is not None or twin_sales.may_order(self.twin, basket, method, at)
        deed = self.placing(basket, kind)
        row = self.attempt(may, deed)
        if row is not None and basket.sale is not None:
            assert row.id == basket.sale.row.id
        elif row is not None:
            self.twin.sales.append(self.sale_of(basket, row, kind))
            assert deed().id == row.id

    def placing(self, basket: Basket, kind: str) -> Callable[[], Any]:
        method, actor = self.season.methods[kind], self.seller(basket)
        if basket.channel == "online":
            return lambda: place_order(actor, self.cart(basket), customer=WHO, method=method)[0]
        return lambda: sell_cart(actor, self.cart(basket), customer={}, method=method)

    def sale_of(self, basket: Basket, row: Any, kind: str) -> Sale:
        at, twin, method = clock.now(), self.twin, self.twin.methods[kind]
        places = twin.inside(basket, at)
        total, is_invited = twin_sales.priced(twin, basket, places, method)
        code = None if is_invited else basket.code
        fee = twin_sales.fee_on(method, total, len(places))
        sale = Sale(row, basket, places, method, code, fee, total + fee, PENDING, None)
        amounts = dict(Ticket.objects.filter(order=row).values_list("id", "amount"))
        assert set(amounts) == {place.id for place in places}
        touched = twin.touched(code.offer, places) if code else []
        for place in places:
            place.amount = amounts[place.id]
            assert place.amount == place.listed or place in touched or is_invited
            assert 0 <= place.amount <= place.listed
            place.offer = code.offer if code and place.amount < place.listed else None
            place.state, place.until, place.sale = PENDING, None, sale
        assert sum(amounts.values()) == total
        if sale.total == 0:
            self.is_paid(sale)
        else:
            sale.due = twin_sales.due(method, min(place.price.zone.date.starts for place in places), at)
        if basket.channel != "online" and kind == "on_site" and sale.total:
            twin_sales.pay(twin, sale, "at the desk", sale.total, at)
        basket.sale = sale
        return sale

    def is_paid(self, sale: Sale) -> None:
        sale.state = PAID
        for place in sale.places:
            place.state = VALID

    @deed(8, which=ANY, how=among("right", "right", "right", "short", "more", "whole", "again", "other"))
    def pay(self, which: int, how: str) -> None:
        """Money that is right, too little, too much, told twice, or told again as something else."""
        sales = [sale for sale in self.twin.sales if sale.total]
        if not sales:
            return
        sale, at = sales[-1 - which % len(sales)], clock.now()
        came, event = sum(sale.came.values()), f"event {self.events}"
        if how in ("again", "other"):
            told = [name for name in sale.came if name.startswith("event")]
            if not told:
                return
            event, how = told[0], how if how == "other" else "again"
        amount = {"short": max(1, (sale.total - came) // 2), "more": sale.total + 100, "whole": sale.total}.get(
            how, max(1, sale.total - came)
        )
        amount = sale.came.get(event, 0) + 1 if how == "other" else sale.came.get(event, amount)
        self.events += 1
        record_payment(self.season.sellers["online"], self.row(sale), amount=amount, provider="test", event=event)
        twin_sales.pay(self.twin, sale, event, amount, at)

    @deed(4, which=ANY, press=among("pays", "stays", "twice", "less", "more", "declines"))
    def pay_by_card(self, which: int, press: str) -> None:
        """The test provider's signed messages, as often as it sends them."""
        at = clock.now()
        sales = [
            one
            for one in self.twin.sales
            if one.method.kind == "card" and one.state == PENDING and one.due and one.due > at
        ]
        if not sales:
            return
        sale = sales[which % len(sales)]
        self.events += 1
        row = Order.objects.select_related("shop", "method", "customer").get(id=sale.row.id)
        for body, signature in rehearsed(row, press, event=f"card {self.events}"):
            found = told_by(self.shop, "test", body=body, signature=signature)
            assert found is not None
            order, told = found
            record_card_payment(
                self.season.sellers["online"], order, provider="test", event=event_of(self.shop, told),
                amount=told.amount, currency=told.currency, reference=told.payment,
            )  # fmt: skip
            twin_sales.pay(self.twin, sale, told.event, told.amount, at, told.payment)

    def row(self, sale: Sale) -> Any:
        return Order.objects.select_related("shop").get(id=sale.row.id)
