# SPDX-License-Identifier: AGPL-3.0-or-later
"""Paying by card: what a provider tells is believed once, when it signed it, and never more than it says."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from mazot.foundation import clock
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Busy, NotFound, Refused
from mazot.products.tickets.actions.cards import record_card_payment
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import expire_orders, place_order
from mazot.products.tickets.models import Order, Payment, Shop
from mazot.products.tickets.queries.cards import card_page, rehearsal_secret, rehearsed, told_by
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.links import link_secret
from mazot.products.tickets.rules import stripe
from mazot.products.tickets.rules.cards import NotBelieved, believe, signed
from mazot.products.tickets.tests.furnishing import an_open_shop
from tests.cast import Cast

pytestmark = pytest.mark.django_db

KEYS = {"secret_key": "sk_test_0123456789", "webhook_secret": "whsec_0123456789"}
BACK = "https://house.example/shop/x/order/y"


def an_order(cast: Cast, *, provider: str = "test", count: int = 1, **concert: Any) -> Order:
    """An order that waits for a card; the test provider only serves a shop that is being tried."""
    shop, _price = an_open_shop(cast, real=provider != "test", **concert)
    method = shop.methods.get(kind="card", provider=provider)
    set_method(cast.olive, shop, method=method, is_on=True, keys=KEYS if provider == "stripe" else None)
    method.refresh_from_db()
    return another(shop, count)


def another(shop: Shop, count: int = 1) -> Order:
    method = shop.methods.get(kind="card", is_on=True)
    price = shop.events.get().performances.get().zones.get().prices.get()
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[Want(price.id, count)])
    return place_order(buyer, cart, customer={"email": "a@people.example"}, method=method)[0]


def address(order: Order, end: str = "") -> str:
    return f"/shop/{order.shop.slug}/order/{link_secret(order.id)}{end}"


def session_of(order: Order, **change: Any) -> bytes:
    session = {
        "id": "cs_test_1",
        "client_reference_id": str(order.id),
        "payment_status": "paid",
        "amount_total": order.total,
        "currency": "chf",
    }
    return json.dumps({"type": "checkout.session.completed", "data": {"object": session | change}}).encode()


def send(order: Order, body: bytes, *, secret: str = KEYS["webhook_secret"], at: datetime | None = None) -> int:
    signature = signed(secret, int((at or clock.now()).timestamp()), body)
    browser = Client(enforce_csrf_checks=True)
    path = f"/shop/{order.shop.slug}/card/stripe"
    return browser.post(
        path, body, content_type="application/json", headers={"Stripe-Signature": signature}
    ).status_code


@pytest.mark.parametrize(
    ("press", "state", "paid", "owed", "attention"),
    [
        ("pays", "paid", 2800, 0, False),
        ("declines", "pending", 0, 0, False),
        ("twice", "paid", 2800, 0, False),
        ("less", "pending", 1400, 0, True),
        ("more", "paid", 2900, 100, True),
    ],
)
def test_each_way_a_rehearsed_payment_goes(
    cast: Cast, client: Client, press: str, state: str, paid: int, owed: int, attention: bool
) -> None:
    order = an_order(cast)
    assert client.get(address(order, "/card")).headers["Location"].endswith("/test-card")
    assert client.get(address(order, "/test-card")).status_code == 200
    secret = rehearsal_secret(order.shop)
    for body, signature in rehearsed(order, press, event="one"):
        headers = {"Stripe-Signature": signature}
        path = f"/shop/{order.shop.slug}/card/test"
        assert client.post(path, body, content_type="application/json", headers=headers).status_code == 204
        assert secret not in body.decode()
    order.refresh_from_db()
    assert (order.state, order.paid, bool(order.attention)) == (state, paid, attention)
    assert sum(Payment.objects.filter(kind="refund").values_list("amount", flat=True)) == owed


def test_who_did_not_pay_reads_that_nothing_was_charged(cast: Cast, client: Client) -> None:
    order = an_order(cast)
    back = client.post(address(order, "/test-card"), {"press": "declines"})["Location"]
    assert back == address(order) + "?card=no"
    assert "The card was not charged." in client.get(back).content.decode()
    assert client.post(address(order, "/test-card"), {"press": "pays"})["Location"] == address(order)
    assert "The card was not charged." not in client.get(back).content.decode()


def test_a_rehearsed_payment_that_comes_late_takes_the_place_again_or_is_owed_back(cast: Cast) -> None:
    order = an_order(cast, quantity=1)
    messages = rehearsed(order, "pays", event="late")
    CLOCK.advance(timedelta(minutes=31))
    expire_orders(buyer_in(order.shop), order.shop)
    taker = another(order.shop)
    with pytest.raises(Refused):  # half an hour later nobody believes the copy of a message
        told_by(order.shop, "test", body=messages[0][0], signature=messages[0][1])
    body = messages[0][0]
    signature = signed(rehearsal_secret(order.shop), int(clock.now().timestamp()), body)
    found = told_by(order.shop, "test", body=body, signature=signature)
    assert found is not None
    late = record_card_payment(
        buyer_in(order.shop), found[0], provider="test", event="e", amount=found[1].amount, currency="CHF"
    )
    assert (late.state, bool(late.attention)) == ("expired", True)
    assert Payment.objects.get(kind="refund").amount == 2800
    assert taker.tickets.get().takes_place


def test_stripe_is_believed_once(cast: Cast) -> None:
    order = an_order(cast, provider="stripe")
    body = session_of(order)
    assert [send(order, body) for _time in range(3)] == [204, 204, 204]
    again = body.replace(b"session.completed", b"session.async_payment_succeeded")
    assert send(order, again) == 204
    order.refresh_from_db()
    assert (order.state, order.paid, Payment.objects.count()) == ("paid", order.total, 1)


def test_what_stripe_did_not_sign_lately_changes_nothing(cast: Cast) -> None:
    order = an_order(cast, provider="stripe")
    body = session_of(order)
    assert send(order, body, secret="whsec_of_somebody") >= 400
    assert send(order, body, at=clock.now() - timedelta(minutes=6)) >= 400
    assert send(order, body, at=clock.now() + timedelta(minutes=6)) >= 400
    browser = Client()
    path = f"/shop/{order.shop.slug}/card/stripe"
    for signature in ("", "t=1", "v1=", "t=1,t=2,v1=é", f"t={'9' * 40},v1=0", "t=-1,v1=" + "0" * 64):
        headers = {"Stripe-Signature": signature}
        assert browser.post(path, body, content_type="application/json", headers=headers).status_code >= 400
    assert browser.post(path, b"x" * 70_000, content_type="application/json").status_code >= 400
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"client_reference_id": "not an id"},
        {"client_reference_id": "01900000-0000-7000-8000-000000000000"},
        {"client_reference_id": None},
        {"amount_total": -5},
        {"amount_total": 1.5},
        {"amount_total": True},
        {"id": ""},
        {"payment_status": "unpaid"},
    ],
)
def test_a_signed_message_about_nothing_of_ours_changes_nothing(cast: Cast, change: dict[str, Any]) -> None:
    order = an_order(cast, provider="stripe")
    assert send(order, session_of(order, **change)) in (204, 400, 404, 409, 422)
    for body in (b"", b"[]", b"{" * 5000, b'{"type": "checkout.session.completed", "data": []}', b"\xff"):
        assert send(order, body) < 500
    assert not Payment.objects.exists()


def test_money_in_another_currency_pays_for_nothing_and_is_looked_at(cast: Cast) -> None:
    order = an_order(cast, provider="stripe")
    assert [send(order, session_of(order, currency="jpy")) for _time in range(2)] == [204, 204]
    order.refresh_from_db()
    assert (order.state, order.paid, order.entries.filter(what="attention").count()) == ("pending", 0, 1)
    assert "JPY" in order.attention


def test_a_real_shop_has_no_test_provider(cast: Cast) -> None:
    order = an_order(cast, provider="stripe")
    body = json.dumps({"event": "x", "order": str(order.id), "amount": order.total, "currency": "CHF"}).encode()
    signature = signed(rehearsal_secret(order.shop), int(clock.now().timestamp()), body)
    with pytest.raises(NotFound):
        told_by(order.shop, "test", body=body, signature=signature)
    with pytest.raises(NotFound):
        rehearsed(order, "pays", event="x")
    assert Client().get(address(order, "/test-card")).status_code == 404


class Till(BaseHTTPRequestHandler):
    """Stripe's side of a session, as far as we ask it."""

    def do_POST(self) -> None:
        said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.seen.append((dict(self.headers), said))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.says)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def till(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    settings.MAZOT = replace(settings.MAZOT, private_webhooks=True)
    server: Any = HTTPServer(("127.0.0.1", 0), Till)
    server.seen, server.status = [], 200
    server.says = b'{"id": "cs_test_1", "url": "https://checkout.stripe.com/c/pay/cs_test_1"}'
    monkeypatch.setattr(stripe, "SESSIONS", f"http://127.0.0.1:{server.server_port}/v1/checkout/sessions")
    monkeypatch.setattr(stripe, "REFUNDS", f"http://127.0.0.1:{server.server_port}/v1/refunds")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_buyer_is_sent_to_a_session_of_their_order(cast: Cast, till: Any) -> None:
    order = an_order(cast, provider="stripe", count=2)
    assert [card_page(order, back=BACK) for _time in range(2)] == ["https://checkout.stripe.com/c/pay/cs_test_1"] * 2
    (headers, said), (again, _same) = till.seen
    assert headers["Authorization"] == f"Bearer {KEYS['secret_key']}"
    assert headers["Idempotency-Key"] == again["Idempotency-Key"]
    assert said["client_reference_id"] == [str(order.id)]
    assert said["line_items[0][price_data][unit_amount]"] == ["5600"]
    assert said["line_items[0][price_data][currency]"] == ["chf"]
    assert int(said["expires_at"][0]) - clock.now().timestamp() > 30 * 60


@pytest.mark.parametrize(
    ("status", "says"),
    [(500, b"{}"), (401, b"no"), (200, b""), (200, b'{"url": "javascript:alert(1)"}'), (200, b"x" * 100_000)],
)
def test_a_provider_that_does_not_answer_well_leaves_the_order_waiting(
    cast: Cast, till: Any, status: int, says: bytes
) -> None:
    order = an_order(cast, provider="stripe")
    till.status, till.says = status, says
    with pytest.raises(Busy) as refused:
        card_page(order, back=BACK)
    assert KEYS["secret_key"] not in str(refused.value)
    order.refresh_from_db()
    assert order.state == "pending"


def test_an_order_that_is_paid_or_over_leads_to_no_card(cast: Cast, client: Client) -> None:
    order = an_order(cast)
    CLOCK.advance(timedelta(minutes=30))
    with pytest.raises(Refused):
        card_page(order, back=BACK)
    assert client.get(f"/shop/{order.shop.slug}/order/wrong/card").status_code == 404


def test_otto_records_no_card_payment(cast: Cast) -> None:
    order = an_order(cast)
    with pytest.raises(NotFound):
        record_card_payment(cast.otto, order, provider="test", event="x", amount=1, currency="CHF")


def test_a_signature_of_the_scheme_is_known_by_its_published_form() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    moment = int(at.timestamp())
    good = signed("whsec_x", moment, b"{}")
    believe("whsec_x", f"{good},v0=ffff", b"{}", at)
    with pytest.raises(NotBelieved):
        believe("whsec_x", good, b"{ }", at)
    with pytest.raises(NotBelieved):
        believe("", signed("", moment, b"{}"), b"{}", at)
