# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attacks on what strangers reach of Tickets: every address, every method, and each thing a form may be made to say."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.actions.pricing import make_price
from mazot.products.tickets.models import Cart, Performance
from mazot.products.tickets.queries.links import link_secret
from mazot.products.tickets.web.entrance import urlpatterns
from tests.cast import Cast
from tests.hostile.shops import World, everything

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
FORM = "application/x-www-form-urlencoded"
# Providers sign, scanners send JSON with a strict cookie: their doors need no secret of a form.
WITHOUT_FORMS = {"shop-card-heard", "gate-scan", "gate-late"}


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def doors() -> Iterator[str]:
    for pattern in urlpatterns:
        yield pattern.name  # type: ignore[attr-defined]


def sent(client: Client, method: str, address: str, body: bytes, kind: str) -> Any:
    return client.generic(method, address, body, content_type=kind)


BODIES = {
    "nothing": (b"", FORM),
    "no utf-8": (b"email=\xff\xfe&name=\xc3\x28&code=\xed\xa0\x80", FORM),
    "a NUL in each field": (
        b"email=a%00@x.org&name=%00&code=%00&ticket=%00&method=%00&date=%00&seat=%00&press=%00",
        FORM,
    ),
    "broken escapes": (b"email=%&name=%zz&code=%u0041&=&&&==", FORM),
    "json": (
        b'{"email": "a@b.example", "code": "x", "nonce": null, "scans": [[]], "sent_at": 1e999}',
        "application/json",
    ),
    "deep json": (b"[" * 50_000, "application/json"),
    "half a multipart": (b'--x\r\nContent-Disposition: form-data; name="code', "multipart/form-data; boundary=x"),
    "multipart without a boundary": (b"--x--", "multipart/form-data"),
    "text": (b"code=x&email=a@b.example", "text/plain"),
    "an unknown alphabet": (b"code=x", f"{FORM}; charset=klingon"),
    "21,000 fields": (b"&".join(b"f%d=1" % n for n in range(21_000)), FORM),
    "repeated keys": (b"&".join([b"code=a&email=a@b&method=x&ticket=y&date=z&terms=on&press=q"] * 500), FORM),
    "11 MB": (b"name=" + b"a" * (11 * 1024 * 1024), FORM),
}


@pytest.mark.parametrize("body", BODIES)
def test_no_body_at_any_door_with_any_method_breaks_or_writes(world: World, body: str) -> None:
    """With a secret that leads somewhere and with one that does not, in a frame and outside."""
    methods = METHODS if body == "nothing" else ("POST",)
    # Two doors ask for nothing but a press, with whatever body: more time, which is had once, and the letter again.
    right = {"shop-order-letter": False}
    Cart.objects.update(extended=True)
    before, client = everything(), world.buyer()
    for name in doors():
        secrets = (world.secret, "y" * 27) if right.get(name, True) else ("y" * 27,)
        for address in {world.address(name, secret=secret) for secret in secrets}:
            for method in methods:
                answer = sent(client, method, address, *BODIES[body])
                assert answer.status_code < 500, (method, address, body)
                if method in METHODS[3:]:
                    expected = {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN}
                    assert answer.status_code in expected or method == "OPTIONS", (method, address)
    assert everything() == before


QUERIES = (
    "cart=%00",
    "cart=" + "a" * 5000,
    "cart[]=x&cart=",
    "date=%00",
    "date=NaN",
    "date=1&date=2",
    "lang=%ff",
    "cart=%ff",
)


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_at_any_door_breaks_or_writes(world: World, query: str) -> None:
    before, client = everything(), world.buyer()
    for name in doors():
        answer = client.get(f"{world.address(name, secret='z' * 27)}?{query}")
        assert answer.status_code < 500, (name, query)
    assert everything() == before


def test_no_form_of_another_site_is_heard_at_any_door(world: World) -> None:
    """Outside a frame, where a cookie could speak for somebody."""
    before = everything()
    client = Client(enforce_csrf_checks=True)
    client.cookies[f"cart-{world.shop.slug}"] = world.token
    for name in set(doors()) - WITHOUT_FORMS:
        answer = client.post(world.address(name), {"code": "x", "email": "a@people.example", "name": "Otto"})
        assert answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED), name
    assert everything() == before


CHOICES = {
    "10,000 seats": (lambda w: {"seat": [f"{n % 19}:{w.price.id}" for n in range(10_000)]}, 422, "up to 100 places"),
    "10,000 places": (lambda w: {f"count-{w.other_price.id}": "10000"}, 422, "up to 100 places"),
    "10,000 prices": (lambda w: {f"count-{uuid4()}": "1" for _n in range(10_000)}, 422, "up to 100 places"),
    "a number of 10,000 digits": (lambda w: {f"count-{w.price.id}": "9" * 10_000}, 422, "up to 100 places"),
    "a seat twice": (lambda w: {"seat": [f"4:{w.price.id}"] * 2}, 409, "not available"),
    "a seat beside a taken one": (lambda w: {"seat": [f"4:{w.price.id}", f"0:{w.price.id}"]}, 409, "not available"),
    "a seat that is sold": (lambda w: {"seat": f"10:{w.price.id}"}, 409, "not available"),
    "a seat no hall has": (lambda w: {"seat": f"999:{w.price.id}"}, 404, "does not exist"),
    "a seat by the price of another date": (lambda w: {"seat": f"4:{w.elsewhere.id}"}, 404, "does not exist"),
    "a price of another date": (lambda w: {f"count-{w.elsewhere.id}": "1"}, 404, "does not exist"),
    "a price of another shop": (lambda w: {f"count-{w.other_price.id}": "1"}, 404, "does not exist"),
    "a seat by the price of another shop": (lambda w: {"seat": f"4:{w.other_price.id}"}, 404, "does not exist"),
    "a date of another shop": (lambda w: {"date": str(w.other_price.zone.performance_id)}, 404, "does not exist"),
    "a good price beside a foreign one": (
        lambda w: {f"count-{w.price.id}": "1", f"count-{w.other_price.id}": "1"},
        404,
        "does not exist",
    ),
} | {
    f"a count of {count!r}": (lambda w, count=count: {f"count-{w.price.id}": count}, 422, "Choose at least one place.")
    for count in ("-1", "NaN", "Infinity", "1e3", "1.5", "0x10", "1_0", "٣", "１", "²", "\x001", "1\x00", "+1", "")
}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("carried", ["a cart", "no cart", "a foreign cart", "an expired cart", "a framed foreign cart"])
def test_no_choice_takes_what_it_may_not(world: World, choice: str, carried: str) -> None:
    said, status, sentence = CHOICES[choice]
    client, address = world.buyer(), world.address("shop-choose")
    if carried == "no cart":
        client.cookies.clear()
    elif carried == "a foreign cart":
        client.cookies[f"cart-{world.shop.slug}"] = world.foreign_token
    elif carried == "an expired cart":
        world.cart.expires_at = CLOCK.now() - timedelta(seconds=1)
        world.cart.save(update_fields=["expires_at"])
    elif carried == "a framed foreign cart":
        address += f"?cart={world.foreign_token}"
    before = everything()
    answer = client.post(address, {"date": str(world.date.id)} | said(world))
    assert answer.status_code == status, answer.content.decode()[-800:]
    assert sentence in answer.content.decode()
    assert everything() == before


ORDERS = {
    "a NUL in a name": ({"first_name": "Mar\0gaux"}, 422),
    "a turned name": ({"last_name": "Thevoz\u202efdp"}, 422),
    "a name of a mebibyte": ({"first_name": "a" * 2**20}, 422),
    "a header in an address": ({"email": "a@people.example\r\nBcc: b@people.example"}, 422),
    "a NUL in an address": ({"email": "a\0@people.example"}, 422),
    "no method": ({"method": "NaN"}, 422),
    "a NUL in the method": ({"method": "\0"}, 422),
    "a phone of a mebibyte": ({"phone": "1" * 2**20}, 422),
    "a holder with a NUL": ({"holder": "Ann\0"}, 422),
}


@pytest.mark.parametrize("wrong", ORDERS)
def test_no_order_takes_what_it_may_not(world: World, wrong: str) -> None:
    said, status = ORDERS[wrong]
    holders = {f"holder-{world.cart.tickets.get().id}": said["holder"]} if "holder" in said else {}
    method = str(world.shop.methods.get(kind="on_site").id)
    before = everything()
    whole = {"email": "otto@people.example", "method": method} | said | holders
    answer = world.buyer().post(world.address("shop-checkout"), whole)
    assert answer.status_code == status, answer.content.decode()[-800:]
    assert everything() == before


def test_an_order_of_another_cart_another_shop_and_twice_is_made_by_nobody(world: World) -> None:
    method = str(world.shop.methods.get(kind="on_site").id)
    theirs = str(world.other.methods.get(kind="on_site").id)
    thief, before = world.buyer(), everything()
    checkout = world.address("shop-checkout")
    assert thief.post(checkout, {"email": "a@people.example", "method": theirs}).status_code == 404
    for token in (world.foreign_token, "forged", world.token[:-1] + "-"):
        framed = thief.post(f"{checkout}?cart={token}", {"email": "a@people.example", "method": method})
        assert "Nothing is chosen yet" in framed.content.decode()
        thief.post(f"{world.address('shop-drop')}?cart={token}", {"ticket": str(world.cart.tickets.get().id)})
        thief.post(f"{world.address('shop-extend')}?cart={token}")
        thief.post(f"{world.address('shop-code')}?cart={token}", {"code": "friends"})
    drop = world.address("shop-drop")
    for ticket in (str(world.foreign.tickets.get().id), str(world.order.tickets.get().id), "NaN", "\0", ""):
        assert thief.post(drop, {"ticket": ticket}).status_code == 302
    for code in ("\0", "a" * 100_000, "' OR 1=1 --", "٣", "%00"):
        assert thief.post(world.address("shop-code"), {"code": code}).status_code == 422
    assert everything() == before


def test_an_order_is_opened_by_its_own_link_in_its_own_shop_alone(world: World) -> None:
    before, client = everything(), Client(REMOTE_ADDR="192.0.2.9")
    for name in doors():
        if (
            not name.startswith(("shop-order", "shop-holder", "shop-card-pay", "shop-test-card"))
            or name == "shop-orders"
        ):
            continue
        for secret in (
            world.foreign_secret,
            link_secret(world.cart.id),
            world.secret[:-1],
            world.secret + "A",
            "A" * 9000,
        ):
            address = world.address(name, secret=secret)
            for answer in (client.get(address), client.post(address, {"name": "Otto"})):
                assert answer.status_code in (404, 405), (name, secret)
    own = world.address("shop-holder", ticket_id=world.foreign.tickets.get().id)
    assert client.post(own, {"name": "Otto"}).status_code == 404  # by the right link, a ticket of another order
    own = world.address("shop-holder", ticket_id=world.order.tickets.get().id)
    for name in ("Ann\0", "a" * 9000, "Ann\u202ex"):
        assert client.post(own, {"name": name}).status_code == 422
    assert everything() == before


def test_the_plan_of_a_date_shows_in_its_own_shop_alone(world: World, cast: Cast) -> None:
    make_price(cast.olive, world.other_price.zone.performance, zone=world.other_price.zone, name="Child", amount=1)
    for name in ("shop-hall-map", "shop-hall-seats"):
        assert Client().get(world.address(name)).status_code == 200
        foreign = world.other_price.zone.performance_id
        for parts in ({"slug": world.other.slug}, {"performance_id": foreign}, {"performance_id": uuid4()}):
            assert Client().get(world.address(name, **parts)).status_code == 404
        Performance.objects.filter(id=world.date.id).update(online="hidden")
        assert Client().get(world.address(name)).status_code == 404
        Performance.objects.filter(id=world.date.id).update(online="visible")
