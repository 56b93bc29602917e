# SPDX-License-Identifier: AGPL-3.0-or-later
"""The best seats that are free: together in one row, near the stage, and without leaving one seat alone.

A seat alone between taken ones is hard to sell, so a choice that leaves none goes before one that is nearer. Neighbors
are seats that follow each other in a row with no gap wider than an aisle between them.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise
from statistics import median

from mazot.products.tickets.rules.drawing import Drawing, Row
from mazot.products.tickets.rules.geometry import bounds

# Seats of one row stand apart by little more than the usual; an aisle is at least a seat wide.
AISLE = 1.7


@dataclass(frozen=True, slots=True)
class Benches:
    """A drawing as the choice sees it: seats as indexes, neighbor by neighbor, and how far each is from the stage."""

    benches: tuple[tuple[int, ...], ...]
    places: tuple[tuple[float, float], ...]
    distances: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The seats by index, in groups of neighbors; `n_alone` free seats would be left alone by it."""

    groups: tuple[tuple[int, ...], ...]
    n_alone: int

    @property
    def seats(self) -> tuple[int, ...]:
        return tuple(seat for group in self.groups for seat in group)

    @property
    def is_together(self) -> bool:
        return len(self.groups) == 1


# How many seats it leaves alone, how far it is, which seats: the smallest is the best.
_Window = tuple[int, int, tuple[int, ...]]


def benches_of(drawing: Drawing) -> Benches:
    """The same for all sales of a drawing, so that one may keep it."""
    places = [(float(seat.x), float(seat.y)) for one in drawing.sections for row in one.rows for seat in row.seats]
    focus = _focus(drawing)
    benches: list[tuple[int, ...]] = []
    index = 0
    for section in drawing.sections:
        for row in section.rows:
            benches += _benches_of_row(row, index)
            index += len(row.seats)
    return Benches(tuple(benches), tuple(places), tuple(_far(place, focus) for place in places))


def best_seats(benches: Benches, free: Collection[int], n: int) -> Choice | None:
    """The best `n` of the free seats: together where that can be, else in as few groups as can be, near each other."""
    if n < 1 or len(free) < n:
        return None
    runs = list(_runs(benches, free))
    if n > max(map(len, runs), default=0):
        return _apart(benches, runs, n)
    n_alone, _, seats = min(_windows(runs, n, benches.distances))
    return Choice((seats,), n_alone)


def _apart(benches: Benches, runs: list[tuple[int, ...]], n: int) -> Choice | None:
    sizes = _sizes([len(run) for run in runs], n)
    if not sizes:
        return None
    groups = [min(_windows(runs, sizes[0], benches.distances))[2]]
    near = _distances_from(benches, groups[0])
    taken = set(groups[0])
    for size, wanted in Counter(sizes[1:]).items():  # the largest first: each run it leaves whole fits the next
        windows = (seats for _, _, seats in sorted(_windows(runs, size, near)))
        for seats in islice((seats for seats in windows if taken.isdisjoint(seats)), wanted):
            taken.update(seats)
            groups.append(seats)
    return Choice(tuple(groups), _n_alone_after(runs, taken))


def _sizes(lengths: list[int], n: int) -> list[int]:
    """The fewest groups that fit, and those as even as can be, so that nobody sits alone without need."""
    longest = sorted(lengths, reverse=True)
    enough = next((count for count, total in enumerate(accumulate(longest), 1) if total >= n), 0)
    sizes = []
    for left, length in zip(range(enough, 0, -1), reversed(longest[:enough]), strict=True):
        sizes.append(min(length, n // left))
        n -= sizes[-1]
    return sorted(sizes, reverse=True)


def _runs(benches: Benches, free: Collection[int]) -> Iterator[tuple[int, ...]]:
    """Free neighbors, as many as follow each other."""
    known = free if isinstance(free, set | frozenset) else set(free)
    for bench in benches.benches:
        run: list[int] = []
        for seat in bench:
            if seat in known:
                run.append(seat)
            elif run:
                yield tuple(run)
                run = []
        if run:
            yield tuple(run)


def _windows(runs: list[tuple[int, ...]], n: int, distances: Sequence[int]) -> Iterator[_Window]:
    """All places where so many sit together."""
    for run in runs:
        sums = [0, *accumulate(distances[seat] for seat in run)]
        for start in range(len(run) - n + 1):
            n_alone = (start == 1) + (len(run) - n - start == 1)
            yield n_alone, sums[start + n] - sums[start], run[start : start + n]


def _n_alone_after(runs: list[tuple[int, ...]], taken: set[int]) -> int:
    alone = 0
    for run in runs:
        if not taken.isdisjoint(run):
            left = "".join(" " if seat in taken else "x" for seat in run).split()
            alone += sum(len(part) == 1 for part in left)
    return alone


def _distances_from(benches: Benches, seats: tuple[int, ...]) -> list[int]:
    xs, ys = zip(*(benches.places[seat] for seat in seats), strict=True)
    middle = (sum(xs) / len(xs), sum(ys) / len(ys))
    return [_far(place, middle) for place in benches.places]


def _far(place: tuple[float, float], other: tuple[float, float]) -> int:
    # In hundredths: sums of whole numbers are exact, so that equally good places are chosen in the same order always.
    return round(math.dist(place, other) * 100)


def _focus(drawing: Drawing) -> tuple[float, float]:
    """What everybody wants to sit near: the middle of the stage's front, else the middle of the front."""
    stage = drawing.stage
    if stage.shape != "none":
        return (stage.x + stage.w / 2, stage.y + stage.h)
    x, y, w, _ = bounds(drawing) or (0, 0, 0, 0)
    return (x + w / 2, y)


def _benches_of_row(row: Row, first: int) -> Iterator[tuple[int, ...]]:
    """A row cut at its aisles; around a table all are together."""
    seats = list(enumerate(row.seats, first))
    if row.table or len(seats) < 2:
        yield tuple(index for index, _ in seats)
        return
    if not row.curve:  # a straight row is written in the order of its numbers, which may not be that of its seats
        xs, ys = [seat.x for seat in row.seats], [seat.y for seat in row.seats]
        lies = max(xs) - min(xs) >= max(ys) - min(ys)
        seats.sort(key=lambda one: one[1].x if lies else one[1].y)
    steps = [math.dist((one.x, one.y), (other.x, other.y)) for (_, one), (_, other) in pairwise(seats)]
    widest = median(steps) * AISLE
    cuts = [0, *(place for place, step in enumerate(steps, 1) if step > widest), len(seats)]
    for start, end in pairwise(cuts):
        yield tuple(index for index, _ in seats[start:end])
