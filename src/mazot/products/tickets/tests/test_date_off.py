# SPDX-License-Identifier: AGPL-3.0-or-later
"""A date that does not take place: its tickets, its money and its buyers, each only where that is chosen."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.test import TestCase
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from mazot.exchange.facts.tickets.programme import PerformanceCancelled
from mazot.foundation.errors import Invalid, NotAllowed, NotFound
from mazot.foundation.facts import Heard
from mazot.foundation.ids import new_id
from mazot.products.tickets.actions.cancelling import cancel_date_of_order
from mazot.products.tickets.actions.carts import open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.performances import cancel_performance
from mazot.products.tickets.jobs import hear_date, send_order, settle_date
from mazot.products.tickets.models import Entry, Order, Payment, Price, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.tests.furnishing import a_concert, an_open_shop
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.models import Membership
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def bought(cast: Cast, shop: Shop, *prices: Price, who: str = "margaux@example.org", paid: bool = True) -> Order:
    method = set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    wants = [Want(price.id, 1) for price in prices]
    cart, _token = open_cart(buyer_in(shop), shop, language="en", wants=wants)
    order, _secret = place_order(buyer_in(shop), cart, customer={"email": who}, method=method)
    return record_payment(buyer_in(shop), order, amount=order.total) if paid else order


def settle(price: Price, *, voids: bool = False, refunds: bool = False, tells: bool = False) -> None:
    settle_date(str(price.zone.performance_id), voids, refunds, tells, "The tenor is ill")


def off(cast: Cast, price: Price, **chosen: Any) -> None:
    cancel_performance(cast.olive, price.zone.performance, **chosen)


def queued(job: Any, deed: Callable[[], None]) -> list[list[Any]]:
    """What a deed leaves in the queue of workers for a job, when it commits."""
    known = set(DBTaskResult.objects.values_list("id", flat=True))
    with TestCase.captureOnCommitCallbacks(execute=True):
        deed()
    rows = DBTaskResult.objects.exclude(id__in=known).order_by("enqueued_at", "id")
    told = [row.args_kwargs["args"] for row in rows]
    return [said for name, said, _named, _attempt in told if name == job.name]


def test_tickets_stay_until_somebody_chooses_otherwise(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = bought(cast, shop, price)
    off(cast, price)
    assert order.tickets.get().state == "valid"
    assert not Payment.objects.filter(kind="refund").exists()


def test_a_cancelled_date_gives_back_what_its_tickets_cost_and_nothing_else(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    other = a_concert(cast, shop, title="Messiah", amount=4000)
    alone, mixed = bought(cast, shop, price), bought(cast, shop, price, other, who="b@example.org")
    off(cast, price, voids=True, refunds=True)
    settle(price, voids=True, refunds=True)
    settle(price, voids=True, refunds=True)  # the job runs twice
    alone.refresh_from_db()
    mixed.refresh_from_db()
    assert (alone.state, mixed.state) == ("cancelled", "partly_cancelled")
    assert {one.order_id: one.amount for one in Payment.objects.filter(kind="refund")} == {
        alone.id: 2800,
        mixed.id: 2800,
    }
    assert mixed.tickets.get(price=other).state == "valid"
    assert not mixed.tickets.get(price=price).takes_place


def test_without_the_tick_no_money_goes_back_and_nobody_is_written_to(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = bought(cast, shop, price)
    off(cast, price, voids=True)
    settle(price, voids=True)
    assert not Payment.objects.filter(kind="refund").exists()
    assert Entry.objects.get(order=order, what="cancelled").details["tells"] is False


def test_every_order_gets_one_letter_however_often_it_is_asked(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    for number in range(3):
        bought(cast, shop, price, who=f"buyer{number}@example.org")
    off(cast, price, state="postponed", tells=True)
    asked = [said for _time in range(2) for said in queued(send_order, lambda: settle(price, tells=True))]
    assert len(asked) == 6
    mail.outbox.clear()
    for said in asked:
        send_order(*said)
    assert sorted(letter.to[0] for letter in mail.outbox) == [f"buyer{number}@example.org" for number in range(3)]
    assert "“Requiem," in mail.outbox[0].body
    assert "is postponed" in mail.outbox[0].body


def test_an_unpaid_order_with_another_date_is_left_and_its_buyer_written_to(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    other = a_concert(cast, shop, title="Messiah")
    order = bought(cast, shop, price, other, paid=False)
    off(cast, price, voids=True, tells=True)
    asked = queued(send_order, lambda: settle(price, voids=True, tells=True))
    order.refresh_from_db()
    assert order.state == "pending"
    assert [said[:2] for said in asked] == [[str(order.id), "date"]]


def test_what_makes_no_sense_is_refused_and_nothing_changes(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    bought(cast, shop, price)
    for chosen in ({"refunds": True}, {"state": "on", "voids": True}):
        with pytest.raises(Invalid):
            off(cast, price, **chosen)
    price.zone.performance.refresh_from_db()
    assert price.zone.performance.state == "on"


def test_money_and_tickets_are_for_those_who_sell(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = bought(cast, shop, price)
    member = Membership.objects.get(id=cast.malik.membership_id)
    grant_rights(cast.olive, member, rights=[TECHNICAL], instances=[shop.instance])
    malik = replace(cast.malik, grants=None)
    with pytest.raises(NotAllowed):
        cancel_performance(malik, price.zone.performance, voids=True)
    date = price.zone.performance
    for actor, told in ((malik, NotAllowed), (cast.otto, NotFound)):
        with pytest.raises(told):
            cancel_date_of_order(actor, order, performance=date, refunds=True, tells=False)
    assert cancel_performance(malik, date).state == "cancelled"  # that it is off, who sets up the programme may say


def test_a_date_that_takes_place_after_all_is_not_settled(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = bought(cast, shop, price)
    off(cast, price, voids=True)
    off(cast, price, state="on")
    settle(price, voids=True, refunds=True)
    assert order.tickets.get().state == "valid"


def test_the_fact_of_it_has_the_orders_settled(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    asked: list[list[Any]] = []
    date = str(price.zone.performance_id)
    for chosen in ({"voids": True, "refunds": True, "tells": True}, {"tells": True}, {}):
        said = {"voids": False, "refunds": False, "tells": False} | chosen
        details = {"performance_id": date, "reason": "", **said}
        heard = Heard(new_id(), PerformanceCancelled.kind(), shop.organization_id, None, None, details)
        asked += queued(settle_date, partial(hear_date, heard))
    assert asked == [[date, True, True, True, ""], [date, False, False, True, ""]]


def test_the_page_asks_for_each_of_the_three(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    bought(cast, shop, price)
    browser, date = signed_in(cast.adam), price.zone.performance
    address = reverse("tickets:date-state", args=[date.id])
    asked = browser.get(address).content.decode()
    assert all(f'name="{name}"' in asked for name in ("voids", "refunds", "tells"))
    assert browser.post(address, {"state": "cancelled", "refunds": "on"}).status_code == 422
    assert browser.post(address, {"state": "cancelled", "voids": "on", "refunds": "on"}).status_code == 302
    date.refresh_from_db()
    assert date.state == "cancelled"
