# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads: what they answer, what they hide, and how many statements they cost."""

from dataclasses import replace

import pytest

from mazot.foundation.errors import NotFound
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.actions.places import rename_entry
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries.entries import (
    activity_of,
    crumbs,
    entries_in,
    entries_named,
    entry_at,
    entry_for,
    folders_in,
    recent_for,
    selection_for,
)
from mazot.products.drive.queries.live import may_listen
from mazot.products.drive.queries.spaces import drive_for, drives_for, usage_of
from mazot.products.drive.queries.storage import bytes_by_holder, digests_in_use
from mazot.products.drive.rights import reached_by, reaches_space
from mazot.products.drive.tests.conftest import again, blob


def names(entries):
    return [entry.name for entry in entries]


def test_folders_come_first_and_names_sort_as_people_do(malik, own, folder, file):
    for name in ("b10", "b2", "Été", "etage", "A"):
        file(name)
    folder("z")
    assert names(entries_in(malik, own)) == ["z", "A", "b2", "b10", "etage", "Été"]
    assert names(entries_in(malik, own, descending=True)) == ["z", "Été", "etage", "b10", "b2", "A"]
    assert names(folders_in(malik, own)) == ["z"]


def test_each_column_sorts_both_ways(malik, own, file):
    for name, content in (("a.txt", "333"), ("b.md", "1"), ("c.png", "22")):
        file(name, content=content)
    assert names(entries_in(malik, own, sort="size")) == ["b.md", "c.png", "a.txt"]
    assert names(entries_in(malik, own, sort="size", descending=True)) == ["a.txt", "c.png", "b.md"]
    assert names(entries_in(malik, own, sort="kind")) == ["c.png", "b.md", "a.txt"]
    assert names(entries_in(malik, own, sort="modified")) == ["a.txt", "b.md", "c.png"]
    assert names(entries_in(malik, own, sort="changed_by")) == ["a.txt", "b.md", "c.png"]


def test_a_listing_costs_the_same_for_one_and_for_hundreds(malik, own, folder, file, django_assert_max_num_queries):
    top = folder("top")
    Entry.objects.bulk_create(
        Entry(
            organization_id=top.organization_id,
            instance_id=top.instance_id,
            space_id=top.space_id,
            parent_id=top.id,
            is_folder=False,
            name=f"file {n}",
            changed_by_id=malik.person_id,
            created_at=top.created_at,
            modified_at=top.modified_at,
        )
        for n in range(2000)
    )
    with django_assert_max_num_queries(4):
        listed = entries_in(malik, top)
        assert {entry.changed_by.name for entry in listed} == {"Malik Diallo"}
    assert names(listed)[:3] == ["file 0", "file 1", "file 2"]


@pytest.mark.parametrize(
    ("read", "cost"),
    [
        (lambda a, e: entry_for(a, e.id).space.kind, 2),
        (crumbs, 3),
        (lambda a, e: [x.parent.name for x in recent_for(a)], 2),
        (lambda a, e: [x.parent.name for x in entries_named(a, "note")], 2),
        (lambda a, e: selection_for(a, [e.id]).entries[0].space.kind, 2),
        (activity_of, 3),
    ],
)
def test_a_read_costs_few_statements(malik, folder, file, read, cost, django_assert_max_num_queries):
    entry = file("notes.md", folder("inner", folder("outer")))
    with django_assert_max_num_queries(cost):
        read(malik, entry)


def test_crumbs_lead_from_the_top_and_stop_at_the_jail(malik, own, folder, file):
    outer = folder("outer")
    entry = file("a", folder("inner", outer))
    assert [step.name for step in crumbs(malik, entry)] == ["", "outer", "inner", "a"]
    jailed = replace(malik, folder_id=outer.id)
    assert [step.name for step in crumbs(jailed, entry)] == ["outer", "inner", "a"]
    with pytest.raises(NotFound):
        entry_for(jailed, file("outside").id)


def test_a_search_wants_every_word_and_no_case(malik, file, own):
    for name in ("Notes du chef.md", "notes.txt", "Chef d'attaque.pdf"):
        file(name)
    assert set(names(entries_named(malik, "NOTES chef"))) == {"Notes du chef.md"}
    assert entries_named(malik, "%") == []


def test_what_happened_is_told_newest_first(malik, file):
    entry = file("a")
    rename_entry(malik, entry, name="b")
    assert [fact.kind for fact in activity_of(malik, again(entry))] == ["drive.EntryMoved", "drive.EntryAdded"]


def test_nobody_reads_another_persons_or_organizations_files(cast, malik, olive, gaia, otto, own, common, file):
    mine, ours = file("mine"), file("ours", common.root)
    hidden = {olive: [mine], gaia: [mine, ours], otto: [mine, ours]}
    for actor, entries in hidden.items():
        for entry in entries:
            for read in (
                lambda a, e: entry_for(a, e.id),
                crumbs,
                lambda a, e: selection_for(a, [e.id]),
                activity_of,
            ):
                with pytest.raises(NotFound):
                    read(actor, entry)
        assert not {e.id for e in entries} & {e.id for e in (*recent_for(actor), *entries_named(actor, "o"))}
    for folder in (own, common.root):
        with pytest.raises(NotFound):
            entries_in(otto, folder)
        with pytest.raises(NotFound):
            entry_at(otto, folder, ["mine"])
    with pytest.raises(NotFound):
        usage_of(otto, cast.drive)
    assert [d.id for d in drives_for(otto)] == [cast.rival_drive.id]
    with pytest.raises(NotFound):
        drive_for(otto, cast.drive.id)


def test_a_page_hears_only_folders_it_may_see(malik, olive, otto, own, common, file):
    topics = [f"drive:folder:{own.id}", f"drive:folder:{common.root_id}"]
    assert [may_listen(malik, topic) for topic in topics] == [True, True]
    assert [may_listen(olive, topic) for topic in topics] == [False, True]
    assert [may_listen(otto, topic) for topic in topics] == [False, False]
    for wrong in ("drive:folder:", "drive:folder:x", f"drive:file:{own.id}", f"drive:folder:{file('f').id}"):
        assert not may_listen(malik, wrong)


def test_the_two_ways_to_ask_who_reaches_a_space_agree(cast, malik, olive, gaia, otto, common):
    open_own_folder(malik, cast.drive)
    open_own_folder(gaia, cast.drive)
    open_own_folder(otto, cast.rival_drive)
    for actor in (malik, olive, gaia, otto):
        in_the_database = set(Space.objects.filter(reached_by(actor)).values_list("id", flat=True))
        at_hand = {space.id for space in Space.objects.all() if reaches_space(actor, space)}
        assert in_the_database == at_hand


def test_every_content_and_every_byte_has_its_holder(cast, malik, own, file):
    one = file("a", content="1")
    two = put_file(malik, own, name="a", blob=blob("22")).entry
    assert set(digests_in_use()) == {one.digest, two.digest}
    assert bytes_by_holder() == {cast.drive.id: 3}
