# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks taken away on purpose: a rush must show it, or it would show nothing when one is forgotten.

On PostgreSQL only: SQLite writes one transaction after the other, so that there no lock decides anything.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from mazot.foundation.errors import DomainError
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.actions import claims, orders
from mazot.products.tickets.actions.carts import hold_places, open_cart, set_code
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Cart, Offer, Order, Performance, Price, Quota, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.tenancy.actor import Actor
from tests.rush.auditor import Auditor
from tests.rush.buyers import Diary
from tests.rush.seed import SHARED, furnish
from tests.together import at_once

BUYERS, SEATS, ROUNDS = 16, 20, 8
BREATH = 0.1  # seconds
MANY = 1000

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite writes one after the other"),
]


def nobody_locks_the_dates(patch: pytest.MonkeyPatch) -> None:
    ids = Performance.objects.order_by("id").values_list("id", flat=True)
    inside = lambda prices: Price.objects.filter(id__in=prices).values("zone__performance_id")  # noqa: E731
    patch.setattr(claims, "_LOCKED_PERFORMANCES", Prepared(lambda them: ids.filter(id__in=them)))
    patch.setattr(
        claims, "_LOCKED_ABOVE", Prepared(lambda prices, shop: ids.filter(id__in=inside(prices), event__shop_id=shop))
    )


def nobody_locks_the_offer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(orders, "_locked_offer", lambda cart: cart.code and Offer.objects.get(id=cart.code.offer_id))


def seats_are_not_unique_and_nobody_locks(patch: pytest.MonkeyPatch) -> None:
    nobody_locks_the_dates(patch)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_ticket_per_seat")


def deadlines_end_without_a_lock(patch: pytest.MonkeyPatch) -> None:
    def careless(actor: Actor, order: Order) -> bool:
        if Order.objects.get(id=order.id).state != Order.State.PENDING:
            return False
        time.sleep(3 * BREATH)
        Ticket.objects.filter(order=order).update(state=Ticket.State.VOID, takes_place=False)
        Order.objects.filter(id=order.id).update(state=Order.State.EXPIRED)
        return True

    patch.setattr(orders, "expire_order", careless)


@pytest.fixture
def unique_again() -> Iterator[None]:
    """A dropped index comes back, whatever became of the test."""
    yield
    (seat,) = (one for one in Ticket._meta.constraints if one.name == "one_ticket_per_seat")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'one_ticket_per_seat'")
        if cursor.fetchone():
            return
    Ticket.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Ticket, seat)


def dawdle(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """Between the last look and the first writing others get their turn, as on a machine that is short of breath."""
    if sql.startswith(('INSERT INTO "tickets_ticket"', 'INSERT INTO "tickets_order"')):
        time.sleep(BREATH)
    return execute(sql, *rest)


def slowly(deed: Callable[..., Any], *given: Any, **details: Any) -> Any:
    with connection.execute_wrapper(dawdle):
        return deed(*given, **details)


def live(shop: Shop, evening: dict[str, str], wish: str, seed: int, diary: Diary) -> None:
    """One buyer: places at the price that everybody wants, the code, an order, and its money."""
    chance, buyer = random.Random(seed), buyer_in(shop)
    price = Price.objects.get(id=evening[wish])
    want = Want(price.id, seats=("A-1",)) if wish == "seat" else Want(price.id, chance.randint(1, 3))
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[want])
    with suppress(DomainError):
        set_code(buyer, cart, code="friends")
    cart = Cart.objects.select_related("shop", "code__offer").get(id=cart.id)
    who, method = {"email": f"{seed}@rush.example"}, shop.methods.get(provider="test")
    order, secret = orders.place_order(buyer, cart, customer=who, method=method)
    diary.orders.add(secret)
    if seed % 4:
        record_payment(buyer, order, provider="test", event=secret, amount=order.total)
        diary.paid.append(secret)


def race_the_deadlines(shop: Shop) -> None:
    """Whoever has not paid yet pays in the very second in which the order expires."""
    buyer = buyer_in(shop)
    for order in Order.objects.filter(shop=shop, state=Order.State.PENDING):
        Order.objects.filter(id=order.id).update(due_at=order.created_at)
        pay = partial(record_payment, buyer, order, provider="test", event=str(order.id), amount=order.total)
        ended = at_once(pay, partial(orders.expire_order, buyer, order), starts_within=20, ends_within=60)
        assert all(one.error is None for one in ended), ended


def rounds_until_told(made: dict[str, Any], wishes: tuple[str, ...], shared: int = SHARED) -> tuple[int, list[str]]:
    """How many evenings it takes until the auditor tells something, and what; none of all."""
    Quota.objects.update(size=shared)
    shop, auditor = Shop.objects.get(id=made["shop"]), Auditor(Path(), "here")
    for number, evening in enumerate(made["evenings"], 1):
        diary = Diary()
        crowd = [
            partial(slowly, live, shop, evening, wishes[n % len(wishes)], number * 100 + n, diary)
            for n in range(BUYERS)
        ]
        ended = at_once(*crowd, starts_within=20, ends_within=90)
        loud = [one.error for one in ended if one.error and not isinstance(one.error, DomainError)]
        assert not loud, loud
        connection.ensure_connection()
        auditor.planted = connection.connection
        told = auditor.faults(made, evening, diary)
        race_the_deadlines(shop)
        if told := told or auditor.faults(made, evening, diary):
            return number, told
        Ticket.objects.filter(offer_id=made["offer"]).update(offer=None)  # each evening has the whole offer
    return 0, []


FAULTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], tuple[str, ...], int, str]] = {
    "dates": (nobody_locks_the_dates, ("standing",), MANY, "standing places are taken"),
    "offer": (nobody_locks_the_offer, ("standing", "noon"), MANY, "at the friends' price are taken"),
    "seats": (seats_are_not_unique_and_nobody_locks, ("seat",), MANY, "seat A-1 has"),
    "deadlines": (deadlines_end_without_a_lock, ("standing", "noon"), MANY, "it expired and keeps money"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("unique_again")
def test_a_rush_tells_that_a_lock_is_missing(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow: threads wait for each other; eight rounds at most, mostly one or two."""
    plant, wishes, shared, said = FAULTS[fault]
    made = furnish(str(ROUNDS), str(SEATS))
    plant(monkeypatch)
    number, told = rounds_until_told(made, wishes, shared)
    assert any(said in one for one in told), told
    logging.getLogger("mazot.rush").warning("%s: told in round %d: %s", fault, number, told[:2])


@pytest.mark.parametrize("wishes", [("standing", "noon"), ("seat",)])
@pytest.mark.parametrize("shared", [SHARED, MANY])
def test_with_every_lock_the_same_rush_tells_nothing(wishes: tuple[str, ...], shared: int) -> None:
    """Slow: threads wait for each other's rows."""
    assert rounds_until_told(furnish("1", str(SEATS)), wishes, shared) == (0, [])
