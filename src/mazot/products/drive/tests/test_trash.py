# SPDX-License-Identifier: AGPL-3.0-or-later
"""Trash, restore, erase, empty, purge."""

from datetime import timedelta

import pytest

from mazot.exchange.facts.drive import EntryErased, EntryRestored, EntryTrashed
from mazot.foundation import quota
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.drive import jobs
from mazot.products.drive.actions.places import move_entries
from mazot.products.drive.actions.trash import empty_trash, erase_entries, restore_entries, trash_entries
from mazot.products.drive.models import Change, Entry, Revision, Trashing
from mazot.products.drive.queries.entries import entries_in, entries_named, entry_for, recent_for
from mazot.products.drive.queries.trash import trash_for, trashed_selection_for
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import again, told, used
from mazot.tenancy.models import Plan


def trash(actor, *entries):
    return trash_entries(actor, Selection.of(*(again(entry) for entry in entries)))


def restore(actor, *entries, folder=None):
    return restore_entries(actor, trashed_selection_for(actor, [entry.id for entry in entries]), folder=folder)


def test_what_is_trashed_is_nowhere_else_and_stays_charged(cast, malik, own, folder, file):
    top = folder("top")
    inner = file("inner", folder("middle", top), "12345")
    [trashing] = trash(malik, top)
    assert (trashing.n_entries, trashing.size, trashing.place) == (3, 5, [])
    assert entries_in(malik, own) == []
    assert recent_for(malik) == []
    assert entries_named(malik, "inner") == []
    for entry in (top, inner):
        with pytest.raises(NotFound):
            entry_for(malik, entry.id)
    assert used(cast.drive) == 5
    assert [t.entry.name for t in trash_for(malik)] == ["top"]
    assert [fact["name"] for fact in told(EntryTrashed)] == ["top"]
    assert list(Change.objects.filter(kind="removed").values_list("entry_id", flat=True)) == [top.id]


def test_it_comes_back_to_its_folder_with_everything(malik, folder, file):
    top = folder("top")
    inner = file("inner", folder("middle", top))
    trash(malik, top)
    [done] = restore(malik, top)
    assert not done.is_elsewhere
    assert not done.is_renamed
    assert entry_for(malik, inner.id).name == "inner"
    assert trash_for(malik).count() == 0
    assert [fact["entry_id"] for fact in told(EntryRestored)] == [str(top.id)]


def test_a_taken_name_gets_a_free_one_and_that_is_said(malik, own, file):
    first = file("a.txt")
    trash(malik, first)
    file("a.txt")
    [done] = restore(malik, first)
    assert done.is_renamed
    assert (done.old_name, done.entry.name) == ("a.txt", "a (2).txt")


def test_a_trashed_folder_sends_its_entry_to_the_nearest_living_one(malik, own, folder, file):
    outer = folder("outer")
    middle = folder("middle", outer)
    entry = file("a", middle)
    trash(malik, entry)
    trash(malik, middle)
    [done] = restore(malik, entry)
    assert done.is_elsewhere
    assert done.folder.id == outer.id
    assert trash_for(malik).get().entry_id == middle.id


def test_an_erased_folder_leaves_what_was_trashed_before_it(malik, own, folder, file):
    middle = folder("middle", folder("outer"))
    entry = file("a", middle)
    trash(malik, entry)
    trash(malik, again(middle))
    erase_entries(malik, trashed_selection_for(malik, [middle.id]))
    [done] = restore(malik, entry)
    assert done.is_elsewhere
    assert done.folder.name == "outer"


def test_it_can_come_back_to_a_chosen_folder_of_another_space(malik, common, file, folder):
    top = folder("top")
    inner = file("inner", top)
    trash(malik, top)
    [done] = restore(malik, top, folder=common.root)
    assert done.is_elsewhere
    assert again(inner).space_id == common.id


def test_a_folder_moved_to_another_space_is_not_followed(malik, own, common, folder, file):
    home = folder("home")
    entry = file("a", home)
    trash(malik, entry)
    move_entries(malik, Selection.of(again(home)), folder=common.root)
    [done] = restore(malik, entry)
    assert done.folder.id == own.id


def test_erasing_gives_every_version_back(cast, malik, folder, file):
    top = folder("top")
    file("a", top, "1")
    file("a", top, "22")
    trash(malik, top)
    assert erase_entries(malik, trashed_selection_for(malik, [top.id])) == 3
    assert used(cast.drive) == 0
    assert Revision.objects.count() == 0
    assert Entry.objects.filter(name="a").count() == 0
    assert [fact["entry_id"] for fact in told(EntryErased)] == [str(top.id)]


def test_emptying_takes_only_what_the_actor_sees(cast, malik, olive, own, common, file):
    mine = file("mine")
    ours = file("ours", common.root)
    trash(malik, mine, ours)
    empty_trash(olive, cast.drive)
    assert [t.entry.name for t in trash_for(malik)] == ["mine"]
    empty_trash(malik, cast.drive)
    assert used(cast.drive) == 0


def test_the_job_purges_after_the_days_of_the_plan_and_may_run_twice(cast, malik, file, clock):
    cast.drive.plan = Plan.objects.create(product="drive", key="short", title="Short", limits={"trash_days": 7})
    cast.drive.save(update_fields=["plan"])
    old = file("old")
    trash(malik, old)
    clock.advance(timedelta(days=5))
    trash(malik, file("young"))
    assert jobs.purge_trash() == 0
    clock.advance(timedelta(days=3))
    assert jobs.purge_trash() == 1
    assert jobs.purge_trash() == 0
    assert [t.entry.name for t in trash_for(malik)] == ["young"]
    assert quota.used_and_allowed(cast.drive.id, "drive")[0] == len(b"a content")


def test_a_plan_without_end_purges_nothing(cast, malik, file, clock):
    cast.drive.plan = Plan.objects.create(product="drive", key="ever", title="Ever", limits={"trash_days": None})
    cast.drive.save(update_fields=["plan"])
    trash(malik, file("a"))
    clock.advance(timedelta(days=4000))
    assert jobs.purge_trash() == 0


def test_nothing_of_the_top_and_nothing_of_others_is_trashed(cast, malik, olive, otto, own, file):
    with pytest.raises(NotAllowed):
        trash(malik, own)
    entry = file("a")
    with pytest.raises(NotAllowed):
        trash(olive, entry)
    with pytest.raises(NotFound):
        trash(otto, entry)
    trash(malik, entry)
    for stranger in (olive, otto):
        with pytest.raises(NotFound):
            trashed_selection_for(stranger, [entry.id])
        for deed in (restore_entries, erase_entries):
            with pytest.raises((NotAllowed, NotFound)):
                deed(stranger, Selection.of(again(entry)))
    assert Trashing.objects.count() == 1
