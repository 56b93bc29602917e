# SPDX-License-Identifier: AGPL-3.0-or-later
"""End browsers' sessions, and note now and then that one is still used."""

import time
from collections import OrderedDict
from threading import Lock

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import F

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import SessionsEnded
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import Person
from mazot.tenancy.rights import action

NOTED_EVERY = 300.0  # seconds
REMEMBERED = 10_000

_noted: OrderedDict[tuple[str, str], float] = OrderedDict()
_lock = Lock()


@action(needs=None)
def end_session(actor: Actor, person: Person, *, session_id: int) -> int:
    """End one browser's session."""
    return _end(actor, person, UserSession.objects.filter(user_id=person.id, id=session_id), must_exist=True)


@action(needs=None)
def end_other_sessions(actor: Actor, person: Person, *, but: str = "") -> int:
    """End every session of a person, but for the one with this key; the answer is how many there were."""
    return _end(actor, person, UserSession.objects.filter(user_id=person.id).exclude(session_key=but))


def _end(actor: Actor, person: Person, sessions: object, *, must_exist: bool = False) -> int:
    require_self(actor, person)
    keys = list(sessions.values_list("session_key", flat=True))  # type: ignore[attr-defined]
    if must_exist and not keys:
        raise NotFound("not_found")
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    # Programs that use the account password are verified anew as well.
    Person.objects.filter(id=person.id).update(ended_sessions=F("ended_sessions") + 1)
    if keys:
        tell(actor, SessionsEnded(person.id, count=len(keys)))
    return len(keys)


def note_seen(session_key: str, *, address: str, program: str) -> bool:
    """Write down that a session is in use and from where, at most every five minutes; whether it was written.

    The moment of the last writing is kept in the process, so that a page in between asks the database nothing.
    """
    moment = time.monotonic()
    side = (session_key, address)
    with _lock:
        if moment - _noted.get(side, -NOTED_EVERY) < NOTED_EVERY:
            return False
        _noted[side] = moment
        _noted.move_to_end(side)
        while len(_noted) > REMEMBERED:
            _noted.popitem(last=False)
    found = UserSession.objects.filter(session_key=session_key)
    return bool(found.update(last_seen_at=clock.now(), ip=address or "127.0.0.1", user_agent=program[:200]))
