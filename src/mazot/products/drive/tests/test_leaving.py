# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's files when they leave."""

import pytest

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.leaving import erase_traces, forget_author, hand_over_folders
from mazot.products.drive.actions.locks import lock_entry
from mazot.products.drive.actions.trash import trash_entries
from mazot.products.drive.actions.uploads import start_upload
from mazot.products.drive.models import Entry, Lock, Revision, Space, Upload
from mazot.products.drive.queries.entries import entry_at
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import used
from mazot.tenancy.models import Membership


@pytest.fixture
def membership(cast):
    return Membership.objects.get(organization=cast.mimosa, person=cast.people.malik)


def test_the_receiver_gets_a_folder_named_after_the_leaver(cast, olive, malik, membership, own, folder, file):
    file("a", folder("f"), "12345")
    trash_entries(malik, Selection.of(file("old")))
    hand_over_folders(olive, membership, receiver=olive)
    hers = open_own_folder(olive, cast.drive).root
    assert entry_at(olive, hers, ["Malik Diallo", "f", "a"]).size == 5
    assert not Space.objects.filter(person=cast.people.malik).exists()
    assert used(cast.drive) == 5


def test_without_a_receiver_nothing_stays(cast, olive, membership, own, folder, file):
    file("a", folder("f"), "12345")
    hand_over_folders(olive, membership)
    assert used(cast.drive) == 0
    assert Entry.objects.count() == 0


def test_work_in_common_folders_stays_without_the_name(cast, olive, membership, common, file):
    entry = file("plan", common.root)
    forget_author(olive, membership)
    assert Entry.objects.get(id=entry.id).changed_by is None
    assert Revision.objects.get(entry=entry).by is None


def test_locks_and_uploads_go(cast, olive, malik, membership, common, file):
    lock_entry(malik, file("plan", common.root), depth_infinity=False, exclusive=True)
    start_upload(malik, common.root, name="a", size=1)
    erase_traces(olive, membership)
    assert Lock.objects.count() == Upload.objects.count() == 0


def test_only_who_manages_people_does_this(malik, otto, membership):
    for deed in (hand_over_folders, forget_author, erase_traces):
        with pytest.raises(NotAllowed):
            deed(malik, membership)
        with pytest.raises(NotFound):
            deed(otto, membership)
