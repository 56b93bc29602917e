# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a script is told of the world, and what it decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mazot.wire.sieve.tree import Script


@dataclass(frozen=True, slots=True)
class Keep:
    """In the inbox, with these flags."""

    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileInto:
    """In a mailbox, or in the one of a special use; a missing one is made if so told, else it is the inbox."""

    mailbox: str
    flags: tuple[str, ...] = ()
    create: bool = False
    special_use: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    to: str


@dataclass(frozen=True, slots=True)
class Discard:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    """Refuse the letter: while its sender's server is there (`at_door`), or by a report."""

    reason: str
    at_door: bool = False


@dataclass(frozen=True, slots=True)
class Vacation:
    """Answer, once for so many seconds and each correspondent; `mime` says that the reason has a head of its own."""

    reason: str
    seconds: int | None = None
    subject: str = ""
    sender: str = ""
    addresses: tuple[str, ...] = ()
    mime: bool = False
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell somebody by a letter of its own; `method` is a mailto: address."""

    method: str
    sender: str = ""
    importance: str = "2"
    options: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class AddHeader:
    field: str
    value: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class DeleteHeader:
    """Leave out the fields at these places among those of that name, the first of which is 0."""

    field: str
    places: tuple[int, ...]


Deed = Keep | FileInto | Redirect | Discard | Reject | Vacation | Notify
Edit = AddHeader | DeleteHeader


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of the letter. Without a keep, a filing or a redirection it is gone."""

    deeds: tuple[Deed, ...]
    edits: tuple[Edit, ...] = ()
    remembered: tuple[tuple[str, int], ...] = ()  # what `duplicate` saw, and for how many seconds
    keeps_by_itself: bool = False  # no command said what becomes of the letter: the implicit keep


def _no(*_told: object) -> bool:
    return False


def _none(*_told: object) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What a script may ask of the server that runs it."""

    now: datetime
    mailbox_exists: Callable[[str], bool] = _no
    special_use_exists: Callable[[str, str | None], bool] = _no
    seen_before: Callable[[str, int], bool] = _no
    include: Callable[[str, str], Script | None] = _none  # where ("personal", "global") and name
    environment: Mapping[str, str] = field(default_factory=dict)
    spam: float | None = None  # from 0 to 1, none when nobody looked
    virus: bool | None = None
