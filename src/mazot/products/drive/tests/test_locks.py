# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write locks, as the web's deeds meet them."""

from datetime import timedelta

import pytest

from mazot.foundation.errors import Conflict, Locked, NotAllowed, NotFound, Refused
from mazot.products.drive import jobs
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.actions.locks import lock_entry, refresh_lock, unlock_entry
from mazot.products.drive.actions.places import copy_entries, move_entries, rename_entry
from mazot.products.drive.actions.trash import trash_entries
from mazot.products.drive.models import Lock
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import again, blob


@pytest.fixture
def plan(malik, common):
    return put_file(malik, common.root, name="plan.ods", blob=blob()).entry


def hold(actor, entry, *, deep=False, exclusive=True, seconds=600):
    return lock_entry(actor, again(entry), depth_infinity=deep, exclusive=exclusive, seconds=seconds)


def test_the_webs_deeds_are_refused_with_who_and_until_when(malik, olive, common, plan):
    lock = hold(malik, plan)
    folder = make_folder(olive, common.root, name="f")
    deeds = [
        lambda: put_file(olive, common.root, name="plan.ods", blob=blob("2")),
        lambda: rename_entry(olive, again(plan), name="x"),
        lambda: move_entries(olive, Selection.of(again(plan)), folder=folder),
        lambda: trash_entries(olive, Selection.of(again(plan))),
        lambda: rename_entry(malik, again(plan), name="x"),  # their own program has it open
    ]
    for deed in deeds:
        with pytest.raises(Locked) as refusal:
            deed()
        assert "Malik Diallo" in str(refusal.value.sentence)
        assert refusal.value.facts["until"] == lock.expires_at
    copy_entries(olive, Selection.of(again(plan)), folder=folder)  # reading is free
    put_file(olive, common.root, name="other", blob=blob())


def test_a_lock_inside_keeps_its_folder_in_place(malik, olive, common):
    folder = make_folder(malik, common.root, name="f")
    inner = put_file(malik, folder, name="x", blob=blob()).entry
    hold(malik, inner)
    for deed in (
        lambda: trash_entries(olive, Selection.of(folder)),
        lambda: rename_entry(olive, folder, name="g"),
    ):
        with pytest.raises(Locked):
            deed()
    put_file(olive, folder, name="y", blob=blob())


def test_a_locked_folder_takes_and_loses_no_member(malik, olive, common):
    folder = make_folder(malik, common.root, name="f")
    inner = put_file(malik, folder, name="x", blob=blob()).entry
    hold(malik, folder)
    for deed in (
        lambda: put_file(olive, folder, name="y", blob=blob()),
        lambda: make_folder(olive, folder, name="z"),
        lambda: trash_entries(olive, Selection.of(again(inner))),
    ):
        with pytest.raises(Locked):
            deed()
    put_file(olive, folder, name="x", blob=blob("the member itself is free"))


def test_exclusive_stands_alone_and_shared_may_meet(malik, olive, common, plan):
    hold(malik, plan, exclusive=False)
    hold(olive, plan, exclusive=False)
    with pytest.raises(Locked):
        hold(olive, plan)
    with pytest.raises(Locked):
        hold(olive, common.root, deep=True)
    hold(olive, common.root)


def test_a_lock_runs_out_by_itself_and_the_job_removes_its_row(malik, olive, common, plan, clock):
    hold(malik, plan, seconds=60)
    clock.advance(timedelta(seconds=61))
    rename_entry(olive, again(plan), name="free.ods")
    assert Lock.objects.count() == 0 or jobs.sweep_locks() >= 0
    hold(malik, plan, seconds=60)
    clock.advance(timedelta(seconds=61))
    assert jobs.sweep_locks() == 1
    assert jobs.sweep_locks() == 0


def test_refreshing_begins_the_time_anew(malik, olive, common, plan, clock):
    lock = hold(malik, plan, seconds=60)
    clock.advance(timedelta(seconds=50))
    refresh_lock(malik, again(plan), token=lock.token, seconds=60)
    clock.advance(timedelta(seconds=50))
    with pytest.raises(Locked):
        rename_entry(olive, again(plan), name="x")


def test_only_the_holder_refreshes_and_releases(malik, olive, otto, common, plan):
    lock = hold(malik, plan)
    for deed in (refresh_lock, unlock_entry):
        with pytest.raises(NotAllowed):
            deed(olive, again(plan), token=lock.token)
        with pytest.raises(NotFound):
            deed(otto, again(plan), token=lock.token)
        with pytest.raises(Conflict):
            deed(malik, again(plan), token="urn:uuid:none")
    unlock_entry(malik, again(plan), token=lock.token)
    rename_entry(olive, again(plan), name="x")


def test_the_time_and_the_owner_have_limits(malik, plan):
    assert hold(malik, plan, exclusive=False, seconds=10**9).seconds == 24 * 3600
    with pytest.raises(Refused):
        lock_entry(malik, again(plan), depth_infinity=False, exclusive=False, owner_xml="x" * 5000)


def test_otto_locks_nothing_at_mimosa(otto, plan):
    with pytest.raises(NotFound):
        hold(otto, plan)
