# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.exchange.facts.drive import EntryMoved
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from mazot.products.drive.actions.places import rename_entry
from mazot.products.drive.models import Change
from mazot.products.drive.tests.conftest import again, told


def test_a_new_name_is_kept_composed_logged_and_told(malik, own, file):
    entry = file("old.txt")
    rename_entry(malik, entry, name="neue\u0308.txt")
    assert again(entry).name == "neuë.txt"
    assert again(entry).version == entry.version
    assert list(Change.objects.filter(entry_id=entry.id).values_list("kind", "name")) == [
        ("added", "old.txt"),
        ("changed", "neuë.txt"),
    ]
    [fact] = told(EntryMoved)
    assert (fact["old_name"], fact["name"], fact["from_folder_id"]) == ("old.txt", "neuë.txt", str(own.id))


def test_a_name_may_change_its_case_or_stay(malik, file):
    entry = file("readme")
    assert rename_entry(malik, entry, name="README").name == "README"
    assert rename_entry(malik, again(entry), name="README").name == "README"
    assert len(told(EntryMoved)) == 1


def test_a_taken_or_impossible_name_changes_nothing(malik, file):
    entry = file("a")
    file("b")
    with pytest.raises(Conflict):
        rename_entry(malik, entry, name="b")
    with pytest.raises(Invalid):
        rename_entry(malik, entry, name="x/y")
    assert again(entry).name == "a"


def test_who_decided_on_an_older_name_is_told_of_the_newer_one(malik, olive, file, common):
    plan = file("plan", common.root)
    rename_entry(olive, plan, name="plan of Olive", was="plan")

    with pytest.raises(Conflict, match="plan of Olive"):
        rename_entry(malik, plan, name="plan of Malik", was="plan")
    assert again(plan).name == "plan of Olive"


def test_the_top_of_a_space_keeps_its_name(malik, own, olive, common):
    for actor, top in ((malik, own), (olive, common.root)):
        with pytest.raises(NotAllowed):
            rename_entry(actor, top, name="x")


def test_otto_renames_nothing_at_mimosa(otto, file):
    entry = file("a")
    with pytest.raises(NotFound):
        rename_entry(otto, entry, name="b")
