# SPDX-License-Identifier: AGPL-3.0-or-later
"""Conversations with the upload door, as tus-js-client and its enemies have them."""

import pytest

from mazot.foundation.blobs import blobs
from mazot.heads.tus.tests.conftest import Gone, content_at, part_of
from mazot.products.drive.queries.entries import entries_in, entry_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_door_says_what_it_can(page):
    answer = page.send("OPTIONS", cookie="", x_csrftoken="", tus_resumable="")
    assert answer.status == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) >= {"creation", "termination", "expiration"}


def test_a_file_arrives_in_pieces(page, malik, top):
    made = page.create(11, parent=str(top.id), name="Été.txt", modified="1700000000000", type="text/plain")
    assert made.status == 201
    assert "upload-expires" in made.headers
    first = page.patch(made.location, 0, b"hello", b" ")
    assert (first.status, first.offset) == (204, 6)
    asked = page.send("HEAD", made.location)
    assert (asked.status, asked.offset, asked.headers["upload-length"]) == (200, 6, "11")
    last = page.patch(made.location, 6, b"world")
    assert (last.status, last.offset) == (204, 11)
    entry = entry_at(malik, top, ["Été.txt"])
    assert last.headers["mazot-entry"] == str(entry.id)
    assert content_at(malik, top, "Été.txt") == b"hello world"
    assert int(entry.modified_at.timestamp()) == 1_700_000_000


def test_a_client_that_lost_the_last_answer_does_not_send_the_file_twice(page, malik, top):
    made = page.create(3, b"abc", parent=str(top.id), name="a")
    entry_id = made.headers["mazot-entry"]
    for _ in range(2):
        asked = page.send("HEAD", made.location)
        assert (asked.status, asked.offset, asked.headers["mazot-entry"]) == (200, 3, entry_id)
    assert page.patch(made.location, 3).headers["mazot-entry"] == entry_id
    assert [entry.name for entry in entries_in(malik, top)] == ["a"]


def test_a_torn_connection_keeps_what_has_arrived(page, malik, top):
    made = page.create(6, parent=str(top.id), name="a")
    page.patch(made.location, 0, b"ab", b"cd", Gone)
    assert page.send("HEAD", made.location).offset == 4
    assert page.patch(made.location, 4, b"ef").offset == 6
    assert content_at(malik, top, "a") == b"abcdef"


def test_bytes_that_were_never_acknowledged_are_sent_again(page, malik, top):
    """Killed between the write and the row: the file is longer than the row says, and the row is right."""
    made = page.create(6, parent=str(top.id), name="a")
    page.patch(made.location, 0, b"abc")
    with part_of(made).open("ab") as part:
        part.write(b"XX")
    assert page.patch(made.location, 3, b"def").status == 204
    assert content_at(malik, top, "a") == b"abcdef"


def test_a_part_that_vanished_is_said_and_not_filled_with_holes(page, top):
    made = page.create(6, parent=str(top.id), name="a")
    page.patch(made.location, 0, b"abc")
    part_of(made).unlink()
    answer = page.patch(made.location, 3, b"def")
    assert (answer.status, answer.told["reason"]) == (410, "gone")


def test_an_empty_file_is_there_at_once(page, malik, top):
    made = page.create(0, parent=str(top.id), name="empty")
    assert made.status == 201
    assert content_at(malik, top, "empty") == b""


def test_a_dropped_folder_is_made_below_the_parent(page, malik, top):
    page.create(1, b"1", parent=str(top.id), name="a", folders="Photos/Été")
    page.create(1, b"2", parent=str(top.id), name="b", folders="Photos/Été")
    assert [entry.name for entry in entries_in(malik, entry_at(malik, top, ["Photos", "Été"]))] == ["a", "b"]


def test_a_name_in_use_is_kept_beside_or_replaced(page, malik, top):
    for expected, extra in (("a.txt", {}), ("a (2).txt", {}), ("a.txt", {"replaces": "1"})):
        answer = page.create(1, b"x", parent=str(top.id), name="a.txt", **extra)
        assert answer.headers["mazot-entry"] == str(entry_at(malik, top, [expected]).id)
    assert len(entries_in(malik, top)) == 2


def test_a_forgotten_upload_leaves_nothing(page, top):
    made = page.create(6, parent=str(top.id), name="a")
    page.patch(made.location, 0, b"abc")
    assert page.send("DELETE", made.location).status == 204
    assert page.send("HEAD", made.location).status == 404
    assert list(blobs().incoming.iterdir()) == []


@pytest.mark.parametrize(
    ("offset", "status", "received"), [("1", 409, "3"), ("4", 409, "3"), ("-1", 400, None), ("", 400, None)]
)
def test_a_wrong_offset_is_refused_with_the_right_one(page, top, offset, status, received):
    made = page.create(6, b"abc", parent=str(top.id), name="a")
    answer = page.patch(made.location, 0, b"x", upload_offset=offset)
    assert answer.status == status
    assert answer.headers.get("upload-offset") == received
    assert page.send("HEAD", made.location).offset == 3


@pytest.mark.parametrize("headers", [{}, {"content_length": "7"}])
def test_more_bytes_than_announced_are_refused(page, malik, top, headers):
    made = page.create(6, parent=str(top.id), name="a")
    answer = page.patch(made.location, 0, b"abcdefg", **headers)
    assert answer.status == 413
    assert page.send("HEAD", made.location).offset == 0
    assert entries_in(malik, top) == []
