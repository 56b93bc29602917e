# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters go once, are asked for again, remind in time, and bring buyers to their own orders only."""

import base64
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from mazot.exchange.facts.tickets.sales import OrderLetterAsked, OrderReminded
from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Busy, NotFound, Refused, TooMany
from mazot.foundation.models import FactRow
from mazot.products.tickets import jobs
from mazot.products.tickets.actions.letters import (
    CLAIM,
    ask_letter,
    claim_letter,
    claim_link,
    drop_letter,
    remind_orders,
)
from mazot.products.tickets.models import Customer, Entry, Order, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.links import LINK_TIME, customer_behind, link_secret, orders_token
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import ordered
from mazot.products.tickets.tests.test_statistics import paid
from mazot.tenancy.actor import Actor
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.django_db


def test_a_letter_is_claimed_by_one_worker_and_freed_by_its_death(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order, system = ordered(cast, shop, price), buyer_in(shop)
    assert claim_letter(system, order, letter="placed")
    with pytest.raises(Busy):
        jobs.send_order(str(order.id), "placed", "placed")
    assert mail.outbox == []
    CLOCK.advance(CLAIM)
    jobs.send_order(str(order.id), "placed", "placed")
    jobs.send_order(str(order.id), "placed", "placed")
    assert len(mail.outbox) == 1
    assert not claim_letter(system, order, letter="placed")


def test_a_letter_that_failed_is_sent_by_the_next_try(cast: Cast, settings: Any) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    settings.EMAIL_BACKEND = "nowhere.Backend"
    with pytest.raises(ImportError):
        jobs.send_order(str(order.id), "placed", "placed")
    assert not Entry.objects.filter(what__in=("sending", "sent")).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    jobs.send_order(str(order.id), "placed", "placed")
    assert len(mail.outbox) == 1


def test_the_letter_of_an_order_is_sent_again_where_it_stands(cast: Cast, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    order = paid(cast, shop, price)
    browser: Client = signed_in(cast.adam)
    browser.post(reverse("tickets:order-letter", args=[order.id]))
    jobs.send_order(str(order.id), "again", "again:1")
    jobs.send_order(str(order.id), "again", "again:2")
    assert [[name for name, *_rest in one.attachments] for one in mail.outbox] == [[f"{order.number}.pdf"]] * 2
    page = browser.get(reverse("tickets:order", args=[order.id])).content.decode()
    assert "Letter asked for again" in page
    assert FactRow.objects.filter(kind=OrderLetterAsked.kind()).count() == 1
    with pytest.raises(TooMany):
        ask_letter(cast.adam, order)
    CLOCK.advance(timedelta(minutes=5))
    ask_letter(cast.adam, order)
    Customer.objects.update(erased_at=clock.now())
    CLOCK.advance(timedelta(minutes=5))
    with pytest.raises(Refused):
        ask_letter(cast.adam, order)


def test_a_buyer_has_their_letter_sent_again_and_not_all_the_time(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order, browser = paid(cast, shop, price), Client()
    address = reverse("shop-order-letter", args=[shop.slug, link_secret(order.id)])
    assert "on its way" in browser.post(address, follow=True).content.decode()
    for _press in range(3):
        assert browser.post(address).status_code == 302
    assert Entry.objects.filter(what="asked").count() == 1
    assert browser.post(reverse("shop-order-letter", args=[shop.slug, "x" * 27])).status_code == 404


@pytest.mark.parametrize("day", ["2026-10-26 09:30", "2026-03-30 09:30", "2026-06-10 09:00"])
def test_a_reminder_goes_two_days_before_by_the_clock_of_the_shop(cast: Cast, day: str) -> None:
    zone = ZoneInfo("Europe/Zurich")
    due = datetime.fromisoformat(day).replace(tzinfo=zone)
    CLOCK.freeze(due - timedelta(days=9))
    shop, price = an_open_shop(cast, starts=due + timedelta(days=40))
    order = ordered(cast, shop, price)
    Order.objects.update(due_at=due)
    moment = datetime(due.year, due.month, due.day - 2, due.hour, due.minute, tzinfo=zone)
    assert (due.timestamp() - moment.timestamp()) / 3600 in (47, 48, 49)
    CLOCK.freeze(datetime.fromtimestamp(moment.timestamp() - 1, zone))
    assert remind_orders(buyer_in(shop), shop) == 0
    CLOCK.freeze(datetime.fromtimestamp(moment.timestamp(), zone))
    assert remind_orders(buyer_in(shop), shop) == 1
    assert remind_orders(buyer_in(shop), shop) == 0
    assert FactRow.objects.filter(kind=OrderReminded.kind()).count() == 1
    jobs.send_order(str(order.id), "reminder", "reminder")
    jobs.send_order(str(order.id), "reminder", "reminder")
    (letter,) = mail.outbox
    assert "CHF 28.00" in letter.body
    assert [name for name, *_rest in letter.attachments] == [f"{order.number}-invoice.pdf"]


def test_nobody_is_reminded_who_paid_ordered_just_now_or_pays_otherwise(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    paid(cast, shop, price)
    ordered(cast, shop, price)
    Order.objects.update(due_at=clock.now() + timedelta(days=1))  # had less than two days from the beginning
    assert jobs.remind_orders() == 0
    Order.objects.update(created_at=clock.now() - timedelta(days=9))
    waiting = Order.objects.get(state="pending")
    waiting.method = shop.methods.get(kind="on_site")
    waiting.save(update_fields=["method"])
    assert jobs.remind_orders() == 0
    waiting.method = shop.methods.get(kind="invoice")
    waiting.save(update_fields=["method"])
    assert jobs.remind_orders() == 1


def asks(shop: Shop, email: str, browser: Client | None = None) -> Any:
    return (browser or Client()).post(reverse("shop-orders", args=[shop.slug]), {"email": email})


def test_who_asks_for_their_orders_hears_the_same_whoever_they_are(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    ordered(cast, shop, price)
    known, unknown = asks(shop, "margaux@example.org"), asks(shop, "someone@example.org")
    assert known.status_code == unknown.status_code == 200

    def plain(answer: Any, email: str) -> str:
        return re.sub(r"\b\w{64}\b", "", answer.content.decode()).replace(email, "")

    assert plain(known, "margaux@example.org") == plain(unknown, "someone@example.org")
    jobs.send_link(shop.slug, "someone@example.org", "en")
    assert mail.outbox == []
    jobs.send_link(shop.slug, "MARGAUX@example.org", "en")
    jobs.send_link(shop.slug, "margaux@example.org", "en")
    (letter,) = mail.outbox
    assert letter.to == ["margaux@example.org"]
    token = letter.body.split("/orders/")[1].split()[0]
    page = Client().get(reverse("shop-mine", args=[shop.slug, token]))
    assert page.status_code == 200
    assert Order.objects.get().number in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"


def test_the_orders_of_others_and_of_other_shops_stay_closed(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    customer = ordered(cast, shop, price).customer
    other, other_price = an_open_shop(cast)
    stranger = ordered(cast, other, other_price).customer
    assert customer is not None
    assert stranger is not None
    until = clock.now() + LINK_TIME
    token = orders_token(customer, until)
    assert customer_behind(shop, token) == customer
    told = bytearray(base64.urlsafe_b64decode(token))
    forged = [token[:-4] + "AAA=", token[:-8], "", "x", "é" * 20, "=" * 60, token + "A", "A" * 5000]
    for at in (0, 18, 22, 41):
        changed = bytearray(told)
        changed[at] ^= 1
        forged.append(base64.urlsafe_b64encode(bytes(changed)).decode())
    forged.append(base64.urlsafe_b64encode(stranger.id.bytes + bytes(told[16:])).decode())
    for one in forged:
        with pytest.raises(NotFound):
            customer_behind(shop, one)
    with pytest.raises(NotFound):
        customer_behind(other, token)
    CLOCK.freeze(until.replace(microsecond=0) - timedelta(seconds=1))
    assert customer_behind(shop, token) == customer
    CLOCK.freeze(until.replace(microsecond=0))
    with pytest.raises(NotFound):
        customer_behind(shop, token)


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org\r\nSubject: x", "a b@example.org", "x", ""]
)
def test_an_address_smuggles_no_header(cast: Cast, email: str) -> None:
    shop, _price = an_open_shop(cast)
    assert asks(shop, email).status_code == 422
    assert mail.outbox == []


def test_who_asks_often_waits(cast: Cast) -> None:
    shop, _price = an_open_shop(cast)
    answers = [asks(shop, "margaux@example.org").status_code for _turn in range(8)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_otto_writes_to_nobody_of_another_house(cast: Cast, otto: Actor) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    assert order.customer is not None
    for deed in (
        lambda: claim_letter(otto, order, letter="paid"),
        lambda: drop_letter(otto, order, letter="paid"),
        lambda: ask_letter(otto, order),
        lambda: claim_link(otto, order.customer),
        lambda: remind_orders(otto, shop),
    ):
        with pytest.raises(NotFound):
            deed()


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_one_letter(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = paid(cast, shop, price)
    workers = [lambda: jobs.send_order(str(order.id), "paid", "paid")] * 4
    ended = at_once(*workers, starts_within=30, ends_within=60)
    assert len(mail.outbox) == 1
    assert all(one.error is None or isinstance(one.error, Busy) for one in ended), ended
    assert Entry.objects.filter(order=order, what="sent").count() == 1


@pytest.mark.django_db(transaction=True)
def test_reminded_by_several_schedules_at_once_is_reminded_once(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    ordered(cast, shop, price)
    Order.objects.update(created_at=clock.now() - timedelta(days=9), due_at=clock.now() + timedelta(hours=30))
    deeds = [lambda: remind_orders(buyer_in(shop), shop)] * 4
    ended = at_once(*deeds, starts_within=30, ends_within=60)
    assert sorted(one.answer for one in ended) == [0, 0, 0, 1], ended
