# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from typing import Protocol


class Answer(Protocol):
    """What a name has of one kind; `failed` when nobody could tell, `exists` false when there is no such name."""

    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def failed(self) -> bool: ...
    @property
    def exists(self) -> bool: ...


LookUp = Callable[[str, str], Answer]


class Unanswered(Exception):
    """Nobody could tell now: temperror."""


def texts(look_up: LookUp, name: str, start: str) -> list[str]:
    """The TXT records of a name that begin with a version."""
    answer = look_up(name, "TXT")
    if answer.failed:
        raise Unanswered(name)
    return [value for value in answer.values if value[: len(start)].lower() == start.lower()]
