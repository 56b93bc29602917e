# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping a file: new, rewritten, refused; the blob first, the row after, both or nothing."""

import errno
import os
from datetime import UTC, datetime, timedelta

import pytest

from mazot.exchange.facts.drive import EntryAdded, EntryRewritten
from mazot.foundation import quota
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Conflict, Invalid, NoSpace, NotAllowed, NotFound, OverQuota, Refused
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.actions.trash import trash_entries
from mazot.products.drive.models import Change, Entry, Revision, Space
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import again, blob, told, used


def state(cast):
    space = Space.objects.get(person=cast.people.malik)
    return (
        Entry.objects.count(),
        Revision.objects.count(),
        Change.objects.count(),
        space.sequence,
        used(cast.drive),
        len(told(EntryAdded)),
        len(told(EntryRewritten)),
    )


def test_a_new_file_has_a_version_a_change_a_fact_and_is_charged(cast, malik, own):
    kept = put_file(malik, own, name="notes.md", blob=blob("hello"), content_type="text/plain")
    entry = again(kept.entry)
    assert kept.is_new
    assert (entry.name, entry.size, entry.content_type, entry.changed_by_id) == (
        "notes.md",
        5,
        "text/markdown",
        malik.person_id,
    )
    [revision] = Revision.objects.filter(entry=entry)
    assert (revision.id, revision.digest, revision.size) == (entry.version, entry.digest, 5)
    [change] = Change.objects.filter(entry_id=entry.id)
    assert (change.kind, change.name, change.parent_id) == ("added", "notes.md", own.id)
    [fact] = told(EntryAdded)
    assert (fact["entry_id"], fact["folder_id"], fact["name"]) == (str(entry.id), str(own.id), "notes.md")
    assert used(cast.drive) == 5


def test_a_rewrite_keeps_the_old_version_and_the_identity(cast, malik, own, file):
    first = file("a.txt", content="one")
    kept = put_file(malik, own, name="a.txt", blob=blob("three"))
    assert not kept.is_new
    assert kept.entry.id == first.id
    assert kept.entry.version != first.version
    assert again(first).number == 2
    assert sorted(Revision.objects.filter(entry=first).values_list("size", flat=True)) == [3, 5]
    assert used(cast.drive) == 8
    assert [fact["entry_id"] for fact in told(EntryRewritten)] == [str(first.id)]


def test_equal_bytes_get_a_new_etag_and_cost_nothing(cast, malik, own, file):
    first = file("a.txt", content="same")
    second = put_file(malik, own, name="a.txt", blob=blob("same")).entry
    assert second.version != first.version
    assert Revision.objects.get(entry=first).id == second.version
    assert used(cast.drive) == 4


def test_the_empty_file_a_client_makes_first_is_no_version(cast, malik, own, file):
    file("a.docx", content="")
    entry = put_file(malik, own, name="a.docx", blob=blob("text")).entry
    assert entry.number == 1
    assert Revision.objects.filter(entry=entry).count() == 1
    assert used(cast.drive) == 4


def test_names_are_kept_composed_and_found_decomposed(malik, own, file):
    first = file("Re\u0301pe\u0301tition.txt")
    assert first.name == "Répétition.txt"
    assert put_file(malik, own, name="Répétition.txt", blob=blob("2")).entry.id == first.id
    assert file("répétition.txt").id != first.id


@pytest.mark.parametrize("back", [timedelta(0), timedelta(days=400)])
def test_the_time_of_a_rewrite_never_goes_back_when_the_clock_does(malik, own, file, clock, back):
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    clock.freeze(moment)
    file("a.txt", content="1")
    clock.freeze(moment - back)
    second = put_file(malik, own, name="a.txt", blob=blob("2")).entry
    third = put_file(malik, own, name="a.txt", blob=blob("3")).entry
    assert moment <= second.modified_at <= third.modified_at
    if back:
        assert third.modified_at - moment == timedelta(seconds=2)  # clients compare whole seconds


def test_a_clients_time_is_kept_unless_it_goes_back_or_is_absurd(malik, own):
    past, later = datetime(2001, 2, 3, tzinfo=UTC), datetime(2001, 2, 4, tzinfo=UTC)
    assert put_file(malik, own, name="a", blob=blob("1"), modified_at=later).entry.modified_at == later
    assert put_file(malik, own, name="a", blob=blob("2"), modified_at=past).entry.modified_at == later
    absurd = datetime(1, 1, 1, tzinfo=UTC)
    assert put_file(malik, own, name="b", blob=blob("1"), modified_at=absurd).entry.modified_at.year > 2000


def test_a_taken_name_is_replaced_kept_beside_or_refused(malik, own, file):
    file("report.pdf")
    assert put_file(malik, own, name="report.pdf", blob=blob("2"), on_taken="keep_both").entry.name == "report (2).pdf"
    with pytest.raises(Conflict):
        put_file(malik, own, name="report.pdf", blob=blob("3"), on_taken="refuse")
    assert put_file(malik, own, name="report.pdf", blob=blob("4")).is_new is False


def test_a_file_does_not_replace_a_folder(malik, own, folder):
    folder("x")
    with pytest.raises(Conflict) as refusal:
        put_file(malik, own, name="x", blob=blob())
    assert refusal.value.reason == "is_folder"


def test_a_file_does_not_go_into_a_file_or_a_trashed_folder(malik, file, folder):
    with pytest.raises(Conflict):
        put_file(malik, file("a"), name="b", blob=blob())
    gone = folder("gone")
    trash_entries(malik, Selection.of(gone))
    with pytest.raises(NotFound):
        put_file(malik, gone, name="b", blob=blob())


def test_too_little_room_leaves_nothing(cast, malik, own, file):
    file("a", content="1234567890")
    quota.open_account(cast.drive.id, "drive", allowed=15)
    before = state(cast)
    for name in ("b", "a"):
        with pytest.raises(OverQuota):
            put_file(malik, own, name=name, blob=blob("123456"))
    assert state(cast) == before
    put_file(malik, own, name="b", blob=blob("12345"))


def test_a_condition_is_asked_under_the_lock_and_stops_everything(cast, malik, own, file):
    file("a", content="1")
    before = state(cast)

    def refuse():
        raise Conflict("precondition")

    with pytest.raises(Conflict):
        put_file(malik, own, name="a", blob=blob("2"), precondition=refuse)
    assert state(cast) == before


def test_a_full_disk_is_said_and_leaves_no_part(cast, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(NoSpace):
            blob("will not fit")
    assert list(blobs().incoming.iterdir()) == []
    assert list(blobs().digests()) == []


def test_a_death_between_blob_and_row_leaves_only_what_the_sweep_removes(cast, malik, own, clock):
    """The order is bytes, then row: killed in between, nothing is visible and the content goes after its grace."""
    orphan = blob("never named")
    assert Entry.objects.filter(digest=orphan.digest).count() == 0
    clock.advance(timedelta(hours=30))
    kept = put_file(malik, own, name="a", blob=blob("named")).entry
    from mazot.products.drive.queries.storage import digests_in_use

    blobs().sweep(digests_in_use())
    assert not blobs().path_of(orphan.digest).exists()
    assert blobs().read(kept.digest) == b"named"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "name_empty"),
        ("  ", "name_empty"),
        (".", "name_dots"),
        ("..", "name_dots"),
        ("a/b", "name_slash"),
        ("a\\b", "name_backslash"),
        ("a\0b", "name_control"),
        ("line\nbreak", "name_control"),
        ("\ud800", "name_unpaired"),
        ("a\uffff", "name_unpaired"),
        ("\u202efdp.exe", "name_direction"),
        ("é" * 128, "name_too_long"),
        (" a", "name_outer_space"),
        ("a ", "name_outer_space"),
        ("end.", "name_last_dot"),
    ],
)
def test_a_name_no_client_could_keep_is_refused_with_its_reason(malik, own, name, reason):
    with pytest.raises(Invalid) as refusal:
        put_file(malik, own, name=name, blob=blob())
    assert refusal.value.reason == reason
    assert str(refusal.value.sentence).endswith((".", "ones."))
    assert refusal.value.facts["field"] == "name"


@pytest.mark.parametrize("name", ["Common folders", "common FOLDERS"])
def test_the_reserved_name_is_refused_at_the_top_only(malik, own, folder, name):
    with pytest.raises(Refused):
        put_file(malik, own, name=name, blob=blob())
    assert put_file(malik, folder("f"), name=name, blob=blob()).is_new


@pytest.mark.parametrize(
    "name", ["a" * 255, "漢" * 85, "a:b*c?.txt", "100 % #1 ☃.md", ".hidden", "...x", "emoji 👩‍👩‍👧"]
)
def test_every_other_name_is_kept_letter_by_letter(malik, own, name):
    assert put_file(malik, own, name=name, blob=blob()).entry.name == name


def test_otto_an_external_and_a_leaver_put_nothing(otto, gaia, basil, own, common):
    with pytest.raises(NotFound):
        put_file(otto, own, name="x", blob=blob())
    with pytest.raises(NotAllowed):
        put_file(gaia, common.root, name="x", blob=blob())
    for actor in (gaia, basil):
        with pytest.raises((NotAllowed, NotFound)):
            put_file(actor, own, name="x", blob=blob())
    assert Entry.objects.filter(name="x").count() == 0
