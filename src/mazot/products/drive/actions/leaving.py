# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's things in Drive when they leave an organization."""

from django.utils.translation import gettext as _

from mazot.foundation.errors import Refused
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.files import make_folder
from mazot.products.drive.actions.places import move_entries
from mazot.products.drive.actions.trash import erase_entries, trash_entries
from mazot.products.drive.models import Entry, Lock, Revision, Space, Trashing, Upload
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership, Person
from mazot.tenancy.rights import action


@action(needs=MANAGE_PEOPLE)
def hand_over_folders(actor: Actor, membership: Membership, *, receiver: Actor | None = None) -> None:
    """Bring a leaver's own folders into a folder named after them in the receiver's; without receiver, erase them."""
    leaver = Person.objects.get(id=membership.person_id)
    spaces = Space.objects.filter(organization_id=membership.organization_id, person_id=leaver.id)
    system = Actor.system(membership.organization_id, because=f"membership {membership.id} ends")
    for space in spaces.select_related("instance", "root"):
        members = tuple(Entry.objects.filter(parent_id=space.root_id, trashed__isnull=True))
        if receiver is not None and members:
            if receiver.organization_id != actor.organization_id or receiver.person_id == leaver.id:
                raise Refused("wrong_receiver", _("Another member of the organization can take these files over."))
            top = open_own_folder(receiver, space.instance).root
            assert top is not None
            folder = make_folder(system, top, name=_folder_name(leaver), on_taken="keep_both")
            move_entries(system, Selection(members), folder=folder)
        elif members:
            trash_entries(system, Selection(members))
        trashed = tuple(Entry.objects.filter(trashing__space=space))
        if trashed:
            erase_entries(system, Selection(trashed))
        root_id = space.root_id
        space.root = None
        space.save(update_fields=["root"])
        Entry.objects.filter(id=root_id).delete()
        space.delete()


@action(needs=MANAGE_PEOPLE)
def forget_author(actor: Actor, membership: Membership) -> None:  # noqa: ARG001 - every deed has an actor
    """Keep a leaver's work in the organization's folders, without their name."""
    inside = {"organization_id": membership.organization_id}
    Entry.objects.filter(changed_by_id=membership.person_id, **inside).update(changed_by=None)
    Trashing.objects.filter(by_id=membership.person_id, **inside).update(by=None)
    Revision.objects.filter(by_id=membership.person_id, entry__organization_id=membership.organization_id).update(
        by=None
    )


@action(needs=MANAGE_PEOPLE)
def erase_traces(actor: Actor, membership: Membership) -> None:  # noqa: ARG001 - every deed has an actor
    """Release a leaver's locks and forget their unfinished uploads; the parts are swept from disk."""
    Lock.objects.filter(person_id=membership.person_id, space__organization_id=membership.organization_id).delete()
    Upload.objects.filter(person_id=membership.person_id, organization_id=membership.organization_id).delete()


def _folder_name(leaver: Person) -> str:
    return leaver.name.replace("/", " ").replace("\\", " ").strip(" .")[:80] or leaver.login
