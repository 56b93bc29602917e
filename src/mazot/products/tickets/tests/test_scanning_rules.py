# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a gate answers, by its list, the ticket and who went through before."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.products.tickets.rules.scanning import Passage, Shown, Terms, allowed, believed, folded, verdict

EIGHT = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
DATE, OTHER, STALLS, BALCONY = (UUID(int=number) for number in range(4))
MINUTE = timedelta(minutes=1)


def terms(mode="single", **what):
    return Terms(DATE, what.pop("zones", frozenset()), mode, what.pop("admits_unpaid", False), **what)


def shown(**what):
    return Shown(**{"performance_id": DATE, "zone_id": STALLS, "state": "valid", "is_trial": False} | what)


@pytest.mark.parametrize(
    ("rule", "ticket", "said"),
    [
        (terms(), None, "unknown"),
        (terms(), shown(), "ok"),
        (terms(), shown(state="used"), "ok"),
        (terms(), shown(is_trial=True), "test"),
        (terms(), shown(state="void"), "void"),
        (terms(), shown(performance_id=OTHER), "wrong_date"),
        (terms(), shown(performance_id=OTHER, state="void"), "wrong_date"),
        (terms(zones=frozenset({str(BALCONY)})), shown(), "wrong_zone"),
        (terms(zones=frozenset({str(STALLS)})), shown(), "ok"),
        (terms(), shown(state="pending"), "unpaid"),
        (terms(admits_unpaid=True), shown(state="pending"), "ok"),
        (terms(opens_at=EIGHT), shown(), "ok"),
        (terms(opens_at=EIGHT + timedelta(seconds=1)), shown(), "closed"),
        (terms(closes_at=EIGHT), shown(), "closed"),
        (terms(closes_at=EIGHT + timedelta(seconds=1)), shown(), "ok"),
    ],
)
def test_the_gravest_fault_of_a_ticket_is_said(rule, ticket, said):
    assert verdict(rule, ticket, [], Passage(EIGHT)) == said


@pytest.mark.parametrize(
    ("mode", "way", "said"),
    [
        ("single", "ii", [True, False]),
        ("single", "ioi", [True, True, False]),
        ("reentry", "ii", [True, False]),
        ("reentry", "ioi", [True, True, True]),
        ("reentry", "oi", [False, True]),
        ("reentry", "iooi", [True, True, False, True]),
        ("multi", "iiio", [True, True, True, True]),
    ],
)
def test_who_went_through_decides_who_goes_next(mode, way, said):
    line = [Passage(EIGHT + MINUTE * n, one == "o") for n, one in enumerate(way)]
    assert allowed(mode, line) == said


@given(st.lists(st.booleans(), max_size=12))
def test_with_reentry_nobody_is_ever_in_twice(exits):
    line = [Passage(EIGHT + MINUTE * n, is_exit) for n, is_exit in enumerate(exits)]
    went = [passage for passage, may in zip(line, allowed("reentry", line), strict=True) if may]
    assert all(passage.is_exit == bool(n % 2) for n, passage in enumerate(went))


def test_a_clock_that_is_wrong_by_a_day_is_set_right_by_what_the_device_takes_for_now():
    day = timedelta(days=1)
    for wrong in (-day, timedelta(0), day):
        at = believed(
            EIGHT + wrong, sent_at=EIGHT + wrong + 5 * MINUTE, received_at=EIGHT + 5 * MINUTE, not_before=EIGHT - day
        )
        assert at == EIGHT


def test_no_scan_is_later_than_its_arrival_or_earlier_than_its_device():
    paired = EIGHT - timedelta(hours=1)
    bounds = {"sent_at": EIGHT, "received_at": EIGHT, "not_before": paired}
    assert believed(EIGHT + timedelta(days=400), **bounds) == EIGHT
    assert believed(EIGHT - timedelta(days=400), **bounds) == paired


def test_a_code_is_read_as_it_is_printed_and_as_it_is_typed():
    assert folded("AB12 cd34\n") == "ab12cd34"
    assert len(folded("x" * 10_000)) == 64
