# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.tenancy.rules.pace import LONGEST_WAIT, PRESSURE, Patience, Tally, is_own, side_of, wait, wait_for

NONE = Tally()


@pytest.mark.parametrize(
    ("failures", "age", "seconds"),
    [(0, 0, 0), (4, 0, 0), (5, 0, 2), (4.97, 0, 2), (5, 3, 0), (6, 0, 4), (9, 1, 31), (99, 0, 900), (99, 901, 0)],
)
def test_each_failure_beyond_the_free_ones_doubles_the_wait(failures: float, age: float, seconds: float) -> None:
    assert wait(Tally(failures, age), free=5) == seconds


def test_a_name_under_attack_never_slows_an_address_that_has_not_failed() -> None:
    besieged = Tally(1e6, 0)
    assert wait_for(address=NONE, name_at_address=NONE, name=besieged) == 0
    assert wait_for(address=NONE, name_at_address=Tally(1, 0), name=besieged) > 0
    assert wait_for(address=NONE, name_at_address=Tally(1, 0), name=Tally(PRESSURE - 1, 0)) == 0


def test_nobody_waits_longer_than_the_longest_wait() -> None:
    assert wait_for(address=Tally(1e9, 0), name_at_address=Tally(1e9, 0), name=Tally(1e9, 0)) == LONGEST_WAIT


def test_failures_fade_and_a_clock_that_goes_back_does_no_harm() -> None:
    assert Tally(10, 0).now == 10
    assert Tally(10, 900).now == 5
    assert Tally(10, 1e9).now == 0
    assert Tally(10, -500).now == 10
    assert wait(Tally(5, -500), free=5) == 2


@pytest.mark.parametrize(
    ("address", "side"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::1", "2001:db8:1:2::"),
        ("2001:0db8:0001:0002::9", "2001:db8:1:2::"),
        ("2001:db8::1", "2001:db8:0:0::"),
        ("fe80::1%eth0", "fe80:0:0:0::"),
        ("::1", "0:0:0:0::"),
        ("", ""),
    ],
)
def test_a_side_is_an_address_or_the_half_of_one_that_a_customer_has(address: str, side: str) -> None:
    assert side_of(address) == side


def test_a_door_of_its_own_has_its_own_patience() -> None:
    door = Patience("code", of_an_address=100, of_a_name_at_an_address=5)
    assert wait_for(address=Tally(99, 0), name_at_address=Tally(4, 0), patience=door) == 0
    assert wait_for(address=Tally(100, 0), name_at_address=Tally(0, 0), patience=door) == 2
    assert wait_for(address=Tally(0, 0), name_at_address=Tally(5, 0), patience=door) == 2
    assert wait_for(address=Tally(99, 0), name_at_address=NONE) == LONGEST_WAIT


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.1", False),
        ("10.0.0.1", False),
        ("2001:db8::1", False),
        ("", False),
        ("unix:", False),
        ("127.0.0.1, 192.0.2.1", False),
    ],
)
def test_only_this_machine_is_its_own(address: str, own: bool) -> None:
    assert is_own(address) is own
