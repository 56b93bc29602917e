# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write locks of WebDAV clients (RFC 4918 §6): one holder, a time to live, honoured by every door."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, NotAllowed, Refused
from mazot.products.drive.actions.guarding import locked_by
from mazot.products.drive.actions.holding import hold_entries, hold_spaces
from mazot.products.drive.models import Entry, Lock, Space
from mazot.products.drive.queries import rows
from mazot.products.drive.queries.locks import covering, live_locks
from mazot.products.drive.rights import USE, WRITE
from mazot.products.drive.rules.limits import LOCK_SECONDS, MAX_LOCK_SECONDS, MAX_LOCKS, MAX_OWNER
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action


@action(needs=WRITE)
def lock_entry(
    actor: Actor,
    entry: Entry,
    *,
    depth_infinity: bool,
    exclusive: bool,
    owner_xml: str = "",
    seconds: int = LOCK_SECONDS,
    precondition: Callable[[], None] | None = None,
) -> Lock:
    """Hold a file or a folder against everyone's changes until it is released or the time is over."""
    _spaces, (held,) = hold_entries(entry)
    if precondition:
        precondition()
    if len(owner_xml.encode()) > MAX_OWNER:
        raise Refused("too_large", _("The owner of a lock has at most 4 kB."), field="owner", limit=MAX_OWNER)
    if actor.person_id is None:
        raise Refused("nobody", _("Only a person can hold a lock."))
    moment = clock.now()
    live = live_locks([held.space_id], now=moment)
    if len(live) >= MAX_LOCKS:
        raise Refused("too_many", _("There are too many locks here already."), limit=MAX_LOCKS)
    _must_fit_beside(live, held, depth_infinity=depth_infinity, exclusive=exclusive)
    seconds = max(1, min(seconds, MAX_LOCK_SECONDS))
    lock = Lock(
        token=f"urn:uuid:{uuid4()}",
        space_id=held.space_id,
        entry=held,
        depth_infinity=depth_infinity and held.is_folder,
        exclusive=exclusive,
        person_id=actor.person_id,
        owner_xml=owner_xml,
        seconds=seconds,
        expires_at=moment + timedelta(seconds=seconds),
        created_at=moment,
    )
    lock.save(force_insert=True)
    _note_expiry(held.space, lock)
    return lock


@action(needs=WRITE)
def refresh_lock(actor: Actor, entry: Entry, *, token: str, seconds: int = LOCK_SECONDS) -> Lock:
    """Let a lock that covers the entry begin its time anew."""
    lock, space = _own_lock(actor, entry, token)
    lock.seconds = max(1, min(seconds, MAX_LOCK_SECONDS))
    lock.expires_at = clock.now() + timedelta(seconds=lock.seconds)
    lock.save(update_fields=["seconds", "expires_at"])
    _note_expiry(space, lock)
    return lock


@action(needs=WRITE)
def unlock_entry(actor: Actor, entry: Entry, *, token: str) -> None:
    """Release a lock that covers the entry."""
    lock, _space = _own_lock(actor, entry, token)
    lock.delete()


@action(needs=USE)
def sweep_locks(actor: Actor, instance: ProductInstance) -> int:  # noqa: ARG001 - every deed has an actor
    """Remove the rows of locks that have run out; they have not counted since."""
    removed, _by_model = Lock.objects.filter(space__instance_id=instance.id, expires_at__lte=clock.now()).delete()
    return removed


def _own_lock(actor: Actor, entry: Entry, token: str) -> tuple[Lock, Space]:
    space = hold_spaces([entry.space_id])[entry.space_id]
    way = [step.id for step in rows.ancestors(entry.id)]
    lock = next((lock for lock in covering(live_locks([space.id]), way) if lock.token == token), None)
    if lock is None:
        raise Conflict("no_such_lock", _("There is no such lock here; it may have run out."))
    if lock.person_id != actor.person_id:
        raise NotAllowed("not_holder", _("This lock is held by %(person)s.") % {"person": lock.person.name})
    return lock, space


def _must_fit_beside(live: list[Lock], entry: Entry, *, depth_infinity: bool, exclusive: bool) -> None:
    """An exclusive lock stands alone; shared ones may meet (RFC 4918 §6.2)."""
    if not live:
        return
    beside = covering(live, [step.id for step in rows.ancestors(entry.id)])
    if depth_infinity and entry.is_folder:
        inside = {step.id for step in rows.descendants(entry.id)}
        beside += [lock for lock in live if lock.entry_id in inside and lock not in beside]
    for lock in beside:
        if exclusive or lock.exclusive:
            raise locked_by(lock)


def _note_expiry(space: Space, lock: Lock) -> None:
    if space.locked_until is None or space.locked_until < lock.expires_at:
        space.locked_until = lock.expires_at
        space.save(update_fields=["locked_until"])
