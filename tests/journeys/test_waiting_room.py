# SPDX-License-Identifier: AGPL-3.0-or-later
"""The waiting room in real browsers: switched on in the office, waited in on a phone, and it goes on by itself."""

import re
from typing import Any

import pytest

from tests.browser import PHONE, House, expect, needs_browser, violations
from tests.journeys.shops import fills_in, opened, settled

pytestmark = needs_browser

EVENT = "event/pierre-et-le-loup"


def comes(house: House, address: str) -> Any:
    page = house.visitor(PHONE, has_touch=True)
    opened(page, address)
    return page


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_who_waits_comes_in_when_somebody_has_ordered(house: House) -> None:
    """Slow: three browsers and an order."""
    office, login = house.newcomer()
    made = house.served.change("a_season", login)
    opened(office, f"/tickets/{made['shop']}/settings")
    office.get_by_label("Buyers who choose at once").fill("1")
    office.get_by_role("button", name="Save").click()
    settled(office)
    address = f"/shop/{made['slug']}/{EVENT}"
    first, second = comes(house, address), comes(house, address)
    expect(second.get_by_role("heading", name="Many people are choosing now")).to_be_visible()
    expect(second.get_by_text("You are next.")).to_be_visible()
    assert violations(second) == []
    second.reload()
    expect(second.get_by_text("You are next.")).to_be_visible()
    first.get_by_role("button", name="One Adulte more").click()
    first.get_by_role("button", name=re.compile("^Continue")).click()
    settled(first)
    fills_in(first, "Invoice")
    expect(second.get_by_role("button", name="One Adulte more")).to_be_visible(timeout=60_000)
