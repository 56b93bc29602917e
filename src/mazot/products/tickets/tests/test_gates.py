# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate: lists, scanners, and tickets that are shown there at once, twice, late or forged."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from mazot.exchange.facts.tickets.gates import (
    CheckinListChanged,
    CheckinListMade,
    CheckinListRemoved,
    ScannerInvited,
    ScannerPaired,
    ScannerRevoked,
)
from mazot.foundation import clock
from mazot.foundation.clock import Clock
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.cancelling import cancel_tickets
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.gates import (
    claim_device,
    make_list,
    open_gate,
    pair_device,
    remove_list,
    revoke_device,
    set_list,
)
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.scanning import Late, redeem, upload_scans
from mazot.products.tickets.models import Device, Order, Price, Scan, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.gates import (
    device_behind,
    figures_of,
    list_for,
    pairing_digest,
    scanner_at,
)
from mazot.products.tickets.tests.furnishing import a_concert, an_open_shop
from mazot.tenancy.actor import Actor
from tests.cast import Cast, assemble
from tests.together import at_once

MINUTE = timedelta(minutes=1)


def order(shop: Shop, price: Price, count: int = 2, *, pays: bool = True) -> list[Ticket]:
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[Want(price.id, count)])
    customer = {"email": "vera@people.example", "first_name": "Vera", "last_name": "Blanc"}
    method = shop.methods.get(kind="invoice")
    if not method.is_on:
        set_method(Actor.system(shop.organization_id, because="a test"), shop, method=method, is_on=True)
    placed, _secret = place_order(buyer, cart, customer=customer, method=method)
    if pays:
        record_payment(buyer, placed, amount=placed.total, event=str(placed.id))
    return list(placed.tickets.order_by("number"))


@pytest.fixture
def sold(cast: Cast) -> tuple[Shop, Price]:
    return an_open_shop(cast)


@pytest.fixture
def scanner(cast: Cast, sold: tuple[Shop, Price]) -> Device:
    return paired(cast, sold[1])


def paired(cast: Cast, price: Price, *, name: str = "Door 1", **what: object) -> Device:
    checkin = open_gate(cast.olive, price.zone.performance)
    if what:
        checkin = set_list(cast.olive, checkin, **what)
    device, _code = pair_device(cast.olive, checkin, name=name, gate="North")
    return device_behind(claim_device(scanner_at(device), device))


def scan(device: Device, ticket: Ticket | str, *, is_exit: bool = False) -> str:
    code = ticket if isinstance(ticket, str) else ticket.code.upper()
    return redeem(scanner_at(device), device, code=code, nonce=uuid4(), is_exit=is_exit).result


def late(ticket: Ticket | str, minutes: int, *, let_in: bool = True, is_exit: bool = False) -> Late:
    code = ticket if isinstance(ticket, str) else ticket.code.upper()
    return Late(code, clock.now() + minutes * MINUTE, uuid4(), is_exit, let_in)


def upload(device: Device, *scans: Late) -> list[str]:
    told = upload_scans(scanner_at(device), device, scans=scans, sent_at=clock.now())
    return [told[one.nonce] for one in scans]


def test_a_ticket_lets_in_once_and_says_when_and_where_it_did(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    first, second = order(*sold)
    assert (scan(scanner, first), scan(scanner, second)) == ("ok", "ok")
    again = redeem(scanner_at(scanner), scanner, code=first.code, nonce=uuid4())
    assert again.result == "already_used"
    assert again.before.device.gate == "North"
    assert again.before.result == "ok"
    assert Ticket.objects.get(id=first.id).state == "used"
    assert Ticket.objects.get(id=first.id).used_at == again.before.at


def test_the_same_request_again_is_the_same_answer(sold: tuple[Shop, Price], scanner: Device):
    ticket, _other = order(*sold)
    nonce = uuid4()
    answers = [redeem(scanner_at(scanner), scanner, code=ticket.code, nonce=nonce).result for _n in range(3)]
    assert answers == ["ok", "ok", "ok"]
    assert Scan.objects.count() == 1


@pytest.mark.parametrize("code", ["", "0" * 32, "x" * 5000, "ffffffffffffffffffffffffffffffff", "' or 1=1 --"])
def test_a_forged_code_is_unknown_and_is_kept(sold: tuple[Shop, Price], scanner: Device, code: str):
    order(*sold)
    assert scan(scanner, code) == "unknown"
    assert Scan.objects.get().ticket is None


def test_a_place_that_is_only_held_is_unknown(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    shop, price = sold
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[Want(price.id, 1)])
    assert scan(scanner, Ticket.objects.get(cart=cart)) == "unknown"


def test_the_ticket_of_another_shop_is_unknown_and_of_another_date_is_told(cast: Cast, sold: tuple[Shop, Price]):
    shop, price = sold
    scanner = paired(cast, price)
    other_date = a_concert(cast, shop, title="Matinee")
    assert scan(scanner, order(shop, other_date)[0]) == "wrong_date"
    other_shop, other_price = an_open_shop(cast, title="Elsewhere")
    assert scan(scanner, order(other_shop, other_price)[0]) == "unknown"


def test_a_cancelled_an_unpaid_and_a_trial_ticket_stay_outside(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    shop, price = sold
    kept, gone = order(shop, price)
    cancel_tickets(cast.olive, gone.order, tickets=[gone.id], frees=True, refund=gone.amount, tells=False, reason="")
    unpaid, _other = order(shop, price, pays=False)
    assert (scan(scanner, gone), scan(scanner, kept), scan(scanner, unpaid)) == ("void", "ok", "unpaid")
    trial, _other = order(shop, price)
    Order.objects.filter(id=trial.order_id).update(is_test=True)
    assert scan(scanner, trial) == "test"


def test_a_list_that_admits_unpaid_tickets_lets_them_in_and_they_stay_unpaid(cast: Cast, sold: tuple[Shop, Price]):
    scanner = paired(cast, sold[1], admits_unpaid=True)
    unpaid, _other = order(*sold, pays=False)
    assert (scan(scanner, unpaid), scan(scanner, unpaid)) == ("ok", "already_used")
    assert Ticket.objects.get(id=unpaid.id).state == "pending"


def test_who_went_out_comes_in_again_where_the_list_says_so(cast: Cast, sold: tuple[Shop, Price]):
    scanner = paired(cast, sold[1], mode="reentry")
    ticket, _other = order(*sold)
    way = [scan(scanner, ticket, is_exit=is_exit) for is_exit in (True, False, False, True, False)]
    assert way == ["not_inside", "ok", "already_used", "ok", "ok"]
    assert figures_of(scanner.list).inside == 1


def test_each_list_counts_by_itself(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    performance = sold[1].zone.performance
    buffet = make_list(cast.olive, performance, name="Buffet", zones=[str(sold[1].zone_id)])
    device, _code = pair_device(cast.olive, buffet, name="Tablet")
    at_the_buffet = device_behind(claim_device(scanner_at(device), device))
    ticket, _other = order(*sold)
    assert (scan(scanner, ticket), scan(at_the_buffet, ticket), scan(at_the_buffet, ticket)) == (
        "ok", "ok", "already_used",
    )  # fmt: skip


def test_scans_without_a_network_arrive_later_and_only_once(sold: tuple[Shop, Price], scanner: Device, clock: Clock):
    first, second = order(*sold)
    clock.advance(timedelta(hours=1))
    scans = [late(first, -9), late(second, -8), late("0" * 32, -7, let_in=False)]
    assert upload(scanner, *scans) == ["ok", "ok", "unknown"]
    assert upload(scanner, *scans) == ["ok", "ok", "unknown"]
    assert Scan.objects.count() == 3
    assert not Scan.objects.filter(conflicts=True).exists()
    assert figures_of(scanner.list).came == 2


def test_of_two_doors_that_let_in_alone_the_earlier_counts_and_the_other_is_in_doubt(
    cast: Cast, sold: tuple[Shop, Price], scanner: Device, clock: Clock
):
    south = paired(cast, sold[1], name="Door 2")
    ticket, _other = order(*sold)
    clock.advance(timedelta(hours=1))
    assert upload(south, late(ticket, -5)) == ["ok"]
    assert upload(scanner, late(ticket, -9)) == ["ok"]
    doubtful = Scan.objects.get(conflicts=True)
    assert doubtful.device_id == south.id
    assert upload(scanner, late(ticket, -1)) == ["already_used"]
    figures = figures_of(scanner.list)
    assert (figures.came, figures.inside, figures.conflicts) == (1, 1, 2)


def test_a_door_that_opened_for_a_void_ticket_is_told_and_kept(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    ticket, _other = order(*sold)
    cancel_tickets(
        cast.olive, ticket.order, tickets=[ticket.id], frees=True, refund=ticket.amount, tells=False, reason=""
    )
    assert upload(scanner, late(ticket, 0)) == ["void"]
    assert Scan.objects.get().conflicts


def test_a_scanner_whose_clock_is_a_day_wrong_is_set_right_and_shown(
    sold: tuple[Shop, Price], scanner: Device, clock: Clock
):
    ticket, _other = order(*sold)
    clock.freeze(clock.now() + timedelta(hours=1))
    wrong = clock.now() + timedelta(days=1)
    told = Late(ticket.code, wrong - 10 * MINUTE, uuid4(), False, True)
    upload_scans(scanner_at(scanner), scanner, scans=[told], sent_at=wrong)
    assert Scan.objects.get().at == clock.now() - 10 * MINUTE
    assert Device.objects.get(id=scanner.id).clock_offset == 24 * 3600


def test_ten_thousand_scans_at_once_are_refused_with_the_limit(sold: tuple[Shop, Price], scanner: Device):
    scans = [late("0" * 32, 0)] * 10_000
    with pytest.raises(Invalid) as refusal:
        upload(scanner, *scans)
    assert refusal.value.facts["limit"] == 500
    assert not Scan.objects.exists()


def test_a_code_pairs_one_device_within_a_quarter_of_an_hour(cast: Cast, sold: tuple[Shop, Price], clock: Clock):
    checkin = open_gate(cast.olive, sold[1].zone.performance)
    device, code = pair_device(cast.olive, checkin, name="Door 1")
    assert Device.objects.get(pairing=pairing_digest(code.upper())).id == device.id
    assert code.replace("-", "") not in str(vars(device))
    token = claim_device(scanner_at(device), device)
    with pytest.raises(NotFound):
        claim_device(scanner_at(device), device)
    assert device_behind(token).id == device.id
    second, _code = pair_device(cast.olive, checkin, name="Door 2")
    clock.advance(timedelta(minutes=15))
    with pytest.raises(NotFound):
        claim_device(scanner_at(second), second)


def test_an_ended_scanner_lets_nobody_in(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    ticket, _other = order(*sold)
    revoke_device(cast.olive, scanner)
    with pytest.raises(NotFound):
        scan(scanner, ticket)
    with pytest.raises(NotFound):
        device_behind("")


def test_an_ended_scanner_still_tells_what_it_did_and_that_is_in_doubt(
    cast: Cast, sold: tuple[Shop, Price], scanner: Device, clock: Clock
):
    first, second = order(*sold)
    before, refused = late(first, 0), late(second, 0, let_in=False)
    clock.advance(MINUTE)
    revoke_device(cast.olive, scanner)
    clock.advance(MINUTE)
    for _repeat in range(2):
        assert upload(scanner, before, refused) == ["ok", "ok"]
    told = Scan.objects.get(nonce=before.nonce)
    assert (told.is_late, told.let_in, told.conflicts) == (True, True, True)
    assert told.received_at > Device.objects.get(id=scanner.id).revoked_at
    assert not Scan.objects.get(nonce=refused.nonce).conflicts
    south = paired(cast, sold[1], name="Door 2")
    assert (scan(south, first), scan(south, second)) == ("already_used", "ok")


def test_a_list_keeps_to_its_date_and_its_times(cast: Cast, sold: tuple[Shop, Price]):
    performance = sold[1].zone.performance
    other = a_concert(cast, sold[0], title="Matinee")
    with pytest.raises(NotFound):
        make_list(cast.olive, performance, name="Wrong", zones=[str(other.zone_id)])
    now = clock.now()
    with pytest.raises(Invalid):
        make_list(cast.olive, performance, name="Wrong", opens_at=now, closes_at=now)
    with pytest.raises(Invalid):
        make_list(cast.olive, performance, name=" ")


def test_a_list_with_scans_stays_and_an_empty_one_goes(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    spare = make_list(cast.olive, sold[1].zone.performance, name="Spare")
    remove_list(cast.olive, spare)
    scan(scanner, "nothing")
    with pytest.raises(Refused):
        remove_list(cast.olive, scanner.list)


def test_the_log_says_what_happened_at_the_gate(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    set_list(cast.olive, scanner.list, name="Main entrance")
    remove_list(cast.olive, make_list(cast.olive, sold[1].zone.performance, name="Spare"))
    revoke_device(cast.olive, scanner)
    kinds = set(FactRow.objects.filter(organization_id=cast.mimosa.id).values_list("kind", flat=True))
    told = (CheckinListMade, CheckinListChanged, CheckinListRemoved, ScannerInvited, ScannerPaired, ScannerRevoked)
    assert {fact.kind() for fact in told} <= kinds


def test_a_scan_takes_few_statements(
    sold: tuple[Shop, Price], scanner: Device, django_assert_max_num_queries: Callable[..., Any]
):
    ticket, _other = order(*sold)
    with django_assert_max_num_queries(8):  # two of them open and end the transaction
        assert scan(scanner, ticket) == "ok"


@pytest.mark.django_db(transaction=True)
def test_of_two_doors_at_the_same_moment_one_opens() -> None:
    cast = assemble()
    sold = an_open_shop(cast)
    doors = [paired(cast, sold[1], name=f"Door {number}") for number in range(4)]
    for ticket in order(*sold, 3):
        deeds = [partial(scan, door, ticket) for door in doors]
        ended = at_once(*deeds, starts_within=20, ends_within=60)
        assert sorted(str(one.answer) for one in ended) == ["already_used", "already_used", "already_used", "ok"]


def test_otto_finds_no_gate(cast: Cast, sold: tuple[Shop, Price], scanner: Device):
    performance, checkin = sold[1].zone.performance, scanner.list
    deeds = [
        lambda: open_gate(cast.otto, performance),
        lambda: make_list(cast.otto, performance, name="x"),
        lambda: set_list(cast.otto, checkin, name="x"),
        lambda: remove_list(cast.otto, checkin),
        lambda: pair_device(cast.otto, checkin, name="x"),
        lambda: claim_device(cast.otto, scanner),
        lambda: revoke_device(cast.otto, scanner),
        lambda: redeem(cast.otto, scanner, code="x", nonce=uuid4()),
        lambda: upload_scans(cast.otto, scanner, scans=[], sent_at=clock.now()),
        lambda: list_for(cast.otto, checkin.id),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
