# SPDX-License-Identifier: AGPL-3.0-or-later
"""Amounts in the smallest units of a currency: discounts, tax and fees, whose lines always add up to their sum."""

from collections.abc import Sequence


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, rounded as people round prices."""
    return (2 * numerator + denominator) // (2 * denominator)


def percent_off(amounts: Sequence[int], permille: int) -> list[int]:
    """What a percentage takes off each line; the last lines bear the rounding, so that the sum is exact."""
    permille = min(permille, 1000)
    wanted = half_up(sum(amounts) * permille, 1000)
    cuts = [half_up(amount * permille, 1000) for amount in amounts]
    return _settled(cuts, amounts, wanted)


def each_off(amounts: Sequence[int], value: int) -> list[int]:
    """What a fixed value takes off each line; never more than the line."""
    return [min(amount, value) for amount in amounts]


def total_off(amounts: Sequence[int], value: int) -> list[int]:
    """A fixed value shared over the lines by what they cost; never more than their sum."""
    total = sum(amounts)
    wanted = min(value, total)
    cuts = [wanted * amount // total if total else 0 for amount in amounts]
    return _settled(cuts, amounts, wanted)


def _settled(cuts: list[int], amounts: Sequence[int], wanted: int) -> list[int]:
    """The cuts, changed from the last line on until their sum is the wanted one, each between nothing and its line."""
    rest = wanted - sum(cuts)
    for at in range(len(cuts) - 1, -1, -1):
        fitting = max(-cuts[at], min(rest, amounts[at] - cuts[at]))
        cuts[at] += fitting
        rest -= fitting
    return cuts


def tax_in(amount: int, permille: int) -> int:
    """The tax that an amount contains; 81 is 8.1 %."""
    return half_up(amount * permille, 1000 + permille)


def tax_by_rate(lines: Sequence[tuple[int, int]]) -> dict[int, tuple[int, int, int]]:
    """Of lines (amount, rate in permille): for each rate the gross, the net and the tax of its lines together."""
    gross: dict[int, int] = {}
    for amount, permille in lines:
        gross[permille] = gross.get(permille, 0) + amount
    return {
        permille: (amount, amount - tax_in(amount, permille), tax_in(amount, permille))
        for permille, amount in sorted(gross.items())
    }


def fee_of(total: int, n_tickets: int, *, fixed: int, permille: int, per_ticket: int) -> int:
    """What a way to pay costs on top; an order of nothing has no fee."""
    return fixed + half_up(total * permille, 1000) + per_ticket * n_tickets if total else 0
