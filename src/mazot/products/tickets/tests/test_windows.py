# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a price sells: three layers, three ends of sale, to the second and over a change of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from mazot.products.tickets.rules.windows import Layers, Window, end_of_sale, narrowed, state_of

AT = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
OPEN = Window(None, AT + timedelta(hours=1))


@pytest.mark.parametrize(("shop", "event", "zone", "price"), list(product((True, False), repeat=4)))
def test_of_sixteen_ways_to_hide_only_one_sells(shop: bool, event: bool, zone: bool, price: bool) -> None:
    layers = Layers(shop, "visible" if event else "hidden", "visible", zone, price)
    assert state_of(layers, OPEN, AT) == ("open" if shop and event and zone and price else "hidden")


def test_full_is_shown_and_refused() -> None:
    assert state_of(Layers(True, "full", "visible", True, True), OPEN, AT) == "full"
    assert state_of(Layers(True, "visible", "full", True, True), OPEN, AT) == "full"


def test_a_cancelled_date_does_not_sell() -> None:
    assert state_of(Layers(True, "visible", "visible", True, True, takes_place=False), OPEN, AT) == "cancelled"


def test_a_sale_ends_at_its_second() -> None:
    layers, second = Layers(True, "visible", "visible", True, True), timedelta(seconds=1)
    assert state_of(layers, Window(None, AT), AT - second) == "open"
    assert state_of(layers, Window(None, AT), AT) == "over"
    assert state_of(layers, Window(AT, AT + second), AT - second) == "before"
    assert state_of(layers, Window(AT, AT + second), AT) == "open"


def test_each_counter_has_its_own_end() -> None:
    assert end_of_sale("online", AT, None) == AT
    assert end_of_sale("reseller", AT, None) == end_of_sale("admin", AT, None) == AT + timedelta(hours=2)
    assert end_of_sale("admin", AT, AT - timedelta(days=1)) == AT - timedelta(days=1)


def test_a_price_narrows_the_window_and_never_widens_it() -> None:
    day = timedelta(days=1)
    assert narrowed(Window(AT, AT + day), AT - day, AT + 2 * day) == Window(AT, AT + day)
    assert narrowed(Window(None, AT + day), AT, AT + day / 2) == Window(AT, AT + day / 2)


def test_a_sale_that_ends_in_the_doubled_hour_ends_once() -> None:
    """In Zurich, 02:30 of 25 October 2026 happens twice; the end is a moment, the second of them an hour later."""
    zurich, layers = ZoneInfo("Europe/Zurich"), Layers(True, "visible", "visible", True, True)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zurich)
    second = first.replace(fold=1)
    window = Window(None, first.astimezone(UTC))
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert state_of(layers, window, first.astimezone(UTC) - timedelta(seconds=1)) == "open"
    assert state_of(layers, window, second.astimezone(UTC) - timedelta(seconds=1)) == "over"
