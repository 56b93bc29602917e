# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.exchange.facts.drive import EntryCopied
from mazot.foundation import quota
from mazot.foundation.errors import NotAllowed, NotFound, OverQuota
from mazot.products.drive.actions.places import copy_entries, copy_entry
from mazot.products.drive.actions.properties import set_properties
from mazot.products.drive.models import DeadProperty, Entry, Revision
from mazot.products.drive.queries.entries import entries_in, entry_at
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import told, used


def test_a_folder_is_copied_with_everything_and_charged_again(cast, malik, own, folder, file):
    top = folder("top")
    one = file("one", folder("middle", top), "12345")
    set_properties(malik, one, keep={("urn:x", "p"): "<p/>"})
    [copy] = copy_entries(malik, Selection.of(top), folder=own)
    assert copy.name == "top (2)"
    twin = entry_at(malik, copy, ["middle", "one"])
    assert twin.id != one.id
    assert (twin.digest, twin.size) == (one.digest, 5)
    assert twin.version != one.version
    assert Revision.objects.get(entry=twin).id == twin.version
    assert DeadProperty.objects.get(entry=twin).xml == "<p/>"
    assert used(cast.drive) == 10
    [fact] = told(EntryCopied)
    assert (fact["entry_id"], fact["source_id"]) == (str(copy.id), str(top.id))


def test_only_the_current_version_is_copied(cast, malik, own, file):
    file("a", content="1")
    entry = file("a", content="22")
    [copy] = copy_entries(malik, Selection.of(entry), folder=own)
    assert Revision.objects.filter(entry=copy).count() == 1
    assert used(cast.drive) == 5


def test_a_copy_that_does_not_fit_leaves_nothing(cast, malik, own, folder, file):
    top = folder("top")
    for n in range(5):
        file(f"{n}", top, "1234567890")
    quota.open_account(cast.drive.id, "drive", allowed=99)
    before = Entry.objects.count()
    with pytest.raises(OverQuota):
        copy_entries(malik, Selection.of(top), folder=own)
    assert (Entry.objects.count(), used(cast.drive)) == (before, 50)


def test_the_number_of_statements_hardly_grows_with_the_number_of_files(
    malik, own, folder, file, django_assert_max_num_queries
):
    top = folder("top")
    for n in range(150):
        file(f"{n}", top, "1")
    with django_assert_max_num_queries(30):
        [copy] = copy_entries(malik, Selection.of(top), folder=own)
    assert len(entries_in(malik, copy)) == 150


def test_an_external_and_otto_copy_nothing_they_do_not_see(gaia, otto, common, olive, cast, file):
    entry = file("a")
    with pytest.raises(NotAllowed):
        copy_entries(gaia, Selection.of(entry), folder=common.root)
    with pytest.raises(NotFound):
        copy_entries(otto, Selection.of(entry), folder=common.root)
    with pytest.raises(NotAllowed):
        copy_entry(gaia, entry, folder=common.root, name="b")
    with pytest.raises(NotFound):
        copy_entry(otto, entry, folder=common.root, name="b")
