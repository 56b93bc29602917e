# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates that are added and copied: series with exceptions, over changes of the clocks, and events made once more."""

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Invalid
from mazot.products.tickets.actions.events import duplicate_event, set_event
from mazot.products.tickets.actions.performances import add_performances, set_performance
from mazot.products.tickets.actions.pricing import make_price, set_price
from mazot.products.tickets.models import Event, Performance, Price, Seating
from mazot.products.tickets.rules.recurrence import moments, moved, rule_of, shifted
from mazot.products.tickets.tests.furnishing import an_open_shop, dates_of
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ZURICH = ZoneInfo("Europe/Zurich")
START = datetime(2027, 3, 13, 20, 0, tzinfo=ZURICH)  # two weeks later the clocks change
SERIES = {"first": "2027-03-13", "hours": "15:00, 20:00", "every": "weekly", "days": ["5"], "until": "2027-04-10"}


@pytest.fixture(autouse=True)
def _december() -> Any:
    CLOCK.freeze(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    yield
    CLOCK.reset()


def on_the_wall(dates: list[Performance]) -> list[str]:
    return [one.starts_at.astimezone(ZURICH).strftime("%d.%m %H:%M") for one in dates]


def test_an_hour_that_does_not_exist_is_the_one_after_and_one_that_is_twice_is_the_first() -> None:
    (spring,) = moments("FREQ=DAILY;COUNT=1", date(2027, 3, 28), (time(2, 30),), ZURICH)
    assert spring.astimezone(ZURICH).strftime("%H:%M") == "03:30"
    (autumn,) = moments("FREQ=DAILY;COUNT=1", date(2027, 10, 31), (time(2, 30),), ZURICH)
    assert autumn == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_month_without_a_31st_has_no_date() -> None:
    found = moments(rule_of(every="monthly", until=date(2027, 6, 30)), date(2027, 1, 31), (time(20),), ZURICH)
    assert [one.astimezone(ZURICH).month for one in found] == [1, 3, 5]


def test_what_is_told_from_a_start_keeps_its_hour_over_a_change_of_the_clocks() -> None:
    doors = START - timedelta(hours=1)
    evening_before = START - timedelta(hours=26)
    after = datetime(2027, 3, 28, 20, 0, tzinfo=ZURICH)
    assert moved(doors, START, after, ZURICH).astimezone(ZURICH).hour == 19
    assert moved(evening_before, START, after, ZURICH).astimezone(ZURICH) == datetime(2027, 3, 27, 18, tzinfo=ZURICH)
    assert [one.astimezone(ZURICH).hour for one in shifted([START, after], date(2027, 10, 24), ZURICH)] == [20, 20]


def test_unticked_dates_of_a_series_are_left_out(cast: Cast, signed_in: Any) -> None:
    _shop, price = an_open_shop(cast, starts=START - timedelta(days=30))
    event, browser = price.zone.performance.event, signed_in(cast.olive)
    address = reverse("tickets:dates-new", args=[event.id])
    page = browser.post(address, SERIES | {"go": "show"}).content.decode()
    assert page.count('name="keep"') == 10
    shown = [f"2027-{day}T{hour}:00" for day in ("03-13", "03-20", "03-27", "04-03", "04-10") for hour in (15, 20)]
    assert f'name="shown" value="{" ".join(shown)}"' in page
    kept = [one for one in shown if not one.startswith("2027-03-27") and one != "2027-04-03T15:00"]
    ticked = SERIES | {"shown": " ".join(shown), "keep": kept}
    page = browser.post(address, ticked | {"go": "show"}).content.decode()
    assert "7 dates" in page
    assert browser.post(address, ticked | {"go": "add"}).status_code == HTTPStatus.FOUND
    assert on_the_wall(dates_of(event))[1:] == [
        "13.03 15:00",
        "13.03 20:00",
        "20.03 15:00",
        "20.03 20:00",
        "03.04 20:00",
        "10.04 15:00",
        "10.04 20:00",
    ]


def test_a_date_that_was_left_out_stays_so_when_the_series_grows(cast: Cast, signed_in: Any) -> None:
    _shop, price = an_open_shop(cast, starts=START - timedelta(days=30))
    event, browser = price.zone.performance.event, signed_in(cast.olive)
    address = reverse("tickets:dates-new", args=[event.id])
    shorter = SERIES | {"hours": "20:00", "until": "2027-03-20", "shown": "2027-03-13T20:00 2027-03-20T20:00"}
    grown = shorter | {"keep": ["2027-03-20T20:00"], "until": "2027-04-03", "go": "add"}
    browser.post(address, grown)
    assert on_the_wall(dates_of(event))[1:] == ["20.03 20:00", "27.03 20:00", "03.04 20:00"]


def test_the_steps_of_a_new_event_carry_what_was_left_out(cast: Cast, signed_in: Any) -> None:
    shop, _price = an_open_shop(cast)
    browser, address = signed_in(cast.olive), reverse("tickets:event-new", args=[shop.id])
    said = SERIES | {"title": "Mass", "hours": "20:00", "until": "2027-03-27", "at": "dates", "go": "prices"}
    said |= {"shown": "2027-03-13T20:00 2027-03-20T20:00 2027-03-27T20:00", "keep": ["2027-03-13T20:00"]}
    page = browser.post(address, said).content.decode()
    assert 'name="skip" value="2027-03-20T20:00 2027-03-27T20:00"' in page
    made = {name: value for name, value in said.items() if name not in ("shown", "keep")}
    browser.post(address, made | {"skip": "2027-03-20T20:00 2027-03-27T20:00", "at": "recap", "go": "make"})
    assert on_the_wall(dates_of(Event.objects.get(title="Mass"))) == ["13.03 20:00"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shown": "2027-03-13T20:00", "keep": []}, "No date is ticked."),
        ({"first": "0001-01-01"}, "more than twenty years away"),
        ({"until": "9999-12-31"}, "more than twenty years away"),
        ({"first": "soon"}, "This needs a day."),
        ({"until": "2027-03-01"}, "before the first one"),
        ({"hours": "25:00"}, "is no time"),
        ({"interval": "0"}, "from 1 to 99"),
        ({"every": "daily", "until": "2028-12-31"}, "more than 366 dates"),
    ],
)
def test_a_series_that_cannot_be_names_why_and_adds_nothing(
    cast: Cast, signed_in: Any, change: dict[str, Any], said: str
) -> None:
    _shop, price = an_open_shop(cast)
    event = price.zone.performance.event
    typed = SERIES | {"hours": "20:00", "until": "2027-03-13", "go": "add"} | change
    answer = signed_in(cast.olive).post(reverse("tickets:dates-new", args=[event.id]), typed)
    assert (answer.status_code, said in answer.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert len(dates_of(event)) == 1


def test_new_dates_open_their_doors_and_end_their_sale_as_the_first_one_does(cast: Cast) -> None:
    _shop, price = an_open_shop(cast, starts=START)
    date = price.zone.performance
    begins = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    set_performance(
        cast.olive,
        date,
        ends_at=START + timedelta(hours=2),
        doors_at=START - timedelta(hours=1),
        online_from=begins,
        online_until=START - timedelta(hours=2),
        admin_until=START + timedelta(hours=1),
        capacity=70,
    )
    later, before_it_sells = START + timedelta(days=28), datetime(2027, 1, 3, 20, tzinfo=ZURICH)
    early, late = add_performances(cast.olive, date.event, starts=[later, before_it_sells])
    late.refresh_from_db()
    local = [moment.astimezone(ZURICH).hour for moment in (late.doors_at, late.starts_at, late.ends_at)]
    assert local == [19, 20, 22]
    assert (late.online_until.astimezone(ZURICH).hour, late.admin_until.astimezone(ZURICH).hour) == (18, 21)
    assert (late.online_from, late.reseller_until, late.capacity) == (begins, None, 70)
    assert early.online_from is None, "a sale begins before it ends"


def test_an_event_is_made_once_more_with_each_of_its_dates(cast: Cast, signed_in: Any) -> None:
    _shop, price = an_open_shop(cast, starts=START)
    event = price.zone.performance.event
    add_performances(cast.olive, event, starts=[START + timedelta(days=14), START + timedelta(days=15, hours=-5)])
    dates = dates_of(event)
    set_price(cast.olive, dates[1], price=Price.objects.get(zone__performance=dates[1]), amount=9900)
    set_performance(cast.olive, dates[2], capacity=12)
    set_event(cast.olive, event, display="month", shows_left=True)
    browser, address = signed_in(cast.olive), reverse("tickets:event-duplicate", args=[event.id])
    assert "The same 3 dates" in browser.get(address).content.decode()
    said = {"title": "Again", "dates": "moved", "first": "2027-10-16", "online": "full", "admin": "visible"}
    shown = browser.post(address, said | {"go": "show"}).content.decode()
    assert "Sat 30 Oct 2027, 20:00" in shown
    assert Event.objects.count() == 1
    answer = browser.post(address, said | {"go": "make"})
    copy = Event.objects.get(title="Again")
    assert answer["Location"] == reverse("tickets:event", args=[copy.id])
    assert on_the_wall(dates_of(copy)) == ["16.10 20:00", "30.10 20:00", "31.10 15:00"]
    assert [Price.objects.get(zone__performance=one).amount for one in dates_of(copy)] == [2800, 9900, 2800]
    assert [one.capacity for one in dates_of(copy)] == [None, None, 12]
    assert (copy.online, copy.display, copy.shows_left) == ("full", "month", True)


def test_an_event_is_made_once_more_with_a_series_of_other_dates(cast: Cast, signed_in: Any) -> None:
    _shop, price = an_open_shop(cast, starts=START)
    event, browser = price.zone.performance.event, signed_in(cast.olive)
    address = reverse("tickets:event-duplicate", args=[event.id])
    assert 'value="2027-03-13"' in browser.get(address).content.decode()
    browser.post(address, SERIES | {"title": "Series", "dates": "new", "go": "make"})
    copy = Event.objects.get(title="Series")
    assert (len(dates_of(copy)), copy.online, copy.recurrence[:11]) == (10, "hidden", "FREQ=WEEKLY")
    assert Price.objects.filter(zone__performance__event=copy, amount=2800).count() == 10
    refused = browser.post(address, SERIES | {"title": "", "dates": "new", "go": "make"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for first in ("0001-01-01", "9999-12-31"):
        answer = browser.post(address, {"title": "x", "dates": "moved", "first": first, "go": "make"})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Event.objects.count() == 2


def test_four_hundred_dates_with_seats_are_copied_in_few_questions(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    _shop, price, _ids = a_hall(cast)
    event = price.zone.performance.event
    make_price(cast.olive, price.zone.performance, zone=price.zone, name="Child", amount=1000)
    starts = [START + timedelta(days=day, hours=hour) for day in range(40) for hour in range(-5, 0)]
    for part in (starts, [one + timedelta(days=60) for one in starts]):
        add_performances(cast.olive, event, starts=part)
    with django_assert_max_num_queries(60):
        copy = duplicate_event(cast.olive, event, title="Again", first=date(2028, 1, 1))
    assert copy.performances.count() == Seating.objects.filter(performance__event=copy).count() == 401
    assert Price.objects.filter(zone__performance__event=copy).count() == 802
    with pytest.raises(Invalid):
        duplicate_event(cast.olive, event, title="Too far", first=date(2060, 1, 1))
    assert Event.objects.count() == 2
