# SPDX-License-Identifier: AGPL-3.0-or-later
"""Attacks on the office, the plans, the gate and the money of Tickets: by a rival, by files, by paper, by messages."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation import clock
from mazot.products.tickets.actions.forms import make_form
from mazot.products.tickets.actions.gates import open_gate, pair_device
from mazot.products.tickets.actions.offers import make_offer
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.plans import save_plan
from mazot.products.tickets.actions.pricing import make_quota
from mazot.products.tickets.models import Device, Payment, Plan, Scan, Seating, Ticket
from mazot.products.tickets.rules.cards import signed
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.rooms import hall, second_generation
from mazot.products.tickets.tests.test_cards import KEYS, an_order, session_of
from mazot.products.tickets.tests.test_gate_pages import ask, paired
from mazot.products.tickets.tests.test_gates import order
from mazot.products.tickets.web.forms.plans import FILE
from mazot.products.tickets.web.urls import urlpatterns
from tests.cast import Cast
from tests.hostile.shops import World, everything

pytestmark = pytest.mark.django_db

Browser = Callable[..., Client]


def office(world: World, cast: Cast) -> Iterator[str]:
    """Every address of the back office, with Mimosa's ids in it."""
    shop, date = world.shop, world.date
    gate = open_gate(cast.olive, date)
    device, _code = pair_device(cast.olive, gate, name="Door 1", gate="North")
    paid = world.order
    record_payment(cast.olive, paid, amount=paid.total, event="by hand")
    known = {
        "shop_id": shop.id,
        "event_id": date.event_id,
        "performance_id": date.id,
        "zone_id": world.price.zone_id,
        "price_id": world.price.id,
        "plan_id": Plan.objects.get().id,
        "order_id": paid.id,
        "ticket_id": paid.tickets.get().id,
        "payment_id": Payment.objects.get().id,
        "customer_id": paid.customer_id,
        "method_id": shop.methods.all()[0].id,
        "offer_id": make_offer(cast.olive, shop, name="Friends", kind="percent", value=100).id,
        "form_id": make_form(cast.olive, shop, name="Welcome", scope="order").id,
        "quota_id": make_quota(cast.olive, shop, name="All", size=10, prices=[world.price]).id,
        "list_id": gate.id,
        "device_id": device.id,
        "number": 1,
        "at": 0,
        "kind": "json",
        "what": "orders",
    }
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if wanted:
            yield reverse(f"tickets:{pattern.name}", kwargs={name: known[name] for name in wanted})


SAID = {"name": "Otto's", "title": "Otto's", "amount": "1", "state": "cancelled", "ok": "on", "code": "x", "plan": "x"}


def test_a_rival_with_every_id_finds_no_office_and_changes_nothing(cast: Cast, signed_in: Browser) -> None:
    world = World(cast)
    addresses, browser = list(office(world, cast)), signed_in(cast.otto)
    assert len(addresses) > 70
    before = everything()
    for address in addresses:
        for answer in (browser.get(address), browser.post(address, SAID)):
            assert answer.status_code in (404, 405), address
            assert "margaux" not in answer.content.decode()
            assert "Requiem" not in answer.content.decode()
    assert everything() == before


def test_no_form_of_another_site_does_anything_in_the_office(cast: Cast, settings: Any) -> None:
    addresses = list(office(World(cast), cast))
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.people.olive, backend=settings.AUTHENTICATION_BACKENDS[0])
    before = everything()
    for address in addresses:
        assert browser.post(address, SAID).status_code in (403, 405), address
    assert everything() == before


def faulty(**change: Any) -> bytes:
    drawn = second_generation()
    drawn["zones"][0]["rows"][0]["seats"][1] |= change
    return json.dumps(drawn).encode()


TWICE = second_generation()["zones"][0]["rows"][0]["seats"][0]["seat_guid"]
FILES = {
    "nothing": (b"", []),
    "no plan": (b"null", []),
    "no text": (b"\x00\xff\xfe" * 1000, []),
    "another alphabet": ("section,row,seat\nA,1,1".encode("utf-16"), []),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 5000, []),
    "100,000 brackets": (b"[" * 100_000, []),
    "a number that is none": (faulty(position={"x": float("nan"), "y": 0}), ["seats[1]"]),
    "a number without end": (faulty(position={"x": float("inf"), "y": 1e308}), ["seats[1]"]),
    "a seat twice": (faulty(seat_guid=TWICE), ["seats[1].seat_guid", "stands twice"]),
    "a category of nowhere": (faulty(category="Nobody knows"), ["Nobody knows"]),
    "all of it": (
        faulty(seat_guid=TWICE, category="Nobody knows", position={"x": float("nan"), "y": 0}),
        ["3 things", "stands twice", "seats[1].category", "Nobody knows", "seats[1].position.x"],
    ),
    "a table without columns": (b"a;b;c\n1;2;3\n" * 100, []),
    "larger than the limit": (b" " * (FILE * 1024 * 1024 + 1), [f"{FILE} MB"]),
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_that_is_no_plan_becomes_one_and_all_its_faults_are_told(
    cast: Cast, signed_in: Browser, tmp_path: Any, name: str
) -> None:
    shop, _price = an_open_shop(cast)
    content, told = FILES[name]
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    before = everything()
    with path.open("rb") as file:
        answer = signed_in(cast.olive).post(reverse("tickets:plan-import", args=[shop.id]), {"file": file, "name": "X"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<li><b>" in page or "error" in page
    for words in told:
        assert words in page, words
    assert everything() == before


def test_a_date_keeps_its_plan_when_the_new_one_lacks_a_taken_seat(cast: Cast, signed_in: Browser) -> None:
    """A seat that is ordered and one that is held, each named with where it is."""
    world = World(cast)
    plan = Plan.objects.get()
    save_plan(cast.olive, plan, drawing=hall(1, 2), number=1)
    before, browser = everything(), signed_in(cast.olive)
    for chosen in (str(plan.id), str(uuid4()), "\0", ""):
        answer = browser.post(reverse("tickets:seating-attach", args=[world.date.id]), {"plan": chosen})
        assert answer.status_code in (302, 404, 422)
        if chosen == str(plan.id):
            page = browser.get(answer["Location"]).content.decode()
            assert f"({world.seats[10]})" in page
            assert "is not in this plan" in page
    assert everything() == before
    assert Seating.objects.get(performance=world.date).version.number == 1


def test_no_forged_paper_lets_anybody_in(cast: Cast, signed_in: Browser) -> None:
    shop, price = an_open_shop(cast)
    door = paired(signed_in(cast.olive), price)
    ticket, second = order(shop, price)
    other_shop, other_price = an_open_shop(cast, title="Elsewhere")
    foreign, _more = order(other_shop, other_price)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in ticket.code)
    forged = [
        "", "0" * 26, ticket.code[:-1], ticket.code + "a", ticket.code[::-1], wide, ticket.code.replace("a", "а"),
        f"https://people.example/{ticket.code}", f"{ticket.code},{second.code}", str(ticket.id), ticket.order.number,
        f"{ticket.code}\x00", "\x00", "%", "' or 1=1 --", "a" * 100_000, foreign.code,
    ]  # fmt: skip
    for code in forged:
        if code.replace("\x00", "") in (ticket.code, second.code):
            continue
        answer = ask(door, "gate-scan", {"code": code, "nonce": str(uuid4()), "is_exit": False})
        assert answer.status_code == 200
        assert answer.json()["tone"] == "no", code
    assert not Scan.objects.filter(let_in=True).exists()
    assert not Ticket.objects.filter(state="used").exists()


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1), timedelta(days=20_000)])
def test_a_scanner_whose_clock_is_wrong_moves_no_entry_out_of_the_evening(
    cast: Cast, signed_in: Browser, wrong: timedelta
) -> None:
    shop, price = an_open_shop(cast)
    door = paired(signed_in(cast.olive), price)
    begun = clock.now()
    tickets = order(shop, price)
    moment = (begun + wrong).timestamp() * 1000
    line = {"code": tickets[0].code, "nonce": str(uuid4()), "is_exit": False, "let_in": True, "at": moment}
    answer = ask(door, "gate-late", {"sent_at": moment + 500, "scans": [line]})
    assert answer.json()["answers"] == {line["nonce"]: "ok"}
    assert begun - timedelta(seconds=5) <= Scan.objects.get().at <= clock.now()
    offset = Device.objects.get().clock_offset
    assert abs(offset - wrong.total_seconds()) < 10  # and the office reads how wrong it is


def test_a_message_of_money_is_believed_in_its_own_shop_alone(cast: Cast) -> None:
    """Signed for one shop and sent to another, replayed with another sum, by an unknown provider, as another type."""
    ours, theirs = an_order(cast, provider="stripe"), an_order(cast, provider="stripe")
    theirs.shop.methods.filter(provider="stripe").update(settings="")  # the keys of a shop are its own
    client = Client(enforce_csrf_checks=True)

    def sends(shop: Any, body: bytes, provider: str = "stripe", kind: str = "application/json") -> int:
        signature = signed(KEYS["webhook_secret"], int(clock.now().timestamp()), body)
        path = reverse("shop-card-heard", args=[shop.slug, provider])
        return client.post(path, body, content_type=kind, headers={"Stripe-Signature": signature}).status_code

    before = everything()
    assert sends(theirs.shop, session_of(theirs)) >= 400
    assert sends(theirs.shop, session_of(ours)) >= 400
    assert sends(ours.shop, session_of(theirs)) == 404
    for provider in ("paypal", "test", "x" * 200):
        assert sends(ours.shop, session_of(ours), provider) in (404, 422)
    assert everything() == before
    assert (
        sends(ours.shop, session_of(ours), kind="text/plain") == 204
    )  # what is signed is believed, whatever it is called
    after = everything()
    assert sends(ours.shop, session_of(ours)) == 204
    assert everything() == after
    for sum_said in (1, 10**9):  # told again with another sum: looked at by a person, and no money
        assert sends(ours.shop, session_of(ours, amount_total=sum_said)) == 204
        ours.refresh_from_db()
        assert (ours.paid, ours.state, Payment.objects.count()) == (ours.total, "paid", 1)
        assert "another amount" in ours.attention


NAMES = "name title code email q plan date seat ticket to state kind amount value size price zone access stamp seats number "
NAMES += "remove section drawing starts performances labels options message reason payment method iban origins days"
BODIES = {
    "NULs": "&".join(f"{name}=a%00b" for name in NAMES.split()).encode(),
    "no utf-8": "&".join(f"{name}=%ff%fe" for name in NAMES.split()).encode(),
    "repeated": "&".join(f"{name}={value}" for name in NAMES.split() for value in ("1", "x", "")).encode(),
    "far too large": "&".join(f"{name}={'9' * 400}" for name in NAMES.split()).encode(),
    "json": b'{"seats": [1e400, null], "stamp": NaN, "zone": {"a": []}, "drawing": [[]]}',
    "deep": b"[" * 90_000,
}


@pytest.mark.parametrize("name", BODIES)
def test_nothing_that_somebody_with_every_right_sends_breaks_the_office(
    cast: Cast, signed_in: Browser, name: str
) -> None:
    addresses, browser = list(office(World(cast), cast)), signed_in(cast.olive)
    kind = "application/json" if name in ("json", "deep") else "application/x-www-form-urlencoded"
    broken = [
        address
        for address in addresses
        if browser.post(address, BODIES[name], content_type=kind).status_code >= 500
        or (name == "NULs" and browser.get(f"{address}?q=a&date=x&page=9e9&show=%F0&at=-1").status_code >= 500)
    ]
    assert broken == []
