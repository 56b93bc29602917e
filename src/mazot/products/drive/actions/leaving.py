# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's things in Drive when they leave an organization, how it comes back, and its end.

Each deed may be called again. What was deleted stays in its place, where nobody reaches it, until the end.
"""

from typing import Any
from uuid import UUID

from mazot.exchange.product import Choice
from mazot.foundation import clock
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.files import make_folder
from mazot.products.drive.actions.holding import hold_spaces
from mazot.products.drive.actions.places import move_entries
from mazot.products.drive.actions.trash import erase_entries, restore_entries, trash_entries
from mazot.products.drive.models import Entry, Lock, Revision, Space, Trashing, Upload
from mazot.products.drive.queries import rows
from mazot.products.drive.queries.leaving import (
    instance_of,
    must_fit_below,
    name_for,
    own_spaces,
    place_in,
    receiver_in,
)
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action

NAMES_TOLD = 20

Record = dict[str, Any]


@action(needs=MANAGE_PEOPLE)
def hand_over_folder(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:
    """Bring what is in a leaver's own folder to where it was decided, into one folder named after them."""
    space = own_spaces(membership).filter(instance_id=instance_of(key).id).first()
    if space is None or choice["fate"] == "delete":
        return record
    top = _top(actor, membership, key, choice)
    spaces = hold_spaces({space.id, top.space_id})
    members = tuple(Entry.objects.filter(parent_id=space.root_id, trashed__isnull=True).order_by("name", "id"))
    if not members:
        return record
    must_fit_below(space)
    Lock.objects.filter(space_id=space.id).delete()  # the leaver's own programs held them
    n_entries = _living_in(spaces[space.id]).count()
    system = _system(membership)
    folder = make_folder(system, top, name=name_for(membership.person), on_taken="keep_both")
    move_entries(system, Selection(members), folder=folder)
    return {
        "space": str(space.id),
        "folder": str(folder.id),
        "to": str(top.space_id),
        "entries": [str(entry.id) for entry in members],
        "count": n_entries,
        "at": clock.now().isoformat(),
    }


@action(needs=MANAGE_PEOPLE)
def bring_folder_back(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """Bring exactly those entries back to the leaver's own folder, as they are by now, and tell what could not.

    What was moved on into an organization folder stays there, for others count on it; so does what the receiver added
    beside them. What the receiver put in the trash comes out of it.
    """
    space = own_spaces(membership).filter(id=record.get("space")).first() if record.get("space") else None
    if space is None or space.root is None:
        return {}
    wanted = [UUID(entry_id) for entry_id in record["entries"]]
    folder = Entry.objects.filter(id=record["folder"]).first()
    hold_spaces({space.id, *([folder.space_id] if folder else []), *_spaces_of(wanted)})
    system = _system(membership)
    if folder is not None and (thrown := Trashing.objects.filter(entry_id=folder.id).first()) is not None:
        restore_entries(system, Selection.of(thrown.entry))
    stayed: list[str] = []
    for entry_id in wanted:
        entry = Entry.objects.filter(id=entry_id).select_related("space").first()
        if entry is not None and not _bring(system, entry, space, record):
            stayed.append(entry.name)
    _remove_empty(system, UUID(record["folder"]))
    back = _living_in(space).filter(created_at__lte=record["at"]).count()
    return {"back": back, "of": record["count"], "stayed": stayed[:NAMES_TOLD]}


@action(needs=MANAGE_PEOPLE)
def keep_folder_as_it_is(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> None:
    """A hand-over is final by itself; what was left in the leaver's own folder goes with their traces."""


@action(needs=MANAGE_PEOPLE)
def release_locks(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """Release what a leaver's programs hold, for nobody else could."""
    Lock.objects.filter(person_id=membership.person_id, space__organization_id=membership.organization_id).delete()
    return record


@action(needs=MANAGE_PEOPLE)
def keep_names(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """Nothing of a leaver's name was forgotten yet; a released lock is taken again by the program that wants it."""
    return {}


@action(needs=MANAGE_PEOPLE)
def forget_person(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> None:  # noqa: ARG001 - every deed of a removal is called alike
    """Erase what is left in a leaver's own folders, and keep their work elsewhere without their name."""
    inside = {"organization_id": membership.organization_id}
    system = _system(membership)
    for space in own_spaces(membership).order_by("id"):
        hold_spaces([space.id])
        Lock.objects.filter(space_id=space.id).delete()
        living = tuple(Entry.objects.filter(parent_id=space.root_id, trashed__isnull=True))
        if living:
            trash_entries(system, Selection(living))
        trashed = tuple(Entry.objects.filter(trashing__space=space))
        if trashed:
            erase_entries(system, Selection(trashed))
        Upload.objects.filter(parent__space=space).delete()
        root_id, space.root = space.root_id, None
        space.save(update_fields=["root"])
        Entry.objects.filter(id=root_id).delete()
        space.delete()
    Entry.objects.filter(changed_by_id=membership.person_id, **inside).update(changed_by=None)
    Trashing.objects.filter(by_id=membership.person_id, **inside).update(by=None)
    revisions = Revision.objects.filter(entry__organization_id=membership.organization_id)
    revisions.filter(by_id=membership.person_id).update(by=None)
    Lock.objects.filter(person_id=membership.person_id, space__organization_id=membership.organization_id).delete()
    Upload.objects.filter(person_id=membership.person_id, **inside).delete()


def _top(actor: Actor, membership: Membership, key: str, choice: Choice) -> Entry:
    """The folder in which the folder named after the leaver is made."""
    if choice["fate"] == "organization_folder":
        root = place_in(membership, key, choice["place"]).root
    else:
        receiver = receiver_in(actor, membership, key, choice["receiver"])
        them = Actor(receiver.person_id, receiver.organization_id, receiver.role, receiver.id, via="job")
        root = open_own_folder(them, instance_of(key)).root
    assert root is not None
    return root


def _bring(system: Actor, entry: Entry, space: Space, record: Record) -> bool:
    """Bring one entry back if it is still where a hand-over may have left it; answer whether it is back."""
    assert space.root is not None
    if entry.trashed_id is not None:
        if not Trashing.objects.filter(entry_id=entry.id).exists():
            return False  # it went to the trash inside something else, and comes back from there with it
        restore_entries(system, Selection.of(entry), folder=space.root)
        return True
    if entry.space_id == space.id:
        return True
    if entry.space.kind != Space.Kind.PERSONAL and str(entry.space_id) != record["to"]:
        return False
    move_entries(system, Selection.of(entry), folder=space.root, on_taken="keep_both")
    return True


def _remove_empty(system: Actor, folder_id: UUID) -> None:
    folder = Entry.objects.filter(id=folder_id, trashed__isnull=True).first()
    if folder is None or Entry.objects.filter(parent_id=folder.id).exists():
        return
    trash_entries(system, Selection.of(folder))
    erase_entries(system, Selection.of(folder))


def _spaces_of(entry_ids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for piece in rows.in_pieces(entry_ids):
        found |= set(Entry.objects.filter(id__in=piece).values_list("space_id", flat=True))
    return found


def _living_in(space: Space) -> Any:
    return Entry.objects.filter(space_id=space.id, trashed__isnull=True).exclude(id=space.root_id)


def _system(membership: Membership) -> Actor:
    return Actor.system(membership.organization_id, because=f"membership {membership.id} ends")
