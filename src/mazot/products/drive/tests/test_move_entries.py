# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.exchange.facts.drive import EntryMoved
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.places import move_entries, move_entry
from mazot.products.drive.models import Entry, Trashing
from mazot.products.drive.rules.limits import MAX_DEPTH
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import again, blob, told, used


def test_several_entries_move_together_or_not_at_all(malik, own, file, folder):
    a, b, target = file("a"), file("b"), folder("target")
    file("b", target, "another")
    with pytest.raises(Conflict):
        move_entries(malik, Selection.of(a, b), folder=target)
    assert again(a).parent_id == own.id
    moved = move_entries(malik, Selection.of(a, b), folder=target, on_taken="keep_both")
    assert [entry.name for entry in moved] == ["a", "b (2)"]
    assert [fact["from_folder_id"] for fact in told(EntryMoved)] == [str(own.id)] * 2


def test_an_entry_marked_with_its_folder_moves_inside_it(malik, file, folder):
    top, target = folder("top"), folder("target")
    inner = file("inner", top)
    moved = move_entries(malik, Selection.of(inner, top), folder=target)
    assert [entry.id for entry in moved] == [top.id]
    assert again(inner).parent_id == top.id


def test_a_folder_does_not_go_into_itself_or_below(malik, folder):
    top = folder("top")
    below = folder("below", folder("middle", top))
    for target in (top, below):
        with pytest.raises(Refused) as refusal:
            move_entries(malik, Selection.of(top), folder=target)
        assert refusal.value.reason == "into_itself"


def test_a_move_to_an_organization_folder_takes_everything_along(cast, malik, common, folder, file):
    top = folder("top")
    inner = file("inner", folder("middle", top))
    before = used(cast.drive)
    move_entries(malik, Selection.of(top), folder=common.root)
    assert {again(e).space_id for e in (top, inner)} == {common.id}
    assert used(cast.drive) == before


def test_a_replaced_file_goes_to_the_trash(malik, own, file, folder):
    target = folder("t")
    old, new = file("x", target, "old"), file("x", own, "new")
    move_entry(malik, new, folder=target, name="x", on_taken="replace")
    assert again(new).parent_id == target.id
    assert Trashing.objects.get().entry_id == old.id


def test_depth_counts_what_is_inside(malik, own, folder):
    deep = own
    for _ in range(MAX_DEPTH - 1):
        deep = folder("d", deep)
    tall = folder("tall")
    folder("inside", tall)
    with pytest.raises(Invalid):
        move_entries(malik, Selection.of(tall), folder=deep)
    assert again(tall).parent_id == own.id


def test_nobody_moves_out_of_or_into_what_they_do_not_reach(cast, olive, malik, gaia, otto, common, file):
    entry = file("mine")
    hers = open_own_folder(olive, cast.drive).root
    for actor, target in ((malik, hers), (olive, hers), (gaia, common.root)):
        with pytest.raises(NotAllowed):
            move_entries(actor, Selection.of(entry), folder=target)
    with pytest.raises(NotFound):
        move_entries(otto, Selection.of(entry), folder=common.root)
    assert again(entry).parent_id == entry.parent_id


def test_a_thousand_entries_move_with_their_folder_in_few_statements(
    malik, common, folder, django_assert_max_num_queries
):
    top = folder("many")
    Entry.objects.bulk_create(
        Entry(
            organization_id=top.organization_id,
            instance_id=top.instance_id,
            space_id=top.space_id,
            parent_id=top.id,
            is_folder=False,
            name=f"{n}",
            digest=blob().digest,
            created_at=top.created_at,
            modified_at=top.modified_at,
        )
        for n in range(1000)
    )
    with django_assert_max_num_queries(40):
        move_entries(malik, Selection.of(top), folder=common.root)
    assert Entry.objects.filter(space_id=common.id).count() == 1002
