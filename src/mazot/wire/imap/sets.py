# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets of message numbers or UIDs (RFC 9051 section 9, `sequence-set`)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mazot.wire.imap.cursor import Cursor, Malformed

STAR = 0  # `*`, the largest number in use; 0 itself is never a number of a message
MOST_RANGES = 20_000
MOST_NUMBER = 2**32 - 1
ALONE = re.compile(rb"[1-9][0-9]{0,8}(?![0-9,:])")


@dataclass(frozen=True, slots=True)
class NumberSet:
    """Ranges as they were written; no ranges and `is_saved` for `$` (RFC 5182)."""

    ranges: tuple[tuple[int, int], ...]
    is_saved: bool = False

    def among(self, numbers: Sequence[int], *, largest: int) -> list[int]:
        """Those of a sorted row of numbers that are in the set, in order. `5:*` has the largest, be it 3."""
        found: list[int] = []
        for low, high in self.merged(largest):
            found += numbers[bisect_left(numbers, low) : bisect_right(numbers, high)]
        return found

    def merged(self, largest: int) -> list[tuple[int, int]]:
        """Ranges in order that neither touch nor overlap."""
        known = sorted(tuple(sorted((low or largest, high or largest))) for low, high in self.ranges)
        merged: list[tuple[int, int]] = []
        for low, high in known:
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return merged

    @property
    def has_star(self) -> bool:
        return any(STAR in pair for pair in self.ranges)

    @property
    def highest(self) -> int:
        """The largest number that is written; 0 when only `*` is."""
        return max((max(pair) for pair in self.ranges), default=0)


def is_within(ranges: Sequence[tuple[int, int]], number: int) -> bool:
    """Whether a number lies in ranges as `merged` answers them."""
    place = bisect_right(ranges, (number, MOST_NUMBER)) - 1
    return place >= 0 and number <= ranges[place][1]


def read_set(cursor: Cursor, *, may_be_saved: bool = True) -> NumberSet:
    if may_be_saved and cursor.takes(b"$"):
        return NumberSet((), is_saved=True)
    if (alone := ALONE.match(cursor.line(), cursor.at)) is not None:
        cursor.at = alone.end()
        number = int(alone[0])
        return NumberSet(((number, number),))
    ranges = [_range(cursor)]
    while cursor.takes(b","):
        ranges.append(_range(cursor))
        if len(ranges) > MOST_RANGES:
            raise Malformed(f"A set has more than {MOST_RANGES} ranges")
    return NumberSet(tuple(ranges))


def read_known_set(cursor: Cursor, what: str) -> NumberSet:
    """A set without `*` or `$` (RFC 7162 section 7, `known-uids`)."""
    found = read_set(cursor, may_be_saved=False)
    if found.has_star:
        raise Malformed(f"{what} cannot have *")
    return found


def _range(cursor: Cursor) -> tuple[int, int]:
    first = _number(cursor)
    return (first, _number(cursor)) if cursor.takes(b":") else (first, first)


def _number(cursor: Cursor) -> int:
    if cursor.takes(b"*"):
        return STAR
    number = cursor.positive("a message number, a UID or *")
    if number > MOST_NUMBER:
        raise Malformed(f"{number} is above {MOST_NUMBER}")
    return number


def written_set(numbers: Iterable[int]) -> bytes:
    """Sorted numbers, with ranges where they follow each other."""
    parts: list[str] = []
    first = last = 0
    for number in numbers:
        if last and number == last + 1:
            last = number
            continue
        if last:
            parts.append(_written(first, last))
        first = last = number
    if last:
        parts.append(_written(first, last))
    return ",".join(parts).encode()


def _written(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}:{last}"
