# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan is read as often as people look at it, by any crowd, and not without end by a program."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.foundation.clock import CLOCK
from mazot.products.tickets.models import WaitingRoom
from mazot.products.tickets.tests.test_seats_on_sale import a_hall
from mazot.products.tickets.tests.test_waiting_room import CHOOSES, WAITS, address, choose, come, hot
from mazot.products.tickets.web import reading
from mazot.tenancy.rules.buckets import Bucket
from tests.cast import Cast

__all__ = ["hot"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast: Cast) -> tuple[str, str]:
    CLOCK.freeze(CLOCK.now())
    shop, price, _seats = a_hall(cast)
    parts = [shop.slug, price.zone.performance_id]
    return reverse("shop-hall-map", args=parts), reverse("shop-hall-seats", args=parts)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reads of other tests."""
    monkeypatch.setattr(reading, "READS", Bucket(burst=1200, per_second=40))


def test_a_program_that_reads_without_end_is_told_when_to_come_back(
    plan: tuple[str, str], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[..., Any]
) -> None:
    monkeypatch.setattr(reading, "READS", Bucket(burst=20, per_second=0.5))
    program = [Client(REMOTE_ADDR=f"2001:db8:5:5::{n:x}") for n in range(4)]
    assert {program[n % 4].get(plan[n % 2]).status_code for n in range(20)} == {200}
    for read in plan:
        with django_assert_num_queries(0):
            refused = program[0].get(read)
        assert refused.status_code == 429
        assert refused["Content-Type"].startswith("text/plain")
        assert f"possible in {refused['Retry-After']} seconds." in refused.content.decode()
    assert Client(REMOTE_ADDR="2001:db8:5:6::1").get(plan[1]).status_code == 200
    CLOCK.advance(timedelta(seconds=int(refused["Retry-After"]) - 1))
    assert program[0].get(plan[1]).status_code == 429
    CLOCK.advance(timedelta(seconds=1))
    assert program[0].get(plan[1]).status_code == 200


def test_three_hundred_behind_one_address_open_a_plan_at_once_and_look_every_quarter_minute(
    plan: tuple[str, str], fresh: None
) -> None:
    """Each read is asked of the bucket as the doors ask it; some go through the doors."""
    pupil = Client(REMOTE_ADDR="192.0.2.7")
    for n in range(600):
        if n % 60 == 0:
            assert pupil.get(plan[n % 2]).status_code == 200
        else:
            assert reading.READS.take("192.0.2.7", CLOCK.now().timestamp()) == 0
    for _turn in range(40):  # ten minutes
        CLOCK.advance(timedelta(seconds=15))
        for _pupil in range(299):
            assert reading.READS.take("192.0.2.7", CLOCK.now().timestamp()) == 0
        assert pupil.get(plan[1]).status_code == 200


def test_behind_a_proxy_that_is_not_trusted_all_may_read(
    plan: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READS", Bucket(burst=1, per_second=0.001))
    assert {Client(REMOTE_ADDR="127.0.0.1").get(plan[1]).status_code for _n in range(9)} == {200}


def test_no_program_fills_a_waiting_room_and_who_is_inside_chooses(hot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cookie each coming would be a new number; an old one that was used up brings no more of them."""
    CLOCK.freeze(CLOCK.now())
    monkeypatch.setattr(reading, "TURNS", Bucket(burst=900, per_second=0.25))
    inside = come(hot, Client(REMOTE_ADDR="192.0.2.7"))
    assert CHOOSES in inside.page  # type: ignore[attr-defined]
    for n in range(899):
        if n % 300 < 2:
            assert Client(REMOTE_ADDR="192.0.2.7").get(address(hot)).status_code == 200
        else:
            assert reading.TURNS.take("192.0.2.7", CLOCK.now().timestamp()) == 0
    given = WaitingRoom.objects.get().given
    program = Client(REMOTE_ADDR="192.0.2.7")
    for answer in (program.get(address(hot)), program.post(address(hot, "shop-choose")), program.get(address(hot))):
        assert answer.status_code == 429
        assert answer["Retry-After"] == "4"
        assert hot[0].name in answer.content.decode()
    assert WaitingRoom.objects.get().given == given
    assert choose(inside, hot).status_code == 302
    assert WAITS in come(hot, Client(REMOTE_ADDR="198.51.100.9")).page  # type: ignore[attr-defined]
    CLOCK.advance(timedelta(seconds=4))
    assert program.get(address(hot)).status_code == 200
