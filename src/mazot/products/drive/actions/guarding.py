# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write locks are honoured by every door: a deed on what a program holds is refused, with who and until when."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Locked
from mazot.products.drive.models import Entry, Lock, Space
from mazot.products.drive.queries import rows
from mazot.products.drive.queries.locks import covering, live_locks
from mazot.tenancy.actor import Actor


class Guard:
    """The live locks of the spaces one deed holds, and the tokens its client submitted."""

    def __init__(self, actor: Actor, spaces: Iterable[Space], tokens: Collection[str] = ()) -> None:
        self.actor = actor
        self.tokens = tokens
        moment = clock.now()
        held = [space.id for space in spaces if space.locked_until is not None and space.locked_until > moment]
        self.locks = live_locks(held, now=moment) if held else []

    def change(self, entry: Entry) -> None:
        """Refuse to change this entry itself under somebody's lock."""
        if self.locks:
            self._open(covering(self.locks, _way_up(entry)))

    def members(self, folder: Entry) -> None:
        """Refuse to add to or take from a locked folder (RFC 4918 §7.4)."""
        self.change(folder)

    def everything(self, entry: Entry, below: Collection[UUID] | None = None) -> None:
        """Refuse to move or remove this entry under a lock on it, on what it is in, or on anything inside it."""
        if not self.locks:
            return
        self.change(entry)
        inside = set(below) if below is not None else {step.id for step in rows.descendants(entry.id)}
        for lock in self.locks:
            if lock.entry_id in inside:
                self._open([lock])

    def _open(self, locks: list[Lock]) -> None:
        """With several shared locks one of them is enough; it must be the actor's own and its token submitted."""
        if not locks:
            return
        if any(lock.token in self.tokens and lock.person_id == self.actor.person_id for lock in locks):
            return
        raise locked_by(locks[0])


def locked_by(lock: Lock) -> Locked:
    until = date_format(localtime(lock.expires_at), "TIME_FORMAT")
    return Locked(
        "locked",
        _("%(person)s has “%(name)s” open in another program until %(time)s at the latest.")
        % {"person": lock.person.name, "name": lock.entry.name, "time": until},
        person_id=lock.person_id,
        entry_id=lock.entry_id,
        token=lock.token,
        until=lock.expires_at,
    )


def _way_up(entry: Entry) -> list[UUID]:
    return [step.id for step in rows.ancestors(entry.id)]
