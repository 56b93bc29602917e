# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts: what happened, told inside the transaction of the deed, heard by listeners after it.

A fact is a frozen dataclass with ids only, named in the past tense. `tell` writes one row (audit log and outbox in
one). After the commit, `hints` publishes it on the Bus for open pages, and the worker hands it to each listener;
a listener may run twice and may not refuse.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise

from mazot.foundation import clock
from mazot.foundation.ids import new_id
from mazot.foundation.models import FactRow
from mazot.foundation.statements import insert


class Teller(Protocol):
    """Who tells: what a fact needs to know of the actor."""

    @property
    def person_id(self) -> UUID | None: ...
    @property
    def organization_id(self) -> UUID | None: ...
    @property
    def via(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def because(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened. Subclasses carry ids and small values; the first field is what it is about.

    `sentence` is what the activity log says, with `who` and the fields by name: an id without its `_id` becomes the
    name of what it points at, `holder` is a member or team, `place` a product or all of a kind.
    `sentence_about_oneself` stands in where somebody did it to themselves.
    """

    product: ClassVar[str] = "foundation"
    sentence: ClassVar[str | Promise] = ""
    sentence_about_oneself: ClassVar[str | Promise] = ""

    @classmethod
    def kind(cls) -> str:
        return f"{cls.product}.{cls.__name__}"


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as a listener gets it."""

    id: UUID
    kind: str
    organization_id: UUID | None
    person_id: UUID | None
    via: str
    details: dict[str, Any]


Listener = Callable[[Heard], None]
Hint = Callable[[Heard], Iterable[str]]

WAKE_UP = "outbox"  # the topic that ends the rest of whoever brings facts to listeners

_listeners: dict[str, list[Listener]] = {}
_hints: dict[str, list[Hint]] = {}
_publish: list[Callable[[str, dict[str, Any]], None]] = []


def listen(kind: type[Fact], listener: Listener) -> None:
    """Have the worker hand every fact of this kind to the listener, at least once."""
    _listeners.setdefault(kind.kind(), []).append(listener)


def hint(kind: type[Fact], topics: Hint) -> None:
    """Publish every fact of this kind on the Bus, right after its commit, to the topics named by the function."""
    _hints.setdefault(kind.kind(), []).append(topics)


def publish_with(publisher: Callable[[str, dict[str, Any]], None]) -> None:
    """Name the Bus of this process (one for all; the last one named wins)."""
    _publish[:] = [publisher]


def listeners_of(kind: str) -> list[Listener]:
    return _listeners.get(kind, [])


def tell(actor: Teller, fact: Fact) -> None:
    """Write down what has just been done, in the same transaction as the deed."""
    kind = fact.kind()
    told = ((field.name, getattr(fact, field.name)) for field in fields(fact))
    details = {name: str(value) if isinstance(value, UUID) else value for name, value in told}
    moment = clock.now()
    row = FactRow(
        id=new_id(),
        kind=kind,
        organization_id=actor.organization_id,
        person_id=actor.person_id,
        because=actor.because,
        via=actor.via,
        address=actor.address,
        subject_id=_subject_of(fact),
        details=details,
        at=moment,
        heard_at=None if _listeners.get(kind) else moment,
    )
    insert(row)
    if not _publish:
        return
    if row.heard_at is None:
        transaction.on_commit(_wake_listeners, robust=True)
    if kind in _hints:
        heard = Heard(row.id, kind, row.organization_id, row.person_id, row.via, details)
        transaction.on_commit(lambda: _send_hints(heard), robust=True)


def kinds() -> dict[str, type[Fact]]:
    """Every fact of the house that can be told, by the name it is kept under."""
    found: dict[str, type[Fact]] = {}
    waiting = list(Fact.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        # A dataclass with slots is made twice; the first one lives on, forgotten, beside the one that the module names.
        is_real = getattr(sys.modules[kind.__module__], kind.__name__, None) is kind
        if is_real and not kind.__subclasses__() and ".tests." not in kind.__module__:
            found[kind.kind()] = kind
    return found


def _subject_of(fact: Fact) -> UUID | None:
    first = getattr(fact, fields(fact)[0].name, None) if fields(fact) else None
    return first if isinstance(first, UUID) else None


def _wake_listeners() -> None:
    _publish[0](WAKE_UP, {})


def _send_hints(heard: Heard) -> None:
    for topics in _hints.get(heard.kind, ()):
        for topic in topics(heard):
            _publish[0](topic, {"kind": heard.kind, **heard.details})
