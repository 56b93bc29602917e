# SPDX-License-Identifier: AGPL-3.0-or-later
"""A waiting room: the order of those who wait, how many are let in, and when somebody's turn came."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

LOOKS = 90  # seconds somebody let in counts as choosing, without having chosen anything
TURN_LASTS = 600  # seconds to come in once it is one's turn
STEP = 5  # seconds between two marks
ROUNDS = 6

Mark = tuple[int, int]  # second, and how many had been let in by then


def place_by_lot(number: int, among: int, seed: bytes) -> int:
    """Where number 1…`among` stands after the draw: everybody somewhere, nobody beside anybody, by a secret seed.

    A Feistel network over the next even number of bits, walked until it is back in the range: a permutation that
    needs no list of who waits.
    """
    if not 1 <= number <= among:
        raise ValueError(f"{number} is not among {among}")
    half = max(1, ((among - 1).bit_length() + 1) // 2)
    at = number - 1
    while True:
        at = _mixed(at, half, seed)
        if at < among:
            return at + 1


def _mixed(at: int, half: int, seed: bytes) -> int:
    mask = (1 << half) - 1
    left, right = at >> half, at & mask
    for turn in range(ROUNDS):
        made = hmac.new(seed, bytes([turn, half]) + right.to_bytes(8, "big"), hashlib.sha256).digest()
        left, right = right, left ^ (int.from_bytes(made[:8], "big") & mask)
    return left << half | right


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is in a shop at a moment: `held` carts that run, `opened` carts of the last LOOKS seconds."""

    held: int
    opened: int


def let_in(
    size: int, given: int, allowed: int, *, marks: Sequence[Mark], crowd: Crowd, at: int, since: int = 60
) -> int:
    """Up to which place people may come in now: `size` at once, and nobody who is in is put out.

    They come in over ten seconds and not at one stroke; `since` are the seconds since the last ones.
    """
    inside = min(allowed, given)
    lookers = max(0, inside - _inside_at(marks, at - LOOKS) - crowd.opened)
    pace = max(5, -(-size // 10)) * max(1, since)
    return inside + min(pace, max(0, size - crowd.held - lookers))


def with_mark(marks: Sequence[Mark], inside: int, at: int) -> list[Mark]:
    """The marks with one more, without those that nobody asks for again; the last of the old ones stays as ground."""
    known = list(marks)
    if known and at - known[-1][0] < STEP:
        known[-1] = (known[-1][0], inside)
    elif not known or known[-1][1] != inside:
        known.append((at, inside))
    old = [mark for mark in known if mark[0] <= at - TURN_LASTS]
    return known[len(old) - 1 :] if old else known


def is_past(place: int, marks: Sequence[Mark], at: int) -> bool:
    """Whether the turn of a place came so long ago that it is over."""
    return _inside_at(marks, at - TURN_LASTS) >= place


def minutes_until(ahead: int, marks: Sequence[Mark], at: int) -> int | None:
    """About how long so many take to come in, by the last five minutes; None while that says too little."""
    since = at - 300
    known = [mark for mark in marks if mark[0] >= since]
    if len(known) < 3 or known[-1][1] <= known[0][1] or at - known[0][0] < 60:
        return None
    pace = (known[-1][1] - known[0][1]) / (at - known[0][0])
    return max(1, round(ahead / pace / 60))


def ask_again_in(ahead: int, size: int) -> int:
    """Seconds until a browser asks again: often when it is nearly there, seldom far behind."""
    return 5 if ahead <= size else 12 if ahead <= 4 * size else 30


def _inside_at(marks: Sequence[Mark], at: int) -> int:
    return max((inside for moment, inside in marks if moment <= at), default=0)
