# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mazot.exchange.facts.tickets.programme import (
    CodesMade,
    EventChanged,
    EventMade,
    EventRemoved,
    PerformanceCancelled,
    PerformanceRemoved,
    PerformancesAdded,
    PerformancesChanged,
    PricingChanged,
    ShopChanged,
    ShopClosed,
    ShopPublished,
    TrialModeChanged,
    TrialOrdersPurged,
)
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.tickets.actions.events import duplicate_event, make_event, remove_event, set_event
from mazot.products.tickets.actions.forms import make_form, remove_form, set_form
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer, set_offer
from mazot.products.tickets.actions.performances import (
    add_performances,
    cancel_performance,
    remove_performance,
    set_performance,
    set_performances,
)
from mazot.products.tickets.actions.pricing import (
    copy_pricing,
    make_price,
    make_zone,
    remove_price,
    set_price,
    set_zone,
)
from mazot.products.tickets.actions.shops import begin_test, close_shop, end_test, purge_test_orders, set_shop
from mazot.products.tickets.models import Order, Question, Ticket
from mazot.products.tickets.queries.checklist import checklist_of, hard_failures, prices_on_sale
from mazot.products.tickets.queries.methods import keys_of
from mazot.products.tickets.rules.accounts import iban_of
from mazot.products.tickets.rules.currencies import amount_typed, typed_amount
from mazot.products.tickets.rules.recurrence import MOST, moments, rule_of
from mazot.products.tickets.tests.furnishing import a_concert, a_shop, an_open_shop, dates_of

ZURICH = ZoneInfo("Europe/Zurich")


def told(fact):
    return [row.details for row in FactRow.objects.filter(kind=fact.kind()).order_by("at", "id")]


def sold(price, *, state=Ticket.State.VALID, **what):
    """One ticket of this price, as the database keeps it."""
    performance = price.zone.performance
    return Ticket.objects.create(
        organization_id=performance.organization_id,
        instance_id=performance.instance_id,
        performance=performance,
        zone=price.zone,
        price=price,
        state=state,
        list_amount=price.amount,
        amount=price.amount,
        vat_permille=0,
        code=f"{Ticket.objects.count():032}",
        **what,
    )


@pytest.mark.parametrize("layer", range(16))
def test_one_hidden_layer_of_four_hides_a_price(cast, olive, layer):
    shop, price = an_open_shop(cast)
    event_on, date_on, zone_on, price_on = (bool(layer & 1 << bit) for bit in range(4))
    performance = price.zone.performance
    set_event(olive, performance.event, online="visible" if event_on else "hidden")
    set_performance(olive, performance, online="visible" if date_on else "full")
    set_zone(olive, performance, zone=price.zone, is_visible=zone_on)
    set_price(olive, performance, price=price, is_visible=price_on)
    assert prices_on_sale(shop).exists() == (layer == 15)


def test_every_deed_of_the_programme_is_told(cast, olive):
    shop, price = an_open_shop(cast, real=False)
    event = price.zone.performance.event
    (added,) = add_performances(olive, event, starts=[clock.now() + timedelta(days=40)])
    set_event(olive, event, subtitle="Op. 48")
    set_performances(olive, event, performances=dates_of(event), online="full")
    cancel_performance(olive, added, state="postponed")
    remove_performance(olive, added)
    offer = make_offer(olive, shop, name="Friends", kind="percent", value=100)
    make_codes(olive, offer, count=3)
    close_shop(olive, end_test(olive, shop))
    other = make_event(olive, shop, title="Gala", starts=[clock.now() + timedelta(days=5)])
    remove_event(olive, other)
    assert [fact["title"] for fact in told(EventMade)] == ["Requiem", "Gala"]
    assert [fact["what"] for fact in told(EventChanged)] == [["subtitle"]]
    assert [fact["n_dates"] for fact in told(PerformancesAdded)] == [1]
    assert [(fact["n_dates"], fact["what"]) for fact in told(PerformancesChanged)] == [(2, ["online"])]
    assert [fact["state"] for fact in told(PerformanceCancelled)] == ["postponed"]
    assert [fact["n_codes"] for fact in told(CodesMade)] == [3]
    assert [fact["title"] for fact in told(EventRemoved)] == ["Gala"]
    assert len(told(PerformanceRemoved)) == len(told(ShopPublished)) == len(told(ShopClosed)) == 1
    assert [fact["is_test"] for fact in told(TrialModeChanged)] == [False]
    assert told(PricingChanged)
    assert told(ShopChanged)


def test_test_mode_does_not_come_back_after_the_first_real_order(cast, olive):
    shop, _price = an_open_shop(cast)
    assert begin_test(olive, shop).is_test
    shop = end_test(olive, shop)
    shop.first_order_at = clock.now()
    shop.save(update_fields=["first_order_at"])
    with pytest.raises(Refused) as refusal:
        begin_test(olive, shop)
    assert refusal.value.reason == "real_orders"


def test_purging_takes_the_test_orders_and_leaves_the_real_ones(cast, olive):
    shop, price = an_open_shop(cast)
    common = {"organization_id": shop.organization_id, "instance_id": shop.instance_id, "shop": shop}
    for number, is_test in enumerate((True, True, False)):
        order = Order.objects.create(
            **common,
            number=f"T-{number}",
            cart_id=price.id.__class__(int=number),
            state="paid",
            channel="online",
            is_test=is_test,
            language="en",
            currency="CHF",
            total=2800,
            digest=f"{number}",
            created_at=clock.now(),
        )
        sold(price, order=order)
    assert purge_test_orders(olive, shop) == 2
    assert [order.number for order in Order.objects.all()] == ["T-2"]
    assert Ticket.objects.count() == 1
    assert [fact["n_orders"] for fact in told(TrialOrdersPurged)] == [2]
    assert purge_test_orders(olive, shop) == 0


def test_numbered_seats_stay_while_a_place_is_sold_and_forgotten_carts_do_not_count(cast, olive, clock):
    _shop, price = an_open_shop(cast)
    performance, zone = price.zone.performance, price.zone
    ticket = sold(price, state=Ticket.State.HELD, hold_until=clock.now() + timedelta(minutes=15))
    with pytest.raises(Refused) as refusal:
        set_zone(olive, performance, zone=zone, is_numbered=True)
    assert "1 places" in str(refusal.value.sentence)
    clock.advance(timedelta(minutes=15))
    assert set_zone(olive, performance, zone=zone, is_numbered=True).is_numbered
    assert not Ticket.objects.filter(id=ticket.id).exists()


def test_what_was_ordered_keeps_its_price_date_and_event(cast, olive):
    _shop, price = an_open_shop(cast)
    performance = price.zone.performance
    (other,) = add_performances(olive, performance.event, starts=[clock.now() + timedelta(days=9)])
    sold(price)
    for deed in (
        lambda: remove_price(olive, performance, price=price),
        lambda: remove_performance(olive, performance),
        lambda: remove_event(olive, performance.event),
        lambda: copy_pricing(olive, other, to=[performance]),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert refusal.value.reason == "sold"
    assert copy_pricing(olive, performance, to=[other]) == 1
    assert set_price(olive, performance, price=price, amount=9900).amount == 9900
    assert Ticket.objects.get().amount == 2800


def test_new_dates_and_duplicates_have_the_zones_and_prices_of_the_first(cast, olive):
    _shop, price = an_open_shop(cast, is_numbered=True)
    event = price.zone.performance.event
    (added,) = add_performances(olive, event, starts=[clock.now() + timedelta(days=40)])
    copy = duplicate_event(olive, event, title="Requiem again", starts=[clock.now() + timedelta(days=90)])
    for performance in (added, copy.performances.get()):
        zone = performance.zones.get()
        assert (zone.name, zone.is_numbered, zone.prices.get().amount) == ("Hall", True, 2800)
    assert (copy.online, copy.slug) == ("hidden", "requiem-again")


def test_an_edited_date_leaves_its_series(cast, olive):
    shop = a_shop(cast)
    start = clock.now() + timedelta(days=10)
    event = make_event(olive, shop, title="Tale", starts=[start, start + timedelta(days=7)], recurrence="FREQ=WEEKLY")
    first, second = dates_of(event)
    assert set_performance(olive, first, capacity=50).detached
    assert not set_performance(olive, second).detached


def test_sale_ends_of_several_dates_are_counted_from_each_start(cast, olive):
    _shop, price = an_open_shop(cast)
    event = price.zone.performance.event
    add_performances(olive, event, starts=[clock.now() + timedelta(days=40)])
    set_performances(olive, event, performances=dates_of(event), ends={"online": -120, "reseller": 30})
    for performance in dates_of(event):
        assert performance.online_until == performance.starts_at - timedelta(hours=2)
        assert performance.reseller_until == performance.starts_at + timedelta(minutes=30)


def test_a_series_keeps_its_hour_over_the_change_of_the_clocks():
    found = moments("FREQ=WEEKLY;COUNT=2", date(2026, 10, 23), (time(20),), ZURICH)
    assert found == [datetime(2026, 10, 23, 18, tzinfo=UTC), datetime(2026, 10, 30, 19, tzinfo=UTC)]


def test_a_rule_of_days_and_weeks_has_the_dates_it_says():
    rule = rule_of(every="weekly", days=(4, 5), interval=2, until=date(2027, 1, 16))
    found = moments(rule, date(2027, 1, 1), (time(15), time(20)), ZURICH)
    assert [one.astimezone(ZURICH).strftime("%d %H") for one in found] == [
        f"{day:02} {hour}" for day in (1, 2, 15, 16) for hour in (15, 20)
    ]
    assert len(moments("FREQ=DAILY", date(2027, 1, 1), (time(20),), ZURICH)) == MOST + 1


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"currency": "FRANCS"}, "currency"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"iban": "CH93 0076 2011 6238 5295 8"}, "iban"),
        ({"origins": ["http://example.org"]}, "origins"),
        ({"hold_minutes": 4}, "hold_minutes"),
        ({"slug": "Ma Saison"}, "slug"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"is_open": True}, "is_open"),
        ({"name": "A\u202eB"}, "name"),
    ],
)
def test_a_shop_refuses_what_does_not_fit(cast, olive, what, field):
    shop = a_shop(cast)
    with pytest.raises(Invalid) as refusal:
        set_shop(olive, shop, **what)
    assert refusal.value.facts["field"] == field


def test_dates_refuse_what_cannot_be(cast, olive):
    _shop, price = an_open_shop(cast)
    performance = price.zone.performance
    event = performance.event
    start = performance.starts_at
    for starts in ([], [start], [start + timedelta(days=n + 1) for n in range(MOST + 1)], [start.replace(year=9000)]):
        with pytest.raises(Invalid):
            add_performances(olive, event, starts=starts)
    for what in (
        {"ends_at": start},
        {"doors_at": start + timedelta(minutes=1)},
        {"online_from": start},
        {"starts_at": None},
        {"starts_at": datetime(2027, 1, 1)},  # noqa: DTZ001 - without a zone is the point
    ):
        with pytest.raises(Invalid):
            set_performance(olive, performance, **what)
    assert event.performances.count() == 1
    with pytest.raises(Refused):
        remove_performance(olive, performance)


def test_prices_refuse_what_cannot_be(cast, olive):
    shop, price = an_open_shop(cast)
    performance, zone = price.zone.performance, price.zone
    form = make_form(olive, shop, name="Once", scope="order")
    for what in ({"amount": -1}, {"amount": True}, {"min_per_order": 5, "max_per_order": 4}, {"form": form}):
        with pytest.raises(Invalid):
            set_price(olive, performance, price=price, **what)
    with pytest.raises(Invalid):
        make_price(olive, performance, zone=zone, name=" ", amount=1)
    with pytest.raises(Invalid):
        make_zone(olive, performance, name="Balcony", tint=9)


def test_an_offer_gives_something_and_its_codes_are_never_alike(cast, olive):
    shop, _price = an_open_shop(cast)
    for value in (0, 1001):
        with pytest.raises(Invalid):
            make_offer(olive, shop, name="x", kind="percent", value=value)
    offer = make_offer(olive, shop, name="Friends", kind="percent", value=100)
    assert len({code.code for code in make_codes(olive, offer, count=500, prefix="Amis", max_orders=1)}) == 500
    assert make_codes(olive, offer, code=" NoËL-26 ")[0].code == "noël-26"
    with pytest.raises(Conflict):
        make_codes(olive, offer, code="NOËL-26")
    with pytest.raises(Invalid):
        make_codes(olive, offer, code="<b>")
    with pytest.raises(Invalid):
        make_codes(olive, offer, count=10_000)
    assert not set_offer(olive, offer, is_on=False).is_on


def test_questions_keep_their_place_and_are_hidden_once_there_are_answers(cast, olive):
    shop, price = an_open_shop(cast)
    form = make_form(olive, shop, name="Welcome", scope="order", questions=[{"kind": "text", "label": "Street"}])
    question = form.questions.get()
    asked = [
        {"kind": "choice", "label": "Heard", "options": ["Friends", "Press"]},
        {"id": str(question.id), "kind": "text", "label": "Street", "state": "required"},
    ]
    set_form(olive, form, questions=asked)
    assert [one.label for one in form.questions.order_by("position")] == ["Heard", "Street"]
    with pytest.raises(Invalid):
        set_form(olive, form, questions=[{"kind": "choice", "label": "Heard", "options": ["One"]}])
    with pytest.raises(NotFound):
        set_form(olive, form, questions=[{"id": str(price.id), "kind": "text", "label": "x"}])
    set_form(olive, form, questions=[asked[1]])
    assert Question.objects.count() == 1
    set_event(olive, price.zone.performance.event, form=form)
    with pytest.raises(Refused):
        remove_form(olive, form)


def test_the_keys_of_a_provider_are_kept_sealed(cast, olive):
    shop = a_shop(cast)
    method = shop.methods.get(provider="stripe")
    with pytest.raises(Refused):
        set_method(olive, shop, method=method, is_on=True)
    keys = {"secret_key": "sk_test_12345678", "webhook_secret": "whsec_12345678"}
    kept = set_method(olive, shop, method=method, keys=keys, is_on=True)
    assert "sk_test" not in kept.settings
    assert keys_of(kept) == keys


def test_an_invoice_is_offered_once_there_is_an_account(cast, olive):
    shop = a_shop(cast, iban="")
    with pytest.raises(Refused) as refusal:
        set_method(olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    assert refusal.value.reason == "no_account"


def test_the_list_of_what_is_missing_follows_the_shop(cast, olive):
    shop = a_shop(cast, contact_email="")
    assert [check.key for check in hard_failures(shop)] == ["event", "visible", "price", "email"]
    a_concert(cast, shop, is_numbered=True)
    shop = set_shop(olive, shop, contact_email="a@b.example")
    assert hard_failures(shop) == []
    soft = {check.key: check.passes for check in checklist_of(shop) if not check.is_hard}
    assert (soft["seats"], soft["zones"], soft["test"], soft["terms"]) == (False, True, False, False)


def test_only_the_test_card_is_no_way_to_pay_for_real(cast, olive):
    shop, _price = an_open_shop(cast, real=False)
    for method in shop.methods.all():
        set_method(olive, shop, method=method, is_on=method.provider == "test")
    assert hard_failures(shop) == []
    assert [check.key for check in hard_failures(end_test(olive, shop))] == ["method"]


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("28.5", "CHF", 2850),
        ("1'250,00", "CHF", 125_000),
        ("1200", "JPY", 1200),
        ("1.5", "JPY", None),
        ("0.125", "KWD", 125),
        ("28.505", "CHF", None),
        ("-1", "CHF", None),
        ("1e3", "CHF", None),
        ("999999999999", "CHF", None),
    ],
)
def test_amounts_are_read_to_the_smallest_unit_or_not_at_all(text, currency, amount):
    assert amount_typed(text, currency) == amount
    if amount is not None:
        assert amount_typed(typed_amount(amount, currency), currency) == amount


def test_an_iban_with_a_wrong_digit_is_none():
    assert iban_of("ch93 0076 2011 6238 5295 7") == "CH9300762011623852957"
    assert iban_of("CH9300762011623852958") == ""
    assert iban_of("CH93") == ""
