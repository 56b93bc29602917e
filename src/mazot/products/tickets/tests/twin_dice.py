# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deeds that are thrown with dice, each as often as its weight says, from one number that Hypothesis draws.

Drawn argument by argument, most baskets would be refused or forgotten before anybody orders them.
"""

from collections.abc import Callable
from random import Random
from typing import Any

Draw = Callable[[Random], Any]
Deed = Callable[..., None]
DEEDS: dict[str, tuple[float, dict[str, Draw]]] = {}  # by the name of the method


def deed(weight: float, **draws: Draw) -> Callable[[Deed], Deed]:
    """Let a method be thrown so often, with these arguments."""

    def keep(method: Deed) -> Deed:
        DEEDS[method.__name__] = (weight, draws)
        return method

    return keep


def among(*values: Any) -> Draw:
    return lambda dice: dice.choice(values)


def chance(of: float) -> Draw:
    return lambda dice: dice.random() < of


def several(each: Draw, least: int, most: int) -> Draw:
    return lambda dice: [each(dice) for _time in range(dice.randint(least, most))]


def together(*draws: Draw) -> Draw:
    return lambda dice: tuple(draw(dice) for draw in draws)


def thrown(dice: Random) -> tuple[str, dict[str, Any]]:
    """The next deed and what it is done with."""
    names = list(DEEDS)
    name = dice.choices(names, [DEEDS[one][0] for one in names])[0]
    return name, {field: draw(dice) for field, draw in DEEDS[name][1].items()}


ANY: Draw = lambda dice: dice.randrange(64)  # noqa: E731 - a draw like the others
