# SPDX-License-Identifier: AGPL-3.0-or-later
"""Servers nobody knows come again; those that did are let in."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import Clock
from mazot.products.mail.actions.domains import set_service
from mazot.products.mail.actions.greylisting import forget_callers, is_let_in
from mazot.products.mail.models import Address, Caller, Trace
from mazot.products.mail.queries.routing import route
from mazot.products.mail.rules.greylisting import KNOWN_FOR, PAUSE, TRIED_WITHIN, network_of
from tests.cast import Cast

MALIK = "malik@mimosa.example"


@pytest.fixture
def guarded(address: Address, cast: Cast) -> Address:
    set_service(cast.olive, address.service, greylists=True)
    address.refresh_from_db()
    return address


def comes(*, host: str = "192.0.2.1", sender: str = "nina@away.example") -> bool:
    return is_let_in(route(MALIK), host=host, sender=sender, recipient=MALIK)


@pytest.mark.usefixtures("address")
def test_where_it_is_off_everybody_comes_in() -> None:
    assert comes()
    assert not Caller.objects.exists()


@pytest.mark.usefixtures("guarded")
def test_who_comes_again_after_the_pause_is_let_in_and_known(clock: Clock) -> None:
    assert not comes()
    assert not comes()
    assert Trace.objects.filter(status="deferred", reason="greylisted").count() == 1
    clock.advance(PAUSE + timedelta(seconds=1))
    assert comes(host="192.0.2.77")  # another one of the same network
    assert comes()
    assert not comes(sender="another@away.example")
    clock.advance(KNOWN_FOR - timedelta(days=1))
    assert comes()
    clock.advance(KNOWN_FOR + timedelta(days=1))
    assert not comes()


@pytest.mark.usefixtures("guarded")
def test_who_comes_again_too_late_begins_anew(clock: Clock) -> None:
    assert not comes()
    clock.advance(TRIED_WITHIN + timedelta(minutes=1))
    assert not comes()
    clock.advance(PAUSE + timedelta(seconds=1))
    assert comes()


@pytest.mark.usefixtures("guarded")
def test_a_network_that_came_again_three_times_is_asked_no_more(clock: Clock) -> None:
    for n in range(3):
        assert not comes(sender=f"one{n}@away.example")
    clock.advance(PAUSE + timedelta(seconds=1))
    for n in range(3):
        assert comes(sender=f"one{n}@away.example")
    assert comes(sender="somebody@new.example")
    assert not comes(host="198.51.100.1")


@pytest.mark.usefixtures("guarded")
def test_those_whose_time_is_over_are_forgotten(clock: Clock) -> None:
    comes()
    assert forget_callers() == 0
    clock.advance(TRIED_WITHIN + timedelta(days=1))
    assert forget_callers() == 1


def test_a_network_is_what_big_senders_send_from() -> None:
    assert network_of("192.0.2.99") == "192.0.2.0/24"
    assert network_of("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert network_of("::ffff:192.0.2.99") == "192.0.2.0/24"
    assert network_of("fe80::1%eth0") == "fe80::/64"
    assert network_of("nonsense") == "nonsense"
