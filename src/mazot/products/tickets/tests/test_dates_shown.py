# SPDX-License-Identifier: AGPL-3.0-or-later
"""The many dates of an event or a shop, as a list, a month or a week: what is shown, what each date says, what it costs."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.events import set_event
from mazot.products.tickets.actions.performances import add_performances, cancel_performance, set_performance
from mazot.products.tickets.actions.pricing import set_price
from mazot.products.tickets.actions.seating import set_seats
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.models import Event, Performance, Price, Seating, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.dates_shown import A_PAGE, event_at
from mazot.products.tickets.queries.standings import standings_of
from mazot.products.tickets.rules.calendars import day_typed, span_of
from mazot.products.tickets.rules.limits import is_few
from mazot.products.tickets.tests.furnishing import an_open_shop, dates_of
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ZURICH = ZoneInfo("Europe/Zurich")
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _december() -> Any:
    CLOCK.freeze(NOW)
    yield
    CLOCK.reset()


def a_series(cast: Cast, *starts: datetime, **concert: Any) -> tuple[Shop, Event, list[Performance]]:
    """An open shop with one event on these dates, all with the prices of the first."""
    first, *others = sorted(starts)
    shop, price = an_open_shop(cast, starts=first, **concert)
    event = price.zone.performance.event
    if others:
        add_performances(cast.olive, event, starts=others)
    return shop, event, dates_of(event)


def evenings(n: int, *, every: int = 1) -> list[datetime]:
    return [datetime(2027, 1, 2, 20, 0, tzinfo=ZURICH) + timedelta(days=every * number) for number in range(n)]


def page(client: Client, shop: Shop, event: Event | None = None, said: str = "") -> str:
    path = reverse("shop-event", args=[shop.slug, event.slug]) if event else reverse("shop", args=[shop.slug])
    answer = client.get(path + said)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def words(shop: Shop, dates: list[Performance]) -> list[str]:
    found = [one for date in dates for one in Performance.objects.filter(id=date.id).select_related("event")]
    standings = standings_of(shop, found, CLOCK.now())
    return [standings[date.id].word for date in dates]


def held(shop: Shop, price: Price, count: int) -> None:
    open_cart(buyer_in(shop), shop, language="en", wants=[Want(price.id, count)], picks_best=True)


def test_weeks_begin_as_the_language_says_and_a_month_has_whole_ones() -> None:
    january = datetime(2027, 1, 16, tzinfo=UTC).date()
    monday, sunday = (span_of("month", january, first_weekday=day) for day in (0, 6))
    assert [monday.weeks[0][0].isoformat(), sunday.weeks[0][0].isoformat()] == ["2026-12-28", "2026-12-27"]
    assert (monday.first.isoformat(), monday.after.isoformat()) == ("2027-01-01", "2027-02-01")
    week = span_of("week", january, first_weekday=6)
    assert (week.first.isoformat(), week.after.isoformat()) == ("2027-01-10", "2027-01-17")


def test_the_day_on_which_clocks_change_is_one_day() -> None:
    march = span_of("month", datetime(2027, 3, 28, tzinfo=UTC).date(), first_weekday=0)
    begins, ends = march.moments(ZURICH)
    assert (begins, ends) == (datetime(2027, 2, 28, 23, tzinfo=UTC), datetime(2027, 3, 31, 22, tzinfo=UTC))


@pytest.mark.parametrize("text", ["", "2027-13-01", "soon", "0001-01-01", "9999-12-31", "2027-02-30", "٢٠٢٧-٠١-٠١"])
def test_what_is_no_day_is_no_day(text: str) -> None:
    assert day_typed(text) is None


def test_few_is_a_tenth_or_the_last_two() -> None:
    assert [is_few(left, 100 - left) for left in (0, 2, 10, 11)] == [False, True, True, False]
    assert [is_few(left, 8 - left) for left in (2, 3)] == [True, False]


def test_each_date_says_how_it_stands_and_never_why(cast: Cast, client: Client) -> None:
    shop, event, dates = a_series(cast, *evenings(8), quantity=20)
    prices = [Price.objects.get(zone__performance=date) for date in dates]
    held(shop, prices[1], 18)
    held(shop, prices[2], 20)
    set_performance(cast.olive, dates[3], online="full")
    set_performance(cast.olive, dates[4], online_from=datetime(2026, 12, 24, 9, 0, tzinfo=UTC))
    set_performance(cast.olive, dates[5], online_until=NOW - timedelta(hours=1))
    cancel_performance(cast.olive, dates[6])
    cancel_performance(cast.olive, dates[7], state="postponed")
    assert words(shop, dates) == ["open", "few", "full", "full", "before", "over", "cancelled", "postponed"]
    for said in ("?as=list", "?as=month", "?as=week&at=2027-01-04"):
        text = page(client, shop, event, said)
        assert "Sold out" in text
        assert "Shown as full" not in text
    for said in ("Few places left", "From 24 Dec", "Sale ended", "Cancelled", "Postponed"):
        assert said in page(client, shop, event, "?as=month")
    assert "On sale from 24 Dec, 10:00" in page(client, shop, event, "?as=list")


def test_a_date_is_sold_out_when_every_limit_above_a_price_is_reached(cast: Cast) -> None:
    shop, _event, dates = a_series(cast, *evenings(3), quantity=None, quota=4)
    prices = [Price.objects.get(zone__performance=date) for date in dates]
    held(shop, prices[0], 4)
    set_performance(cast.olive, dates[1], capacity=3)
    held(shop, prices[1], 3)
    assert words(shop, dates) == ["full", "full", "open"]
    CLOCK.advance(timedelta(minutes=20))
    assert words(shop, dates) == ["open", "open", "open"]


def test_a_secret_or_hidden_price_is_no_ticket_and_its_own_window_counts(cast: Cast) -> None:
    shop, _event, dates = a_series(cast, *evenings(3))
    prices = [Price.objects.get(zone__performance=date) for date in dates]
    set_price(cast.olive, dates[0], price=prices[0], is_secret=True)
    set_price(cast.olive, dates[1], price=prices[1], online=False)
    set_price(cast.olive, dates[2], price=prices[2], sale_from=NOW + timedelta(days=1))
    assert words(shop, dates) == ["none", "none", "before"]


def test_seats_that_the_counter_keeps_are_none_of_the_free_ones(cast: Cast) -> None:
    shop, price, _ids = a_hall(cast)
    date = price.zone.performance
    seating = Seating.objects.get(performance=date)
    n_seats = len(seating.zones)
    seating = set_seats(cast.olive, date, seats=range(n_seats - 3, n_seats), access="o", stamp=seating.stamp)
    n_online = seating.zones[:-3].count(price.zone.code)
    cart, _token = open_cart(buyer_in(shop), shop, language="en", wants=[Want(price.id, 1)], picks_best=True)
    assert words(shop, [date]) == ["open"]
    for _each in range(n_online - 2):
        hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)], picks_best=True)
    assert words(shop, [date]) == ["few"]
    hold_places(buyer_in(shop), cart, wants=[Want(price.id, 1)], picks_best=True)
    assert words(shop, [date]) == ["full"]


def test_an_empty_month_is_never_shown_and_turns_lead_to_months_with_dates(cast: Cast, client: Client) -> None:
    january, may = datetime(2027, 1, 15, 20, tzinfo=ZURICH), datetime(2027, 5, 31, 23, 30, tzinfo=ZURICH)
    shop, event, _dates = a_series(cast, january, may)
    first = page(client, shop, event, "?as=month")
    assert "January 2027" in first
    assert 'href="?as=month&amp;at=2027-05-01"' in first
    assert 'rel="prev"' not in first
    for asked in ("2027-02-10", "2027-05-31", "2031-01-01"):
        text = page(client, shop, event, f"?as=month&at={asked}")
        assert "May 2027" in text
        assert 'href="?as=month&amp;at=2027-01-01"' in text
        assert 'rel="next"' not in text
    for asked in ("nonsense", "0001-01-01", "9999-12-31", "1999-01-01"):
        assert "January 2027" in page(client, shop, event, f"?as=month&at={asked}")


def test_the_shop_tells_the_day_on_its_own_clock(cast: Cast, client: Client) -> None:
    """Half past midnight in Zurich is still the evening before in UTC."""
    shop, event, _dates = a_series(cast, *(datetime(2027, month, 1, 0, 30, tzinfo=ZURICH) for month in (2, 3)))
    text = page(client, shop, event, "?as=month")
    assert "February 2027" in text
    assert "Monday 1 February, 1 date" in text
    set_shop(cast.olive, shop, timezone="America/New_York")
    assert "Sunday 31 January, 1 date" in page(client, shop, event, "?as=month")


def test_weeks_begin_on_monday_in_french_and_on_sunday_in_english(cast: Cast, client: Client) -> None:
    shop, event, _dates = a_series(cast, *evenings(2))
    names = r'<abbr title="(\w+)">'
    assert re.findall(names, page(client, shop, event, "?as=month"))[0] == "Sunday"
    answer = client.get(
        reverse("shop-event", args=[shop.slug, event.slug]) + "?as=month", headers={"Accept-Language": "fr"}
    )
    assert re.findall(names, answer.content.decode())[0].lower() == "lundi"


def test_a_visitor_chooses_a_date_and_its_tickets_stand_below(cast: Cast, client: Client) -> None:
    shop, event, dates = a_series(cast, *evenings(40))
    price = Price.objects.get(zone__performance=dates[30])
    for said in ("", "&as=month", "&as=week", "&as=list"):
        text = page(client, shop, event, f"?date={dates[30].id}{said}")
        assert f'name="count-{price.id}"' in text
        assert text.count('aria-current="true"') >= 2  # the display, and the date


def test_tickets_of_the_first_date_that_sells_are_offered(cast: Cast, client: Client) -> None:
    shop, event, dates = a_series(cast, *evenings(3))
    cancel_performance(cast.olive, dates[0])
    price = Price.objects.get(zone__performance=dates[1])
    assert f'name="count-{price.id}"' in page(client, shop, event)
    price = Price.objects.get(zone__performance=dates[2])
    assert f'name="count-{price.id}"' in page(client, shop, event, "?as=month&day=2027-01-04")


def test_the_organizer_says_how_dates_are_shown_and_what_one_may_switch_to(cast: Cast, client: Client) -> None:
    shop, event, _dates = a_series(cast, *evenings(3))
    assert "wall-list" in page(client, shop, event)
    set_event(cast.olive, event, display="month", displays=["week"])
    assert "wall-month" in page(client, shop, event)
    assert "wall-week" in page(client, shop, event, "?as=week")
    assert "wall-month" in page(client, shop, event, "?as=list")
    set_event(cast.olive, event, displays=[])
    assert "segmented" not in page(client, shop, event)


def test_the_programme_is_a_month_where_the_organizer_wants_it(cast: Cast, client: Client) -> None:
    shop, event, dates = a_series(cast, *evenings(3))
    assert "bill__link" in page(client, shop)
    set_shop(cast.olive, shop, display="month")
    text = page(client, shop)
    assert f"{reverse('shop-event', args=[shop.slug, event.slug])}?date={dates[1].id}#offer" in text
    assert "wall-week" in page(client, shop, said="?as=week")
    set_event(cast.olive, event, online="hidden")
    assert "Nothing is on sale now" in page(client, shop)


def test_a_list_goes_on_on_further_pages(cast: Cast, client: Client) -> None:
    shop, event, dates = a_series(cast, *evenings(A_PAGE * 2 + 1))
    assert page(client, shop, event).count('class="wall-line"') == A_PAGE
    last = page(client, shop, event, "?page=3")
    assert last.count('class="wall-line"') == 1
    assert "page=2" in last
    assert str(dates[-1].id) in last
    for asked in ("0", "-1", "x", "99999", "²"):
        page(client, shop, event, f"?page={asked}")


def test_the_cart_comes_along_inside_another_site(cast: Cast, client: Client) -> None:
    shop, event, _dates = a_series(cast, *evenings(40))
    for display in ("list", "month", "week"):
        text = page(client, shop, event, f"?as={display}&cart=abc")
        section = text[text.index('class="wall"') : text.index("</section>")]
        links = re.findall(r'href="([^"]*)"', section)
        assert links
        assert all("cart=abc" in link for link in links)


@pytest.mark.parametrize("said", ["?as=list", "?as=month", "?as=week"])
def test_four_hundred_dates_cost_as_few_questions_as_forty(
    cast: Cast, client: Client, said: str, django_assert_max_num_queries: Any
) -> None:
    shop, event, _dates = a_series(cast, *evenings(40))
    page(client, shop, event, said)
    with django_assert_max_num_queries(22) as few:
        page(client, shop, event, said)
    starts = [date + timedelta(hours=-hour) for date in evenings(120) for hour in (2, 4, 6)]
    add_performances(cast.olive, event, starts=starts)
    with django_assert_max_num_queries(22) as many:
        page(client, shop, event, said)
    assert len(many) == len(few)
    with django_assert_max_num_queries(16):
        page(client, shop, said=said)


def test_one_date_asks_no_more_than_it_did(cast: Cast, client: Client, django_assert_max_num_queries: Any) -> None:
    shop, event, _dates = a_series(cast, *evenings(1))
    text = page(client, shop, event)
    assert 'class="wall"' not in text
    with django_assert_max_num_queries(8):
        page(client, shop, event)


def test_a_hidden_date_and_one_of_another_event_are_absent(cast: Cast, client: Client) -> None:
    shop, event, dates = a_series(cast, *evenings(3))
    set_performance(cast.olive, dates[1], online="hidden")
    address = reverse("shop-event", args=[shop.slug, event.slug])
    assert client.get(f"{address}?date={dates[1].id}").status_code == 404
    assert str(dates[1].id) not in page(client, shop, event, "?as=month")
    other = an_open_shop(cast, title="Other")[1].zone.performance
    assert client.get(f"{address}?date={other.id}").status_code == 404
    assert [one.id for one in event_at(shop, event.slug, NOW)[1]] == [dates[0].id, dates[2].id]
