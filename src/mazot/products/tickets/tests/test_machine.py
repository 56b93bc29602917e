# SPDX-License-Identifier: AGPL-3.0-or-later
"""No seat and no cent is lost: a shop and its twin in plain Python live through the same evenings.

Hypothesis finds the order of the deeds. After each of them every place, every order, what is left, and all sums are
what the twin says. `MAZOT_MACHINE` sets the size as examples and steps ("400,80").
"""

import logging
import os
from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as some
from hypothesis.stateful import rule, run_state_machine_as_test

from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.ids import new_id
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.carts import sweep_holds
from mazot.products.tickets.actions.moving import move_ticket
from mazot.products.tickets.actions.offers import set_offer
from mazot.products.tickets.actions.orders import expire_orders
from mazot.products.tickets.actions.performances import cancel_performance, set_performance
from mazot.products.tickets.actions.pricing import set_price, set_quota, set_zone
from mazot.products.tickets.actions.scanning import redeem
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.jobs import settle_date
from mazot.products.tickets.models import Device, Performance, Seating, Ticket
from mazot.products.tickets.tests import twin_books, twin_sales
from mazot.products.tickets.tests.twin import HELD, HOLD, PENDING, SELLS, VALID, Date, Place
from mazot.products.tickets.tests.twin_buyers import CHANNELS
from mazot.products.tickets.tests.twin_dice import ANY, among, chance, deed, several, thrown
from mazot.products.tickets.tests.twin_refunds import Refunds
from mazot.products.tickets.tests.twin_shop import BEGINNING, a_small_season
from tests.cast import Cast

EXAMPLES, STEPS = map(int, os.environ.get("MAZOT_MACHINE", "10,60").split(","))
AT_ONCE = max(1, STEPS // 4)  # deeds between two numbers
SIZES = among(None, None, *range(1, 9), 0)


class House(Refunds):
    """What the house, its jobs and the gate do; and what must be true after every step."""

    deeds, seen = 0, Counter[str]()

    def sold(self, which: int) -> Place | None:
        places = [place for sale in self.twin.sales for place in sale.places]
        return places[-1 - which % len(places)] if places else None

    def date(self, which: int) -> tuple[Date, Any]:
        date = self.twin.dates[which % len(self.twin.dates)]
        return date, Performance.objects.select_related("event__shop").get(id=date.id)

    @deed(5, how=among(*["minute"] * 4, "hold", *["edge"] * 4, "before", "before", "day", "days"))
    def wait(self, how: str) -> None:
        """Some time, or exactly until the next thing runs out, or one second less."""
        at = clock.now()
        ends = [place.until for place in self.twin.places if place.state == HELD and place.until]
        ends += [sale.due for sale in self.twin.sales if sale.due] + [date.starts for date in self.twin.dates]
        to_come = min((one for one in ends if one > at), default=at + HOLD) - at
        spans = {"minute": timedelta(minutes=1), "hold": HOLD, "day": timedelta(days=1), "days": timedelta(days=3)}
        CLOCK.advance(spans.get(how, to_come - timedelta(seconds=how == "before")))

    @deed(3, sweeps=chance(0.5))
    def work(self, sweeps: bool) -> None:
        """The jobs of a minute: deadlines end, and forgotten baskets are cleared away."""
        at = clock.now()
        assert expire_orders(self.season.sellers["online"], self.shop) == twin_sales.expire(self.twin, at)
        if sweeps:
            sweep_holds(self.season.sellers["online"], self.shop)

    @deed(4, which=ANY, mask=among(1, 2, 3, 31, 31), frees=chance(0.7), back=among("", "cost", "cost", "all", "more"))
    def cancel(self, which: int, mask: int, frees: bool, back: str) -> None:
        """Some tickets or all, with their places kept back or not, and money owed or not."""
        if not self.twin.sales:
            return
        sale = self.twin.sales[-1 - which % len(self.twin.sales)]
        chosen = [place for at, place in enumerate(sale.places) if mask == 31 or mask >> at % 5 & 1]
        cost = sum(place.amount for place in chosen)
        refund = {"cost": min(cost, sale.kept), "all": sale.kept, "more": sale.kept + 1}.get(back, 0)
        may, ids = twin_sales.may_cancel(sale, chosen, frees, refund), [place.id for place in chosen]
        actor = self.season.sellers["admin"]
        if self.attempt(may, lambda: cancel_tickets(actor, self.row(sale), tickets=ids, frees=frees, refund=refund)):
            twin_sales.cancel(sale, chosen, frees, refund)

    @deed(4, which=ANY, seat=ANY, channel=CHANNELS)
    def move(self, which: int, seat: int, channel: str) -> None:
        place = self.sold(which)
        if place is None:
            return
        every = list(self.twin.dates[0].seats)
        zone, to = place.price.zone, every[seat % len(every)]
        may = place.state in (PENDING, VALID) and place.seat is not None and zone.is_numbered
        may = may and to in self.twin.free_seats(zone, channel, clock.now())
        row = Ticket.objects.get(id=place.id)
        if self.attempt(may, lambda: move_ticket(self.season.sellers[channel], row, seat=to)):
            place.seat = to

    @deed(4, which=ANY, gate=ANY, is_exit=chance(0.3))
    def scan(self, which: int, gate: int, is_exit: bool) -> None:
        place = self.sold(which)
        if place is None:
            return
        date = self.twin.dates[gate % len(self.twin.dates)] if gate % 4 == 0 else place.price.zone.date
        device = Device.objects.get(id=self.season.scanners[date.id].id)
        code = Ticket.objects.get(id=place.id).code
        said = redeem(self.season.sellers["online"], device, code=code, nonce=UUID(int=new_id().int), is_exit=is_exit)
        assert (said.result == "ok") == twin_sales.scan(place, date, is_exit), said.result

    @deed(2, which=ANY, what=among("amount", "vat_permille", "quantity", "max_per_order"), size=SIZES)
    def change_a_price(self, which: int, what: str, size: int | None) -> None:
        price = self.twin.prices[which % len(self.twin.prices)]
        value: Any = {"amount": (size or 0) * 617, "vat_permille": (size or 0) * 13}.get(what, size)
        may = what != "max_per_order" or value is None or value >= max(price.least, 1)
        row = self.season.rows[price.id]
        date = self.date(self.twin.dates.index(price.zone.date))[1]
        if self.attempt(may, lambda: set_price(self.season.cast.olive, date, price=row, **{what: value})):
            name = {"vat_permille": "vat", "max_per_order": "most"}.get(what, what)
            setattr(price, name, value)

    @deed(2, which=ANY, size=SIZES, what=among("zone", "date", "shared", "shares", "offer"))
    def change_a_limit(self, which: int, size: int | None, what: str) -> None:
        """Below what is sold it sells nothing more, and takes nothing away."""
        olive, twin = self.season.cast.olive, self.twin
        if what == "zone":
            zone = twin.zones[which % len(twin.zones)]
            row = Performance.objects.get(id=zone.date.id)
            set_zone(olive, row, zone=row.zones.get(code=zone.code), quota=size)
            zone.quota = size
        elif what == "date":
            date, row = self.date(which)
            set_performance(olive, row, capacity=size)
            date.capacity = size
        elif what == "offer":
            offer = twin.codes[which % len(twin.codes)].offer
            offer.most = size or None
            set_offer(olive, self.season.rows[offer.id], max_tickets=offer.most)
        else:
            number = which % len(twin.quotas)
            quota, row = twin.quotas[number], self.season.quotas[number]
            if what == "shared":
                quota.size = size or 0
            else:
                quota.prices = [price for at, price in enumerate(twin.prices) if (which + at) % 3 == 0]
            set_quota(olive, row, size=quota.size, prices=[self.season.rows[price.id] for price in quota.prices])

    @deed(1, which=ANY, is_on=chance(0.7))
    def switch_an_offer(self, which: int, is_on: bool) -> None:
        offer = self.twin.codes[which % len(self.twin.codes)].offer
        set_offer(self.season.cast.olive, self.season.rows[offer.id], is_on=is_on)
        offer.is_on = is_on

    @deed(1, which=ANY, days=among(0, 1, 2), ends=chance(0.3))
    def shift_a_date(self, which: int, days: int, ends: bool) -> None:
        """It begins some days later, or its sale online ends now."""
        date, row = self.date(which)
        what = (
            {"online_until": clock.now()}
            if ends
            else {"starts_at": date.starts + timedelta(days=days), "online_until": None}
        )
        set_performance(self.season.cast.olive, row, **what)
        date.starts, date.online_until = what.get("starts_at", date.starts), what["online_until"]

    @deed(
        1,
        which=ANY,
        state=among(*["on"] * 4, "cancelled", "postponed"),
        voids=chance(0.5),
        refunds=chance(0.5),
    )
    def call_off(self, which: int, state: str, voids: bool, refunds: bool) -> None:
        date, row = self.date(which)
        voids = voids and state != "on"
        chosen = {"voids": voids, "refunds": voids and refunds}
        cancel_performance(self.season.cast.olive, row, state=state, **chosen)
        date.state = state
        if voids:
            settle_date(str(date.id), voids, voids and refunds, False, "The tenor is ill")
            twin_sales.call_off(self.twin, date, refunds)

    @deed(2, which=ANY, version=among(0, 1))
    def attach(self, which: int, version: int) -> None:
        """Another version of the plan; it must have every seat that is taken."""
        (date, row), (plan, ids) = self.date(which % 2), self.season.versions[version]
        taken = {place.seat for place in self.twin.taking(clock.now()) if place.price.zone.date is date and place.seat}
        if self.attempt(taken <= set(ids), lambda: attach_plan(self.season.cast.olive, row, version=plan)):
            date.seats = {seat: date.seats.get(seat, (".", ".")) for seat in ids}

    @deed(2, which=ANY, seats=several(ANY, 1, 9), letter=among(*"zzzz.ro---"))
    def paint(self, which: int, seats: list[int], letter: str) -> None:
        """Seats go into the zone or out of it, or only some may sell them; sold ones stay sold."""
        date, row = self.date(which % 2)
        zone = next(one for one in self.twin.zones if one.date is date)
        every, stamp = list(date.seats), Seating.objects.get(performance=row).stamp
        chosen = sorted({seat % len(every) for seat in seats})
        what = {"access": letter.replace("-", ".")} if letter in "ro-" else {"zone": letter.replace("z", zone.code)}
        may = letter != "z" or zone.is_numbered
        if self.attempt(may, lambda: set_seats(self.season.cast.olive, row, seats=chosen, stamp=stamp, **what)):
            for at in chosen:
                code, access = date.seats[every[at]]
                date.seats[every[at]] = what.get("zone", code), what.get("access", access)

    @deed(1, which=ANY, is_numbered=chance(0.8))
    def number(self, which: int, is_numbered: bool) -> None:
        """A zone has seats or not; it stays as it is while somebody has a place in it."""
        date, row = self.date(which % 2)
        zone = next(one for one in self.twin.zones if one.date is date)
        taken = any(place.price.zone is zone for place in self.twin.taking(clock.now()))
        may = is_numbered == zone.is_numbered or not taken
        zone_row, olive = row.zones.get(code=zone.code), self.season.cast.olive
        if self.attempt(may, lambda: set_zone(olive, row, zone=zone_row, is_numbered=is_numbered)):
            zone.is_numbered = is_numbered

    @rule(number=some.integers(0, 2**40))
    def go_on(self, number: int) -> None:
        """The next deeds, by dice that Hypothesis gives."""
        for _deed in range(AT_ONCE):
            self.steps += 1
            name, details = thrown(Random(f"{number} {self.steps}"))
            note(f"{self.steps}: {name} {details}")
            getattr(self, name)(**details)
            self.nothing_is_lost()

    def nothing_is_lost(self) -> None:
        twin_books.check_places(self.season, self.twin)
        twin_books.check_orders(self.season, self.twin)
        twin_books.check_left(self.season, self.twin, list(SELLS)[(self.events + len(self.twin.places)) % 3])
        twin_books.check_sums(self.season, self.twin)
        House.deeds += 1

    def teardown(self) -> None:
        """Whatever became of it, the papers add up."""
        try:
            twin_books.check_exports(self.season, self.twin)
            twin_books.check_invoices(self.season, self.twin)
            House.seen.update(sale.state for sale in self.twin.sales)
        finally:
            super().teardown()


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.timeout(0 if "MAZOT_MACHINE" in os.environ else 300)
def test_no_seat_and_no_cent_is_lost(cast: Cast) -> None:
    """Slow: some hundreds of deeds, each held against the twin."""
    CLOCK.freeze(BEGINNING)
    House.season = a_small_season(cast)
    size = settings(
        max_examples=EXAMPLES,
        stateful_step_count=4,
        deadline=None,
        derandomize="MAZOT_MACHINE" not in os.environ,
        phases=(Phase.generate,),  # a failure of 80 deeds is read faster than it is shrunk
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(House, settings=size)
    finally:
        logging.getLogger("mazot.machine").warning("%d deeds; orders after them: %s", House.deeds, dict(House.seen))
