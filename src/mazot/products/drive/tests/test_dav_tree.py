# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tree a WebDAV client sees."""

import threading
from dataclasses import replace

import pytest
from django.db import connection, transaction

from mazot.foundation.errors import Busy, Conflict, Invalid, Locked, NotAllowed, NotFound, Refused
from mazot.products.drive.dav import DriveTree
from mazot.products.drive.tests.conftest import blob
from mazot.tenancy.actor import Actor


@pytest.fixture
def tree(malik, cast) -> DriveTree:
    return DriveTree(malik, cast.drive.id)


def names(tree, *path):
    return sorted(row[1] for row in tree.rows(tree.resolve(path)))


def test_the_address_is_the_own_folder_and_is_made_on_first_use(tree):
    assert tree.resolve(()).is_collection
    assert names(tree) == []


def test_a_file_put_is_found_with_its_etag_size_and_time(tree, clock):
    node, is_new = tree.put(("notes.md",), blob("hello"))
    found = tree.resolve(("notes.md",))
    assert is_new
    assert (found.id, found.etag, found.size, found.modified) == (node.id, node.etag, 5, node.modified)
    assert found.content_type == "text/markdown"
    [row] = tree.rows(tree.resolve(()))
    assert row == (found.id, "notes.md", False, 5, found.etag, "text/markdown", found.modified, found.created)


def test_a_rewrite_changes_the_etag_even_with_equal_bytes(tree):
    first, _ = tree.put(("a.txt",), blob("same"))
    second, is_new = tree.put(("a.txt",), blob("same"))
    assert not is_new
    assert first.etag != second.etag
    assert first.id == second.id


def test_decomposed_names_find_composed_entries(tree):
    tree.put(("Re\u0301pe\u0301tition.txt",), blob())
    assert tree.resolve(("Répétition.txt",)).name == "Répétition.txt"
    assert tree.resolve(("Re\u0301pe\u0301tition.txt",)).name == "Répétition.txt"


def test_a_missing_parent_and_a_taken_name_are_told_apart(tree):
    with pytest.raises(Conflict) as missing:
        tree.put(("no", "file"), blob())
    tree.make_collection(("here",))
    with pytest.raises(Conflict) as exists:
        tree.make_collection(("here",))
    with pytest.raises(Conflict) as is_folder:
        tree.put(("here",), blob())
    assert [e.value.reason for e in (missing, exists, is_folder)] == ["no_parent", "exists", "is_folder"]


def test_organization_folders_lie_in_one_reserved_folder(tree, common, olive, cast):
    assert names(tree) == ["Common folders"]
    assert names(tree, "Common folders") == ["Saison 2026–27"]
    tree.put(("Common folders", "Saison 2026–27", "plan.txt"), blob("plan"))
    theirs = DriveTree(olive, cast.drive.id)
    assert theirs.resolve(("Common folders", "Saison 2026–27", "plan.txt")).size == 4
    for attempt in (
        lambda: tree.make_collection(("Common folders", "Another")),
        lambda: tree.delete(("Common folders",)),
        lambda: tree.delete(("Common folders", "Saison 2026–27")),
        lambda: tree.move(("Common folders", "Saison 2026–27"), ("mine",), overwrite=False),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(Refused):
        tree.make_collection(("common folders",))


def test_an_external_sees_no_organization_folder(gaia, cast, common):
    tree = DriveTree(gaia, cast.drive.id)
    assert names(tree) == []
    for path in (("Common folders",), ("Common folders", "Saison 2026–27")):
        with pytest.raises(NotFound):
            tree.resolve(path)


def test_otto_finds_nothing_at_mimosas_address(otto, cast, tree):
    tree.put(("secret.txt",), blob())
    with pytest.raises(NotFound):
        DriveTree(otto, cast.drive.id).resolve(())
    with pytest.raises(NotFound):
        DriveTree(otto, cast.drive.id, may_use=True).resolve(("secret.txt",))


def test_a_jailed_password_resolves_nothing_outside_its_folder(malik, cast, tree):
    jail = tree.make_collection(("joplin",))
    tree.put(("private.txt",), blob())
    tree.put(("joplin", "in.md"), blob())
    from uuid import UUID

    jailed = DriveTree(replace(malik, folder_id=UUID(jail.id)), cast.drive.id)
    assert jailed.resolve(("joplin", "in.md")).name == "in.md"
    jailed.put(("joplin", "new.md"), blob())
    assert names(jailed, "joplin") == ["in.md", "new.md"]
    attempts = [
        lambda: jailed.resolve(()),
        lambda: jailed.resolve(("private.txt",)),
        lambda: jailed.resolve(("Common folders",)),
        lambda: jailed.put(("out.md",), blob()),
        lambda: jailed.make_collection(("out",)),
        lambda: jailed.copy(("private.txt",), ("joplin", "p.txt"), overwrite=True),
        lambda: jailed.move(("joplin", "in.md"), ("out.md",), overwrite=True),
        lambda: jailed.copy(("joplin", "in.md"), ("private.txt",), overwrite=True),
        lambda: jailed.delete(("joplin",)),
        lambda: jailed.move(("joplin",), ("elsewhere",), overwrite=False),
        lambda: jailed.lock(("out",), depth_infinity=False, exclusive=True, owner_xml="", seconds=60),
    ]
    for attempt in attempts:
        with pytest.raises((NotFound, NotAllowed)):
            attempt()
    assert names(tree) == ["joplin", "private.txt"]


def test_copy_and_move_follow_overwrite(tree):
    tree.make_collection(("a",))
    tree.put(("a", "f"), blob("1"))
    assert tree.copy(("a",), ("b",), overwrite=False)
    assert names(tree, "b") == ["f"]
    with pytest.raises(Conflict) as refusal:
        tree.copy(("a",), ("b",), overwrite=False)
    assert refusal.value.reason == "taken"
    tree.put(("a", "g"), blob("2"))
    assert not tree.move(("a",), ("b",), overwrite=True)
    assert names(tree, "b") == ["f", "g"]
    assert names(tree) == ["b"]
    tree.copy(("b",), ("c",), overwrite=False, shallow=True)
    assert names(tree, "c") == []
    for attempt in (tree.copy, tree.move):
        for target in (("b", "x"), ("b",)):
            with pytest.raises(Refused):
                attempt(("b",), target, overwrite=True)
        with pytest.raises(Refused):
            attempt(("b", "f"), ("b",), overwrite=True)


def test_a_lock_on_a_free_name_makes_an_empty_file_and_holds_it(tree, olive, malik, cast, common):
    path = ("Common folders", "Saison 2026–27", "plan.odt")
    lock, is_new = tree.lock(path, depth_infinity=False, exclusive=True, owner_xml="<D:href>m</D:href>", seconds=600)
    assert is_new
    assert lock.path == path
    theirs = DriveTree(olive, cast.drive.id)
    for attempt in (
        lambda: theirs.put(path, blob("x")),
        lambda: theirs.delete(path),
        lambda: theirs.delete(path, tokens=frozenset({lock.token})),
        lambda: tree.put(path, blob("x")),
        lambda: theirs.move(path, (*path[:-1], "other.odt"), overwrite=False),
        lambda: theirs.lock(path, depth_infinity=False, exclusive=False, owner_xml="", seconds=60),
        lambda: theirs.check_write(path, size=1),
    ):
        with pytest.raises(Locked) as refusal:
            attempt()
        assert refusal.value.facts["lock"].token == lock.token
    tree.put(path, blob("x"), tokens=frozenset({lock.token}))
    assert [found.token for found in tree.locks_on(path)] == [lock.token]
    tree.unlock(path, token=lock.token)
    theirs.put(path, blob("y"))


def test_a_deep_lock_covers_free_names_and_everything_below(tree, malik, cast):
    tree.make_collection(("d",))
    lock, _ = tree.lock(("d",), depth_infinity=True, exclusive=True, owner_xml="", seconds=60)
    with pytest.raises(Locked):
        tree.put(("d", "new"), blob())
    assert [found.path for found in tree.locks_on(("d", "new"))] == [("d",)]
    tree.put(("d", "new"), blob(), tokens=frozenset({lock.token}))
    assert tree.refresh_lock(("d", "new"), token=lock.token, seconds=99).seconds == 99
    with pytest.raises(Conflict):
        tree.unlock(("d",), token="urn:uuid:unknown")


def test_a_precondition_is_asked_under_the_lock_and_can_look_anywhere(tree):
    tree.put(("a",), blob("1"))
    seen = []

    def refuse(look):
        seen.append((look(("a",))[0].size, look(("missing",))[0]))
        raise Conflict("precondition")

    with pytest.raises(Conflict):
        tree.put(("b",), blob("2"), precondition=refuse)
    assert seen == [(1, None)]
    assert names(tree) == ["a"]


def test_dead_properties_are_kept_listed_and_copied(tree):
    tree.put(("a",), blob("1"))
    tree.patch_properties(("a",), keep={("urn:x", "p"): "<p>1</p>", ("urn:x", "q"): "<q/>"})
    tree.patch_properties(("a",), keep={("urn:x", "p"): "<p>2</p>"}, drop=[("urn:x", "q")])
    tree.copy(("a",), ("b",), overwrite=False)
    node = tree.resolve(("b",))
    assert tree.dead_properties(node) == {node.id: {("urn:x", "p"): "<p>2</p>"}}
    assert set(tree.dead_properties(tree.resolve(()), of_children=True)) == {tree.resolve(("a",)).id, node.id}


def test_strange_paths_are_absent_or_refused_and_nothing_breaks(tree):
    for path in (("a\0b",), ("\ud800",), ("..",), ("x" * 300,), tuple("a" * 10_000)):
        with pytest.raises(NotFound):
            tree.resolve(path)
    for name in ("a\0b", "\ud800", "..", "x" * 300, "a/b", "a\\b", "end.", " a", "\u202eexe.pdf", "\uffff", "\x07"):
        with pytest.raises(Invalid):
            tree.put((name,), blob())
    with pytest.raises(Conflict):
        tree.put(tuple("a" * 10_000), blob())


def test_finding_a_file_costs_one_statement(tree, django_assert_num_queries):
    tree.make_collection(("a",))
    tree.put(("a", "b"), blob())
    fresh = DriveTree(tree.actor, tree.instance_id, may_use=True)
    with django_assert_num_queries(1):
        fresh.resolve(("a", "b"))


def test_a_read_only_password_writes_nothing(malik, cast, tree):
    tree.put(("a",), blob())
    reader: Actor = replace(malik, scopes=frozenset({"drive:read"}))
    limited = DriveTree(reader, cast.drive.id)
    assert not limited.resolve(("a",)).may_write
    with pytest.raises(NotAllowed):
        limited.put(("a",), blob("x"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets several write at once")
@pytest.mark.parametrize("ask", ["check_write", "lock"])
def test_a_database_that_others_hold_is_busy_and_no_fault(tree, ask):
    asked = {
        "check_write": lambda: tree.check_write(("notes.md",), size=1),
        "lock": lambda: tree.lock(("notes.md",), depth_infinity=False, exclusive=True, owner_xml="", seconds=60),
    }
    assert names(tree) == []
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 20")
        with pytest.raises(Busy):
            asked[ask]()
    finally:
        done.set()
        other.join()
        connection.close()
