# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is taken off and whatever tax is in it, the lines add up to their sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.products.tickets.rules.money import (
    each_off,
    fee_of,
    half_up,
    percent_off,
    tax_by_rate,
    tax_in,
    total_off,
)

AMOUNTS = st.lists(st.integers(0, 10**9), max_size=40)


@given(AMOUNTS, st.integers(0, 1000))
def test_a_percentage_of_the_lines_is_the_percentage_of_their_sum(amounts: list[int], permille: int) -> None:
    cuts = percent_off(amounts, permille)
    assert sum(cuts) == half_up(sum(amounts) * permille, 1000)
    assert all(0 <= cut <= amount for cut, amount in zip(cuts, amounts, strict=True))


@given(AMOUNTS, st.integers(0, 10**10))
def test_a_fixed_value_is_shared_to_the_last_unit(amounts: list[int], value: int) -> None:
    cuts = total_off(amounts, value)
    assert sum(cuts) == min(value, sum(amounts))
    assert all(0 <= cut <= amount for cut, amount in zip(cuts, amounts, strict=True))


@given(AMOUNTS, st.integers(0, 10**9))
def test_no_line_goes_below_nothing(amounts: list[int], value: int) -> None:
    assert all(0 <= cut <= amount for cut, amount in zip(each_off(amounts, value), amounts, strict=True))


@given(st.lists(st.tuples(st.integers(0, 10**9), st.sampled_from([0, 26, 38, 81, 200])), max_size=40))
def test_net_and_tax_are_the_gross(lines: list[tuple[int, int]]) -> None:
    rates = tax_by_rate(lines)
    assert sum(gross for gross, _net, _tax in rates.values()) == sum(amount for amount, _rate in lines)
    assert all(net + tax == gross and net >= 0 for gross, net, tax in rates.values())


def test_known_amounts() -> None:
    assert tax_in(2800, 81) == 210  # 28.00 with 8.1 %: 2.098…
    assert percent_off([1999, 1999, 1999], 250) == [500, 500, 499]
    assert total_off([1000, 2000], 1) == [0, 1]
    assert fee_of(5600, 2, fixed=89, permille=10, per_ticket=20) == 89 + 56 + 40
    assert fee_of(0, 2, fixed=89, permille=10, per_ticket=20) == 0
    assert half_up(5, 10) == 1


@pytest.mark.parametrize(
    ("lines", "rate", "cuts"),
    [
        ([1000, 1000, 1000], 333, [333, 333, 333]),
        ([5], 500, [3]),  # half a unit goes up
        ([1, 1, 1], 500, [1, 1, 0]),  # each would round up to one; the sum is two
        ([333, 333, 334], 100, [33, 33, 34]),
        ([0, 100], 1000, [0, 100]),
        ([100], 2000, [100]),
        ([], 100, []),
    ],
)
def test_the_last_line_bears_the_rounding(lines: list[int], rate: int, cuts: list[int]) -> None:
    assert percent_off(lines, rate) == cuts


@pytest.mark.parametrize(
    ("gross", "rate", "tax"), [(10810, 81, 810), (10260, 26, 260), (100, 81, 7), (0, 81, 0), (2800, 0, 0), (1, 200, 0)]
)
def test_a_price_contains_its_tax(gross: int, rate: int, tax: int) -> None:
    assert tax_in(gross, rate) == tax
