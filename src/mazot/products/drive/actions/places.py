# SPDX-License-Identifier: AGPL-3.0-or-later
"""Renaming, moving and copying: the same entry elsewhere, or another one with the same content."""

from collections.abc import Callable, Sequence
from typing import Literal

from django.utils.translation import gettext as _

from mazot.exchange.facts.drive import EntryMoved
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Refused
from mazot.foundation.facts import tell
from mazot.foundation.text import composed
from mazot.products.drive.actions.copying import copy_below
from mazot.products.drive.actions.guarding import Guard
from mazot.products.drive.actions.holding import (
    checked_name,
    entry_named,
    hold_entries,
    must_be_folder,
    must_fit_depth,
    must_not_be_root,
    names_in,
    taken,
    top_level,
)
from mazot.products.drive.actions.recording import record
from mazot.products.drive.actions.trash import trash_held
from mazot.products.drive.models import Change, Entry, Lock, Space
from mazot.products.drive.queries import rows
from mazot.products.drive.rights import READ, WRITE
from mazot.products.drive.rules.names import free_name
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action, require

Check = Callable[[], None]
IfTaken = Literal["refuse", "replace", "keep_both"]


@action(needs=WRITE)
def rename_entry(actor: Actor, entry: Entry, *, name: str, was: str = "") -> Entry:
    """Give a file or folder another name in its folder; `was` is the name the person saw when they decided."""
    parent = _parent_of(entry)
    spaces, (held, folder) = hold_entries(entry, parent)
    if was and composed(was) != held.name:
        raise Conflict(
            "renamed",
            _("Somebody renamed it to “%(name)s” a moment ago. Look again, then decide.") % {"name": held.name},
            name=held.name,
        )
    _must_still_be_in(held, folder)
    return _relocate(actor, Guard(actor, spaces.values()), held, folder, name=name, on_taken="refuse")


@action(needs=WRITE)
def move_entry(
    actor: Actor,
    entry: Entry,
    *,
    folder: Entry,
    name: str,
    on_taken: IfTaken = "refuse",
    tokens: frozenset[str] = frozenset(),
    precondition: Check | None = None,
) -> Entry:
    """Put one entry in a folder under a name; what has the name there goes to the trash if it is to be replaced."""
    require(actor, WRITE, folder)
    must_not_be_root(entry)
    spaces, (held, target) = hold_entries(entry, folder)
    if precondition:
        precondition()
    guard = Guard(actor, spaces.values(), tokens)
    return _relocate(actor, guard, held, target, name=name, on_taken=on_taken)


@action(needs=WRITE)
def move_entries(actor: Actor, selection: Selection, *, folder: Entry, on_taken: IfTaken = "refuse") -> list[Entry]:
    """Put several entries in a folder, all or none; where a name is taken, refuse or find a free one."""
    require(actor, WRITE, folder)
    for entry in selection.entries:
        must_not_be_root(entry)
    spaces, (target, *held) = hold_entries(folder, *selection.entries)
    guard = Guard(actor, spaces.values())
    chosen = top_level(held)
    return [
        _relocate(actor, guard, entry, target, name=entry.name, on_taken=on_taken)
        for entry in chosen
        if entry.parent_id != target.id
    ]


@action(needs=READ)
def copy_entry(
    actor: Actor,
    entry: Entry,
    *,
    folder: Entry,
    name: str,
    on_taken: IfTaken = "refuse",
    shallow: bool = False,
    tokens: frozenset[str] = frozenset(),
    precondition: Check | None = None,
) -> Entry:
    """Make a second one of an entry, with everything in it, in a folder under a name."""
    require(actor, WRITE, folder)
    spaces, (held, target) = hold_entries(entry, folder)
    if precondition:
        precondition()
    guard = Guard(actor, spaces.values(), tokens)
    return _duplicate(actor, guard, held, target, name=name, on_taken=on_taken, shallow=shallow)


@action(needs=READ)
def copy_entries(actor: Actor, selection: Selection, *, folder: Entry, on_taken: IfTaken = "keep_both") -> list[Entry]:
    """Make a second one of several entries in a folder, all or none."""
    require(actor, WRITE, folder)
    spaces, (target, *held) = hold_entries(folder, *selection.entries)
    guard = Guard(actor, spaces.values())
    return [
        _duplicate(actor, guard, entry, target, name=entry.name, on_taken=on_taken, shallow=False)
        for entry in top_level(held)
    ]


def _relocate(actor: Actor, guard: Guard, entry: Entry, folder: Entry, *, name: str, on_taken: IfTaken) -> Entry:
    must_be_folder(folder)
    _must_be_one_drive(entry, folder)
    wanted = checked_name(name, folder=folder)
    if entry.parent_id == folder.id and entry.name == wanted:
        return entry
    below = rows.descendants(entry.id) if entry.is_folder else []
    _must_not_contain(entry, below, folder)
    wanted = _make_room(actor, guard, entry, folder, name=wanted, on_taken=on_taken)
    if below:
        must_fit_depth(folder, levels=1 + below[-1].depth)
    guard.everything(entry, below={step.id for step in below})
    guard.members(_held_parent(entry))
    guard.members(folder)
    old_parent_id, old_name, old_space = entry.parent_id, entry.name, entry.space
    entry.parent_id, entry.name, entry.space = folder.id, wanted, folder.space
    entry.save(update_fields=["parent", "name", "space"])
    Lock.objects.filter(entry_id=entry.id).delete()  # RFC 4918 §7.5: a lock does not move with its resource
    if old_space.id != folder.space_id:
        _change_space(entry, below, old_space)
    else:
        record(folder.space, Change.Kind.CHANGED, entry)
    tell(
        actor,
        EntryMoved(
            entry_id=entry.id,
            folder_id=folder.id,
            space_id=entry.space_id,
            name=wanted,
            from_folder_id=old_parent_id or folder.id,
            old_name=old_name,
        ),
    )
    return entry


def _change_space(entry: Entry, below: Sequence[rows.Branch], old_space: Space) -> None:
    """A move between spaces: gone with everything in the one log, new with everything in the other."""
    for piece in rows.in_pieces([step.id for step in below[1:]]):
        Entry.objects.filter(id__in=piece).update(space_id=entry.space_id)
        Lock.objects.filter(entry_id__in=piece).delete()
    record(old_space, Change.Kind.REMOVED, entry)
    moved = [Entry(id=step.id, parent_id=step.parent_id, name=step.name) for step in below[1:]]
    record(entry.space, Change.Kind.ADDED, entry, *moved)


def _duplicate(
    actor: Actor, guard: Guard, entry: Entry, folder: Entry, *, name: str, on_taken: IfTaken, shallow: bool
) -> Entry:
    must_be_folder(folder)
    _must_be_one_drive(entry, folder)
    wanted = checked_name(name or _("Copy"), folder=folder)
    below = rows.descendants(entry.id) if entry.is_folder and not shallow else []
    _must_not_contain(entry, below, folder)
    wanted = _make_room(actor, guard, entry, folder, name=wanted, on_taken=on_taken)
    if entry.is_folder:
        must_fit_depth(folder, levels=1 + (below[-1].depth if below else 0))
    guard.members(folder)
    return copy_below(actor, entry, folder, name=wanted, below=below, at=clock.now())


def _make_room(actor: Actor, guard: Guard, entry: Entry, folder: Entry, *, name: str, on_taken: IfTaken) -> str:
    """The name to use: it is free, or made free, or another one."""
    there = entry_named(folder, name)
    if there is None:
        return name
    if on_taken == "keep_both":
        return free_name(name, names_in(folder))
    if on_taken == "refuse":
        raise taken(name)
    if any(step.id == there.id for step in rows.ancestors(entry.id)):
        raise Refused("into_itself", _("“%(name)s” cannot be replaced by itself or its content.") % {"name": name})
    guard.everything(there)
    trash_held(actor, there)
    return name


def _must_not_contain(entry: Entry, below: Sequence[rows.Branch], folder: Entry) -> None:
    if entry.id == folder.id or any(step.id == folder.id for step in below):
        raise Refused("into_itself", _("“%(name)s” cannot go into itself.") % {"name": entry.name})


def _must_be_one_drive(entry: Entry, folder: Entry) -> None:
    if entry.instance_id != folder.instance_id:
        raise Refused("several_drives", _("Files stay in their drive; download them to bring them to another one."))


def _must_still_be_in(entry: Entry, folder: Entry) -> None:
    if entry.parent_id != folder.id:
        raise Conflict("moved", _("It is in another place now."))


def _parent_of(entry: Entry) -> Entry:
    must_not_be_root(entry)
    return Entry.objects.get(id=entry.parent_id)


def _held_parent(entry: Entry) -> Entry:
    return Entry(id=entry.parent_id, space_id=entry.space_id)
