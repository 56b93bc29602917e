# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans, what a date sells of them, in which zone a seat is, and who may change it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.exchange.facts.tickets.plans import PlanAttached, PlanMade, PlanRemoved, PlanSaved, SeatsChanged
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.plans import make_plan, remove_plan, save_plan
from mazot.products.tickets.actions.pricing import make_zone
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.models import Cart, Customer, Order, Performance, Plan, Seating, Ticket
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.queries.seating import card_of, seats_of_date
from mazot.products.tickets.rules.drawing import write_drawing
from mazot.products.tickets.rules.readings import Unreadable
from mazot.products.tickets.tests.furnishing import a_shop, an_open_shop
from mazot.products.tickets.tests.rooms import hall, opera
from tests.cast import Cast


@pytest.fixture
def date(db: None, cast: Cast) -> Performance:
    _shop, price = an_open_shop(cast, zone="Stalls", is_numbered=True)
    return price.zone.performance


@pytest.fixture
def plan(cast: Cast, date: Performance) -> Plan:
    return make_plan(cast.olive, date.event.shop, name="Chapel", drawing=hall(4, 5))


@pytest.fixture
def seating(cast: Cast, date: Performance, plan: Plan) -> Seating:
    return attach_plan(cast.olive, date, version=newest_version(plan))


def sell(date: Performance, seat: str, **what: Any) -> Ticket:
    """A seat that somebody has, as an order leaves it."""
    zone = date.zones.get(name="Stalls")
    shop = date.event.shop
    customer = Customer.objects.create(
        organization_id=shop.organization_id,
        instance_id=shop.instance_id,
        shop=shop,
        email="margaux@buyers.example",
        first_name="Margaux",
        last_name="Thévoz",
        created_at=clock.now(),
    )
    order = Order.objects.create(
        organization_id=shop.organization_id,
        instance_id=shop.instance_id,
        shop=shop,
        number="T-26-0001",
        cart_id=date.id,
        customer=customer,
        state="paid",
        channel="online",
        is_test=False,
        language="en",
        currency="CHF",
        total=2800,
        digest="0" * 64,
        created_at=clock.now(),
    )
    price = zone.prices.get()
    fields = {"state": "valid", "seat": seat, "seat_label": seat, "order": order, "code": seat} | what
    return Ticket.objects.create(
        organization_id=shop.organization_id,
        instance_id=shop.instance_id,
        performance=date,
        zone=zone,
        price=price,
        list_amount=2800,
        amount=2800,
        vat_permille=0,
        **fields,
    )


def test_a_plan_is_made_saved_and_versions_never_change(cast: Cast, plan: Plan) -> None:
    first = newest_version(plan)
    second = save_plan(cast.olive, plan, drawing=hall(5, 5), number=1)
    assert (first.n_seats, second.number, second.n_seats) == (20, 2, 25)
    assert plan.versions.get(number=1).drawing == first.drawing
    kinds = set(FactRow.objects.values_list("kind", flat=True))
    assert {PlanMade.kind(), PlanSaved.kind()} <= kinds


def test_saving_the_same_drawing_makes_no_version(cast: Cast, plan: Plan) -> None:
    assert save_plan(cast.olive, plan, drawing=hall(4, 5), number=1).number == 1


def test_whoever_saves_second_is_told_and_nothing_of_the_first_is_lost(cast: Cast, plan: Plan) -> None:
    save_plan(cast.olive, plan, drawing=hall(5, 5), number=1)
    with pytest.raises(Conflict):
        save_plan(cast.adam, plan, drawing=hall(2, 2), number=1)
    assert newest_version(plan).n_seats == 25


def test_a_drawing_with_faults_is_refused_whole(cast: Cast, date: Performance) -> None:
    broken = write_drawing(hall(1, 2))
    broken["sections"][0]["rows"][0]["seats"][1] |= {"id": "A-1", "x": float("nan")}
    with pytest.raises(Unreadable) as refusal:
        make_plan(cast.olive, date.event.shop, name="Chapel", drawing=broken)
    assert len(refusal.value.faults) >= 2
    assert not Plan.objects.exists()


def test_strangers_neither_make_nor_save_nor_remove_nor_attach_nor_set(
    cast: Cast, date: Performance, plan: Plan, seating: Seating
) -> None:
    deeds: list[Callable[[], object]] = [
        lambda: make_plan(cast.otto, date.event.shop, name="Mine", drawing=hall(1, 1)),
        lambda: save_plan(cast.otto, plan, drawing=hall(1, 1), number=1),
        lambda: remove_plan(cast.otto, plan),
        lambda: attach_plan(cast.otto, date, version=newest_version(plan)),
        lambda: set_seats(cast.otto, date, seats=[0], access="o", stamp=0),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()


def test_a_plan_in_use_stays_and_another_goes(cast: Cast, plan: Plan, seating: Seating) -> None:
    with pytest.raises(Refused):
        remove_plan(cast.olive, plan)
    seating.delete()
    remove_plan(cast.olive, plan)
    assert not Plan.objects.exists()
    assert FactRow.objects.filter(kind=PlanRemoved.kind()).count() == 1


def test_new_seats_are_in_no_zone_and_categories_suggest_one_by_name(cast: Cast, date: Performance) -> None:
    gold = make_zone(cast.olive, date, name="gold", is_numbered=True)
    plan = make_plan(cast.olive, date.event.shop, name="Opera", drawing=opera())
    seating = attach_plan(cast.olive, date, version=newest_version(plan))
    assert seating.zones.count(gold.code) == 26 * 40
    assert seating.zones.count(".") == 2000 + 0 - seating.zones.count(gold.code)
    assert set(seating.access) == {"."}
    assert FactRow.objects.filter(kind=PlanAttached.kind()).count() == 1


def test_seats_go_into_a_zone_and_are_kept_for_resellers_or_organizers(
    cast: Cast, date: Performance, seating: Seating
) -> None:
    code = date.zones.get().code
    set_seats(cast.olive, date, seats=[0, 1, 2], zone=code, stamp=0)
    now = set_seats(cast.olive, date, seats=[1], access="r", stamp=1)
    now = set_seats(cast.olive, date, seats=[2], access="o", stamp=now.stamp)
    assert (now.zones[:4], now.access[:4], now.stamp) == (code * 3 + ".", ".ro.", 3)
    assert FactRow.objects.filter(kind=SeatsChanged.kind()).count() == 3


def test_a_change_is_taken_back_with_a_letter_for_each_seat(cast: Cast, date: Performance, seating: Seating) -> None:
    code = date.zones.get().code
    set_seats(cast.olive, date, seats=[3], zone=code, stamp=0)
    set_seats(cast.olive, date, seats=[2, 3, 4], zone=".", stamp=1)
    back = set_seats(cast.olive, date, seats=[2, 3, 4], zone=f".{code}.", stamp=2)
    assert back.zones[2:5] == f".{code}."


def test_the_second_of_two_people_is_told_and_overrules_nobody(cast: Cast, date: Performance, seating: Seating) -> None:
    set_seats(cast.olive, date, seats=[0], access="o", stamp=0)
    with pytest.raises(Conflict):
        set_seats(cast.adam, date, seats=[0], access="r", stamp=0)
    assert Seating.objects.get().access[0] == "o"


@pytest.mark.parametrize(
    "asked",
    [
        {"seats": [20], "access": "o"},
        {"seats": [-1], "access": "o"},
        {"seats": [True], "access": "o"},
        {"seats": [0, 0], "access": "o"},
        {"seats": ["0"], "access": "o"},
        {"seats": list(range(10_000)), "access": "o"},
        {"seats": [0], "access": "x"},
        {"seats": [0, 1], "access": "oro"},
        {"seats": [0], "zone": "z"},
        {"seats": [0], "zone": ""},
    ],
)
def test_seats_and_letters_of_nowhere_change_nothing(
    cast: Cast, date: Performance, seating: Seating, asked: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        set_seats(cast.olive, date, stamp=0, **asked)
    assert Seating.objects.get().stamp == 0


def test_a_zone_without_numbered_seats_takes_none(cast: Cast, date: Performance, seating: Seating) -> None:
    free = make_zone(cast.olive, date, name="Standing", is_numbered=False)
    with pytest.raises(Invalid):
        set_seats(cast.olive, date, seats=[0], zone=free.code, stamp=0)


def test_another_version_keeps_zones_by_seat_and_is_refused_without_a_sold_seat(
    cast: Cast, date: Performance, plan: Plan, seating: Seating
) -> None:
    code = date.zones.get().code
    set_seats(cast.olive, date, seats=[19], zone=code, stamp=0)
    sell(date, "D-5")
    smaller = save_plan(cast.olive, plan, drawing=hall(3, 5), number=1)
    with pytest.raises(Refused) as refusal:
        attach_plan(cast.olive, date, version=smaller)
    assert refusal.value.facts["seats"] == ["D-5"]
    assert "D-5" in str(refusal.value.sentence)
    wider = save_plan(cast.olive, plan, drawing=hall(4, 6), number=2)
    carried = attach_plan(cast.olive, date, version=wider)
    assert (carried.zones.count(code), carried.zones[22]) == (1, code)
    assert carried.stamp == 2


def test_a_hold_that_ran_out_keeps_no_plan_away(cast: Cast, date: Performance, plan: Plan, seating: Seating) -> None:
    shop = date.event.shop
    cart = Cart.objects.create(
        organization_id=shop.organization_id,
        instance_id=shop.instance_id,
        shop=shop,
        digest="1" * 64,
        channel="online",
        language="en",
        expires_at=clock.now(),
        created_at=clock.now(),
    )
    sell(date, "D-5", state="held", order=None, cart=cart, hold_until=clock.now())
    smaller = save_plan(cast.olive, plan, drawing=hall(3, 5), number=1)
    assert attach_plan(cast.olive, date, version=smaller).version_id == smaller.id
    assert not Ticket.objects.exists()


def test_a_plan_of_another_shop_is_absent(cast: Cast, date: Performance) -> None:
    other = make_plan(cast.olive, a_shop(cast, name="Other season"), name="Elsewhere", drawing=hall(1, 1))
    with pytest.raises(NotFound):
        attach_plan(cast.olive, date, version=newest_version(other))


def test_the_editor_reads_states_and_a_card_masks_the_customer_from_a_seller(
    cast: Cast, date: Performance, seating: Seating
) -> None:
    sell(date, "A-2")
    assert seats_of_date(seating).states[:3] == ".s."
    card = card_of(cast.olive, seating, 1)
    assert card is not None
    assert card.order is not None
    assert (card.order.number, card.shows_customer) == ("T-26-0001", True)
    assert card_of(cast.olive, seating, 0) is None
    with pytest.raises(NotFound):
        card_of(cast.olive, seating, 20)


def test_a_buyer_reads_letters_and_never_why(cast: Cast, date: Performance, seating: Seating) -> None:
    code = date.zones.get().code
    set_seats(cast.olive, date, seats=[0, 1, 2, 3], zone=code, stamp=0)
    set_seats(cast.olive, date, seats=[1], access="o", stamp=1)
    sell(date, "A-3")
    shop = date.event.shop
    answer = Client().get(reverse("shop-hall-seats", args=[shop.slug, date.id]))
    assert answer.json() == {"seats": f"{code}..{code}" + "." * 16}
    assert Client().get(reverse("shop-hall-map", args=[shop.slug, date.id])).status_code == 200
    shop.is_open = False
    shop.save()
    assert Client().get(reverse("shop-hall-seats", args=[shop.slug, date.id])).status_code == 404
