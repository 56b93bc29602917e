# SPDX-License-Identifier: AGPL-3.0-or-later
"""The trash: what a deletion takes stays whole and charged until it is restored, erased or too old."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Sum

from mazot.exchange.facts.drive import EntryErased, EntryRestored, EntryTrashed
from mazot.foundation import clock, quota
from mazot.foundation.errors import NotFound
from mazot.foundation.facts import tell
from mazot.products.drive.actions.guarding import Guard
from mazot.products.drive.actions.holding import (
    hold_entries,
    hold_spaces,
    must_be_folder,
    must_fit_depth,
    must_not_be_root,
    names_in,
    top_level,
)
from mazot.products.drive.actions.recording import record
from mazot.products.drive.models import Change, Entry, Lock, Revision, Space, Trashing
from mazot.products.drive.queries import rows
from mazot.products.drive.queries.leaving import spaces_that_may_come_back
from mazot.products.drive.queries.spaces import ACCOUNT, limit_of
from mazot.products.drive.queries.trash import trash_for
from mazot.products.drive.rights import USE, WRITE
from mazot.products.drive.rules.names import free_name
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action, require

PURGED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Restored:
    """Where an entry came back to: its folder, or the nearest one that still exists, and under which name."""

    entry: Entry
    folder: Entry
    is_elsewhere: bool
    old_name: str

    @property
    def is_renamed(self) -> bool:
        return self.entry.name != self.old_name


@action(needs=WRITE)
def trash_entries(
    actor: Actor,
    selection: Selection,
    *,
    tokens: frozenset[str] = frozenset(),
    precondition: Callable[[], None] | None = None,
) -> list[Trashing]:
    """Take entries away with everything in them, so that they can come back."""
    for entry in selection.entries:
        must_not_be_root(entry)
    spaces, held = hold_entries(*selection.entries)
    if precondition:
        precondition()
    guard = Guard(actor, spaces.values(), tokens)
    chosen = top_level(held)
    for entry in chosen:
        guard.everything(entry)
        guard.members(Entry(id=entry.parent_id))
    return [trash_held(actor, entry) for entry in chosen]


def trash_held(actor: Actor, entry: Entry) -> Trashing:
    """Trash one held entry whose locks have been asked for."""
    way = rows.ancestors(entry.id)
    below = [step.id for step in rows.descendants(entry.id)] if entry.is_folder else [entry.id]
    trashing = Trashing(
        space_id=entry.space_id,
        organization_id=entry.organization_id,
        entry_id=entry.id,
        n_entries=len(below),
        size=_bytes_of(below),
        place=[step.name for step in reversed(way[1:-1])],
        by_id=actor.person_id,
        at=clock.now(),
    )
    trashing.save(force_insert=True)
    for piece in rows.in_pieces(below):
        Entry.objects.filter(id__in=piece).update(trashed=trashing)
    if entry.space.locked_until is not None:
        Lock.objects.filter(entry__trashed=trashing).delete()
    record(entry.space, Change.Kind.REMOVED, entry)
    tell(
        actor,
        EntryTrashed(entry_id=entry.id, folder_id=_parent_id(entry), space_id=entry.space_id, name=entry.name),
    )
    return trashing


@action(needs=WRITE)
def restore_entries(actor: Actor, selection: Selection, *, folder: Entry | None = None) -> list[Restored]:
    """Bring trashed entries back to their folder, or to a chosen one; a taken name gets a free one."""
    if folder is not None:
        require(actor, WRITE, folder)
    extra = [] if folder is None else [folder.space_id]
    spaces = hold_spaces([*(entry.space_id for entry in selection.entries), *extra])
    guard = Guard(actor, spaces.values())
    return [_restore(actor, guard, trashing, spaces, folder) for trashing in _held_trashings(selection, spaces)]


def _restore(
    actor: Actor, guard: Guard, trashing: Trashing, spaces: dict[UUID, Space], wanted: Entry | None
) -> Restored:
    entry, space = trashing.entry, spaces[trashing.space_id]
    folder = _living(wanted.id, spaces) if wanted else _nearest_living(entry, space)
    must_be_folder(folder)
    guard.members(folder)
    taken_along = list(Entry.objects.filter(trashed=trashing).only("id", "parent", "name", "is_folder"))
    must_fit_depth(folder, levels=_height(entry.id, taken_along) if entry.is_folder else 0)
    old_name = entry.name
    is_elsewhere = folder.id != entry.parent_id or _was_in(trashing) != (folder.name if folder.parent_id else None)
    entry.name = free_name(entry.name, names_in(folder))
    entry.parent_id, entry.space, entry.trashed_id = folder.id, folder.space, None
    entry.save(update_fields=["name", "parent", "space", "trashed"])
    Entry.objects.filter(trashed=trashing).update(trashed=None, space_id=folder.space_id)
    trashing.delete()
    others = [other for other in taken_along if other.id != entry.id]
    record(folder.space, Change.Kind.ADDED, entry, *others)
    tell(actor, EntryRestored(entry_id=entry.id, folder_id=folder.id, space_id=entry.space_id, name=entry.name))
    return Restored(entry, folder, is_elsewhere=is_elsewhere, old_name=old_name)


@action(needs=WRITE)
def erase_entries(actor: Actor, selection: Selection) -> int:
    """Erase trashed entries for good and give their bytes back; answer how many bytes."""
    spaces = hold_spaces(entry.space_id for entry in selection.entries)
    return sum(_erase(actor, trashing) for trashing in _held_trashings(selection, spaces))


@action(needs=USE)
def empty_trash(actor: Actor, instance: ProductInstance) -> int:
    """Erase everything the actor finds in a drive's trash; answer how many bytes that gave back."""
    found = trash_for(actor, instance)
    hold_spaces(found.order_by().values_list("space_id", flat=True))
    return sum(_erase(actor, trashing) for trashing in found.all())


@action(needs=USE)
def purge_trash(actor: Actor, instance: ProductInstance) -> int:
    """Erase what has been in the trash for longer than the plan says; answer how many deletions, 200 at most."""
    days = limit_of(instance, "trash_days")
    if days is None:
        return 0
    old = Trashing.objects.filter(space__instance_id=instance.id, at__lt=clock.now() - timedelta(days=days))
    old = old.exclude(space__in=spaces_that_may_come_back(instance).values("id"))
    hold_spaces(old.values_list("space_id", flat=True))
    due = list(old.select_related("entry").order_by("at")[:PURGED_AT_ONCE])
    for trashing in due:
        _erase(actor, trashing)
    return len(due)


def _erase(actor: Actor, trashing: Trashing) -> int:
    entry = trashing.entry
    below = list(Entry.objects.filter(trashed=trashing).values_list("id", flat=True))
    size = _bytes_of(below)
    # What was trashed on its own from inside stays restorable: it hangs on what is above from now on.
    for piece in rows.in_pieces(below):
        Entry.objects.filter(parent_id__in=piece).exclude(trashed=trashing).update(parent_id=entry.parent_id)
    Trashing.objects.filter(id=trashing.id).delete()
    for piece in rows.in_pieces(below):
        Entry.objects.filter(id__in=piece).delete()
    quota.charge(entry.instance_id, ACCOUNT, size=-size)
    tell(
        actor,
        EntryErased(entry_id=entry.id, folder_id=_parent_id(entry), space_id=trashing.space_id, name=entry.name),
    )
    return size


def _held_trashings(selection: Selection, spaces: dict[UUID, Space]) -> list[Trashing]:
    wanted = [entry.id for entry in selection.entries]
    found = {
        trashing.entry_id: trashing
        for trashing in Trashing.objects.filter(entry_id__in=wanted, space_id__in=list(spaces)).select_related("entry")
    }
    if len(found) != len(wanted):
        raise NotFound("not_found")
    return [found[identifier] for identifier in wanted]


def _nearest_living(entry: Entry, space: Space) -> Entry:
    """The folder it was in, or the first one above that still lives in the space, or the space's root."""
    chain = [step.id for step in rows.ancestors(entry.id)[1:]]
    living = {
        folder.id: folder for folder in Entry.objects.filter(id__in=chain, space_id=space.id, trashed__isnull=True)
    }
    nearest = next((living[step] for step in chain if step in living), None)
    found = nearest or Entry.objects.get(id=space.root_id)
    found.space = space
    return found


def _was_in(trashing: Trashing) -> str | None:
    """The name of the folder it was in; none at a space's top. Its row may be gone, and its parent another by now."""
    return str(trashing.place[-1]) if trashing.place else None


def _living(folder_id: UUID, spaces: dict[UUID, Space]) -> Entry:
    found = Entry.objects.filter(id=folder_id, space_id__in=list(spaces), trashed__isnull=True).first()
    if found is None:
        raise NotFound("not_found")
    found.space = spaces[found.space_id]
    return found


def _height(top_id: UUID, entries: list[Entry]) -> int:
    """Levels of the tree these entries make, the top included."""
    parents = {entry.id: entry.parent_id for entry in entries}
    deepest = 1
    for entry in entries:
        level, step = 1, entry.id
        while step != top_id and (above := parents.get(step)) is not None:
            level, step = level + 1, above
        deepest = max(deepest, level)
    return deepest


def _bytes_of(entry_ids: list[UUID]) -> int:
    return sum(
        Revision.objects.filter(entry_id__in=piece).aggregate(size=Sum("size"))["size"] or 0
        for piece in rows.in_pieces(entry_ids)
    )


def _parent_id(entry: Entry) -> UUID:
    return entry.parent_id or entry.id
