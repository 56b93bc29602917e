# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that come in pieces."""

from datetime import timedelta

import pytest

from mazot.foundation import quota
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Conflict, Invalid, NotFound, OverQuota
from mazot.products.drive import jobs
from mazot.products.drive.actions.trash import trash_entries
from mazot.products.drive.actions.uploads import cancel_upload, contents_of, finish_upload, note_received, start_upload
from mazot.products.drive.models import Upload
from mazot.products.drive.queries.entries import entries_in, entry_at
from mazot.products.drive.queries.storage import digests_in_use
from mazot.products.drive.queries.uploads import path_of_upload, upload_for
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import used


def receive(actor, upload, *pieces):
    for piece in pieces:
        with path_of_upload(upload.id).open("ab") as part:
            part.write(piece)
        note_received(actor, upload, received=path_of_upload(upload.id).stat().st_size)


@pytest.mark.django_db(transaction=True)
def test_a_file_in_pieces_becomes_a_file_with_its_folders(cast, malik, own):
    upload = start_upload(malik, own, name="photo.png", size=6, folders=["Été", "Jour 1"])
    receive(malik, upload, b"abc", b"def")
    part = path_of_upload(upload.id)
    kept = finish_upload(malik, upload, blob=contents_of(upload))
    assert blobs().read(kept.entry.digest) == b"abcdef"
    assert entry_at(malik, own, ["Été", "Jour 1", "photo.png"]).content_type == "image/png"
    assert used(cast.drive) == 6
    assert upload_for(malik, upload.id).entry_id == kept.entry.id
    with pytest.raises(Conflict):
        finish_upload(malik, upload, blob=blobs().put(b"abcdef"))
    assert used(cast.drive) == 6
    assert not part.exists()


def test_a_taken_name_is_kept_beside_or_replaced_as_announced(malik, own, file):
    first = file("a.txt", content="old")
    for replaces, name in ((False, "a (2).txt"), (True, "a.txt")):
        upload = start_upload(malik, own, name="a.txt", size=3, replaces=replaces)
        receive(malik, upload, b"new")
        kept = finish_upload(malik, upload, blob=contents_of(upload))
        assert kept.entry.name == name
    assert kept.entry.id == first.id


def test_an_empty_file_needs_no_piece(malik, own):
    upload = start_upload(malik, own, name="empty", size=0)
    receive(malik, upload, b"")
    assert finish_upload(malik, upload, blob=contents_of(upload)).entry.size == 0


def test_an_incomplete_file_is_not_finished(malik, own):
    upload = start_upload(malik, own, name="a", size=6)
    receive(malik, upload, b"abc")
    with pytest.raises(Conflict):
        contents_of(upload)
    assert entries_in(malik, own) == []
    assert upload_for(malik, upload.id).received == 3
    assert [p.name for p in blobs().incoming.iterdir()] == [path_of_upload(upload.id).name]


def test_offsets_only_grow_within_the_announced_size(malik, own):
    upload = start_upload(malik, own, name="a", size=6)
    note_received(malik, upload, received=4)
    for wrong in (3, 7):
        with pytest.raises(Conflict):
            note_received(malik, upload, received=wrong)


def test_what_cannot_be_kept_is_refused_before_the_first_byte(cast, malik, own):
    quota.open_account(cast.drive.id, "drive", allowed=10)
    with pytest.raises(OverQuota):
        start_upload(malik, own, name="a", size=11)
    for name, folders in (("a/b", []), ("a", [".."]), ("", [])):
        with pytest.raises(Invalid):
            start_upload(malik, own, name=name, size=1, folders=folders)
    for size in (-1, 10**15):
        with pytest.raises(Invalid):
            start_upload(malik, own, name="a", size=size)
    with pytest.raises(Invalid):
        start_upload(malik, own, name="a", size=1, folders=["d"] * 10_000)
    assert Upload.objects.count() == 0


def test_room_that_is_gone_at_the_end_leaves_nothing(cast, malik, own):
    upload = start_upload(malik, own, name="a", size=6, folders=["new"])
    receive(malik, upload, b"abcdef")
    blob = contents_of(upload)
    quota.open_account(cast.drive.id, "drive", allowed=5)
    with pytest.raises(OverQuota):
        finish_upload(malik, upload, blob=blob)
    assert entries_in(malik, own) == []
    assert upload_for(malik, upload.id)


def test_a_folder_that_went_away_is_said(malik, own, folder):
    target = folder("f")
    upload = start_upload(malik, target, name="a", size=1)
    receive(malik, upload, b"1")
    trash_entries(malik, Selection.of(target))
    with pytest.raises(NotFound):
        finish_upload(malik, upload, blob=contents_of(upload))


@pytest.mark.django_db(transaction=True)
def test_cancelled_and_forgotten_uploads_leave_no_byte(cast, malik, own, clock):
    one, two = (start_upload(malik, own, name="a", size=5) for _ in range(2))
    for upload in (one, two):
        receive(malik, upload, b"abc")
    parts = [path_of_upload(upload.id) for upload in (one, two)]
    assert {part.name for part in parts} <= set(digests_in_use())
    cancel_upload(malik, one)
    assert [part.exists() for part in parts] == [False, True]
    clock.advance(timedelta(days=4))
    with pytest.raises(NotFound):
        upload_for(malik, two.id)
    assert jobs.expire_uploads() == 1
    assert jobs.expire_uploads() == 0
    assert not parts[1].exists()


def test_an_upload_belongs_to_one_person(malik, olive, otto, own):
    upload = start_upload(malik, own, name="a", size=1)
    for actor in (olive, otto):
        with pytest.raises(NotFound):
            upload_for(actor, upload.id)
        for deed in (lambda a=actor: note_received(a, upload, received=1), lambda a=actor: cancel_upload(a, upload)):
            with pytest.raises(NotFound):
                deed()
    with pytest.raises(NotFound):
        start_upload(otto, own, name="a", size=1)
