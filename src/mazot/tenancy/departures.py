# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a product declares for the day a person leaves: what it asks, what it does, and the way back.

`act`, `undo` and `purge` are deeds of one transaction each, and each may be called again: twice is as good as once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django.utils.functional import Promise

from mazot.tenancy.actor import Actor

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mazot.tenancy.models import Membership

Fate = Literal["hand_over", "erase", "keep_without_name"]
Sentence = str | Promise
Choice = dict[str, Any]  # {"fate": …, "receiver": membership id, "place": id of an organization's place}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can become of what was asked about; `picks` says what must be chosen with it."""

    key: str
    title: Sentence
    text: Sentence
    outcome: Sentence  # two words for the review: "Handed over"
    note: Sentence  # one sentence for the review, with %(target)s where something is picked
    loses: bool = False
    picks: Literal["", "member", "place"] = ""
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Something of the leaver's that somebody has to decide about; asked only when there is something."""

    key: str  # unique among all questions: "drive.folder:<drive>"
    title: Sentence
    icon: str
    summary: Sentence  # "14.2 GB, 212 files"
    lines: tuple[tuple[Sentence, Sentence], ...]  # what it is made of, and how much
    options: tuple[Option, ...]
    default: str

    @property
    def keeping(self) -> tuple[Option, ...]:
        """The options by which nothing is lost."""
        return tuple(option for option in self.options if not option.loses)

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)


class Deed(Protocol):
    def __call__(self, actor: Actor, membership: "Membership", /, *, key: str, choice: Choice, record: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Removal:
    """What becomes of the rows of these models that point at a person, when the person leaves.

    Without `ask` it is one step that is always taken. `act` answers the record that `undo` needs, `undo` answers what
    came back and what could not; `purge` is for good, thirty days later.
    """

    key: str
    title: Sentence
    rows: Mapping[type[Any], Fate]
    act: Deed
    undo: Deed
    purge: Deed
    ask: Callable[[Actor, "Membership"], Sequence[Question]] | None = None
    check: Callable[[Actor, "Membership", str, Choice], None] | None = None  # raises where a choice cannot work
    receivers: "Callable[[Actor, Membership, str, str], QuerySet[Membership]] | None" = None  # (…, key, words)
