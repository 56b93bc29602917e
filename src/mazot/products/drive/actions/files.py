# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making folders and keeping files. The bytes are on disk before these are called: nothing here reads a body."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _

from mazot.exchange.facts.drive import EntryAdded, EntryRewritten
from mazot.foundation import clock, quota
from mazot.foundation.blobs import Blob
from mazot.foundation.errors import Conflict, NotFound
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_id
from mazot.foundation.statements import insert, update
from mazot.foundation.text import composed
from mazot.products.drive.actions.guarding import Guard
from mazot.products.drive.actions.holding import (
    checked_name,
    entry_named,
    hold_entries,
    hold_place,
    must_be_folder,
    must_fit_depth,
    names_in,
    taken,
)
from mazot.products.drive.actions.recording import record
from mazot.products.drive.actions.revisions import keep_revision
from mazot.products.drive.models import Change, Entry, Revision
from mazot.products.drive.queries.spaces import ACCOUNT
from mazot.products.drive.rights import WRITE
from mazot.products.drive.rules.content_types import content_type_of
from mazot.products.drive.rules.names import free_name
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

OnTaken = Literal["replace", "keep_both", "refuse"]
Check = Callable[[], None]

# Clients that compare whole seconds have to see a rewrite although the clock stands still or goes back.
TICK = timedelta(seconds=1)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file after it was put: the entry, and whether the name is new in its folder."""

    entry: Entry
    is_new: bool


@action(needs=WRITE)
def make_folder(
    actor: Actor,
    folder: Entry,
    *,
    name: str,
    on_taken: Literal["refuse", "keep_both", "reuse"] = "refuse",
    tokens: frozenset[str] = frozenset(),
    precondition: Check | None = None,
) -> Entry:
    """Make a folder inside another one."""
    spaces, (parent,) = hold_entries(folder)
    if precondition:
        precondition()
    must_be_folder(parent)
    wanted = checked_name(name, folder=parent)
    if (there := entry_named(parent, wanted)) is not None:
        if on_taken == "reuse" and there.is_folder:
            return there
        if on_taken != "keep_both":
            raise Conflict("exists", taken(wanted).sentence, name=wanted)
        wanted = free_name(wanted, names_in(parent))
    must_fit_depth(parent, levels=1)
    Guard(actor, spaces.values(), tokens).members(parent)
    made = new_entry(actor, parent, name=wanted, is_folder=True)
    made.save(force_insert=True)
    record(parent.space, Change.Kind.ADDED, made)
    tell(actor, EntryAdded(entry_id=made.id, folder_id=parent.id, space_id=made.space_id, name=made.name))
    return made


@action(needs=WRITE)
def put_file(
    actor: Actor,
    folder: Entry,
    *,
    name: str,
    blob: Blob,
    content_type: str = "",
    modified_at: datetime | None = None,
    on_taken: OnTaken = "replace",
    tokens: frozenset[str] = frozenset(),
    precondition: Check | None = None,
) -> Kept:
    """Keep a content that is on disk already under a name: a new file, or a new version of the one that is there."""
    parent, there = hold_place(folder, composed(name))
    if precondition:
        precondition()
    must_be_folder(parent)
    wanted = checked_name(name, folder=parent)
    guard = Guard(actor, [parent.space], tokens)
    content: dict[str, Any] = {"blob": blob, "content_type": content_type, "modified_at": modified_at}
    if there is not None and on_taken == "refuse":
        raise taken(wanted)
    if there is not None and on_taken == "replace":
        if there.is_folder:
            raise Conflict("is_folder", _("“%(name)s” is a folder here.") % {"name": wanted}, name=wanted)
        guard.change(there)
        return Kept(_rewrite(actor, parent, there, **content), is_new=False)
    if there is not None:
        wanted = free_name(wanted, names_in(parent))
    guard.members(parent)
    return Kept(_add(actor, parent, wanted, **content), is_new=True)


@action(needs=WRITE)
def restore_revision(actor: Actor, entry: Entry, *, revision: Revision) -> Entry:
    """Make an earlier version of a file the current one; what was current stays among the versions."""
    spaces, (held,) = hold_entries(entry)
    kept = Revision.objects.filter(id=revision.id, entry_id=held.id).first()
    if kept is None:
        raise NotFound("not_found")
    Guard(actor, spaces.values()).change(held)
    parent = Entry.objects.get(id=held.parent_id)
    parent.space = held.space
    return _rewrite(
        actor, parent, held, blob=Blob(kept.digest, kept.size), content_type=held.content_type, modified_at=None
    )


def new_entry(actor: Actor, parent: Entry, *, name: str, is_folder: bool) -> Entry:
    """An entry that is not saved yet, dated now."""
    moment = clock.now()
    return Entry(
        organization_id=parent.organization_id,
        instance_id=parent.instance_id,
        space=parent.space,
        parent_id=parent.id,
        is_folder=is_folder,
        name=name,
        created_at=moment,
        modified_at=moment,
        changed_by_id=actor.person_id,
    )


def _add(
    actor: Actor, parent: Entry, name: str, *, blob: Blob, content_type: str, modified_at: datetime | None
) -> Entry:
    entry = new_entry(actor, parent, name=name, is_folder=False)
    entry.size, entry.digest = blob.size, blob.digest
    entry.content_type = content_type_of(name, content_type)
    entry.modified_at = _sensible(modified_at) or entry.modified_at
    quota.charge(parent.instance_id, ACCOUNT, size=blob.size)
    insert(entry)
    first = Revision(id=entry.version, entry_id=entry.id, digest=blob.digest, size=blob.size)
    first.by_id, first.at = actor.person_id, entry.created_at
    insert(first)
    record(parent.space, Change.Kind.ADDED, entry)
    tell(actor, EntryAdded(entry_id=entry.id, folder_id=parent.id, space_id=entry.space_id, name=name))
    return entry


def _rewrite(
    actor: Actor, parent: Entry, entry: Entry, *, blob: Blob, content_type: str, modified_at: datetime | None
) -> Entry:
    moment = clock.now()
    keep_revision(actor, entry, blob, version=new_id(), at=moment)
    entry.content_type = content_type_of(entry.name, content_type or entry.content_type)
    wished = _sensible(modified_at)
    if wished is None:
        entry.modified_at = moment if moment >= entry.modified_at else entry.modified_at + TICK
    else:
        entry.modified_at = max(wished, entry.modified_at)
    entry.changed_by_id = actor.person_id
    update(entry, "size", "digest", "version", "number", "content_type", "modified_at", "changed_by")
    record(parent.space, Change.Kind.CHANGED, entry)
    tell(actor, EntryRewritten(entry_id=entry.id, folder_id=parent.id, space_id=entry.space_id, name=entry.name))
    return entry


def _sensible(moment: datetime | None) -> datetime | None:
    """A client's time, unless it is beyond what clients can show."""
    return moment if moment is not None and EARLIEST <= moment < LATEST else None
