# SPDX-License-Identifier: AGPL-3.0-or-later
"""Conversations with the upload door, as tus-js-client and its enemies have them."""

import asyncio
import base64
import errno
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from mazot.foundation import quota
from mazot.foundation.blobs import blobs
from mazot.heads import bridge
from mazot.heads.tus import app
from mazot.heads.tus import intake as intake_module
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.models import Upload
from mazot.products.drive.queries.entries import entries_in, entry_at
from mazot.products.drive.queries.uploads import path_of_upload
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "a" * 32
BYTES = "application/offset+octet-stream"


@pytest.fixture(scope="module", autouse=True)
def bridge_ends() -> Iterator[None]:
    """Let the bridge's threads close their connections, or PostgreSQL keeps the test database."""
    yield
    bridge._bridge.close()


class Gone(Exception):
    """Put among the pieces of a body: the client hangs up here."""


class Client:
    """A browser with a session that speaks tus."""

    def __init__(self, session: str) -> None:
        self.session = session

    def send(self, method: str, path: str = "/upload/drive", *body: bytes | type, **headers: str) -> "Answer":
        told = {
            "host": "testserver",
            "tus-resumable": "1.0.0",
            "x-csrftoken": TOKEN,
            "cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "scheme": "http",
            "client": ("192.0.2.9", 1),
            "server": ("testserver", 80),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in told.items() if value],
        }
        answer = Answer()
        asyncio.run(app(scope, receiving(list(body)), answer.take))
        return answer

    def create(self, size: int, *body: bytes | type, **metadata: str) -> "Answer":
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = {"upload_length": str(size), "upload_metadata": pairs}
        if body:
            headers["content_type"] = BYTES
        return self.send("POST", "/upload/drive", *body, **headers)

    def patch(self, path: str, offset: int, *body: bytes | type, **headers: str) -> "Answer":
        return self.send("PATCH", path, *body, **({"upload_offset": str(offset), "content_type": BYTES} | headers))


def receiving(pieces: list[Any]) -> Any:
    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.request", "body": b"", "more_body": False}
        piece = pieces.pop(0)
        if piece is Gone:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    return receive


class Answer:
    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, {}, b""

    async def take(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")

    @property
    def told(self) -> dict[str, str]:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def offset(self) -> int:
        return int(self.headers["upload-offset"])


@pytest.fixture
def top(malik, cast):
    return open_own_folder(malik, cast.drive).root


@pytest.fixture
def page(signed_in, malik) -> Client:
    return Client(signed_in(malik).cookies[settings.SESSION_COOKIE_NAME].value)


def content_at(actor, folder, *names):
    return blobs().read(entry_at(actor, folder, names).digest)


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
    with path_of_upload(Upload.objects.get().id).open("ab") as part:
        part.write(b"XX")
    assert page.patch(made.location, 3, b"def").status == 204
    assert content_at(malik, top, "a") == b"abcdef"


def test_a_part_that_vanished_is_said_and_not_filled_with_holes(page, top):
    made = page.create(6, parent=str(top.id), name="a")
    page.patch(made.location, 0, b"abc")
    path_of_upload(Upload.objects.get().id).unlink()
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


@pytest.mark.parametrize(
    ("metadata", "status", "reason"),
    [
        ({"name": "a/b"}, 422, "name_slash"),
        ({"name": ".."}, 422, "name_dots"),
        ({"name": "x" * 300}, 422, "name_too_long"),
        ({}, 422, "name_empty"),
        ({"name": "a", "folders": "../.."}, 422, "name_dots"),
        ({"name": "a", "folders": "d/" * 2000}, 422, "too_deep"),
        ({"name": "a", "parent": "nonsense"}, 400, "malformed"),
        ({"name": "a", "parent": "00000000-0000-0000-0000-000000000000"}, 404, "not_found"),
        ({"name": "Common folders"}, 422, "name_reserved"),
    ],
)
def test_what_cannot_be_kept_is_refused_before_its_bytes(page, top, metadata, status, reason):
    answer = page.create(5, **({"parent": str(top.id)} | metadata))
    assert (answer.status, answer.told["reason"]) == (status, reason)
    assert answer.told["sentence"]
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"upload_length": ""}, 400),
        ({"upload_length": "ten"}, 400),
        ({"upload_length": "5", "upload_defer_length": "1"}, 400),
        ({"upload_length": "5", "upload_metadata": "name ***"}, 400),
        ({"upload_length": "5", "tus_resumable": "0.2.2"}, 412),
    ],
)
def test_bad_headers_are_named(page, top, headers, status):
    assert page.send("POST", "/upload/drive", **headers).status == status


def test_other_methods_types_and_addresses_are_refused(page, top):
    made = page.create(5, parent=str(top.id), name="a")
    assert page.send("GET", made.location).status == 405
    assert page.send("PUT").status == 405
    assert page.patch(made.location, 0, b"x", content_type="text/plain").status == 415
    for path in ("/upload/drive/no-id", f"{made.location}/more", "/upload/other"):
        assert page.send("HEAD", path).status == 404


def test_a_full_drive_is_said_at_the_start_and_at_the_end(page, cast, malik, top):
    quota.open_account(cast.drive.id, "drive", allowed=10)
    for size in (11, 10**15):
        assert page.create(size, parent=str(top.id), name="a").status == 413
    made = page.create(10, parent=str(top.id), name="a")
    put_file(malik, top, name="b", blob=blobs().put(b"12345"))
    answer = page.patch(made.location, 0, b"1234567890")
    assert (answer.status, answer.told["reason"]) == (413, "over_quota")
    assert [entry.name for entry in entries_in(malik, top)] == ["b"]
    quota.open_account(cast.drive.id, "drive", allowed=100)
    assert page.send("HEAD", made.location).headers["mazot-entry"]


def test_a_full_disk_is_said_and_the_upload_can_go_on(page, malik, top, monkeypatch):
    made = page.create(6, parent=str(top.id), name="a")

    def full(part):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert page.patch(made.location, 0, b"abcdef").status == 507
    assert page.send("HEAD", made.location).offset == 0
    assert page.patch(made.location, 0, b"abcdef").status == 204


def test_two_tabs_do_not_write_the_same_upload_at_once(page, top):
    made = page.create(6, parent=str(top.id), name="a")
    first = intake_module.Part(path_of_upload(Upload.objects.get().id), offset=0)
    try:
        assert page.patch(made.location, 0, b"abcdef").status == 423
    finally:
        first.close()
    assert page.patch(made.location, 0, b"abcdef").status == 204


def test_long_uploads_are_made_safe_on_the_way(page, top, monkeypatch):
    monkeypatch.setattr(intake_module, "BATCH", 4)
    monkeypatch.setattr(intake_module, "SAFE_EVERY", 8)
    made = page.create(100, parent=str(top.id), name="a")
    seen = []
    original = intake_module.Part.sync
    monkeypatch.setattr(intake_module.Part, "sync", lambda part: (seen.append(1), original(part)))
    assert page.patch(made.location, 0, *[b"1234"] * 5).offset == 20
    assert len(seen) == 3


def test_nobody_uploads_without_a_session_or_for_somebody_else(page, top, signed_in, olive, otto, cast):
    made = page.create(6, parent=str(top.id), name="a")
    assert Client("").create(1, parent=str(top.id), name="x").status == 401
    assert Client("nonsense").patch(made.location, 0, b"x").status == 401
    for actor in (olive, otto):
        other = Client(signed_in(actor).cookies[settings.SESSION_COOKIE_NAME].value)
        assert other.create(1, parent=str(top.id), name="x").status == 404
        for method in ("HEAD", "PATCH", "DELETE"):
            answer = other.send(method, made.location, upload_offset="0", content_type=BYTES)
            assert answer.status == 404
    assert page.send("HEAD", made.location).offset == 0


def test_an_external_puts_nothing_into_an_organization_folder(signed_in, gaia, olive, cast):
    space = open_common_folder(olive, cast.drive, name="Team")
    page = Client(signed_in(gaia).cookies[settings.SESSION_COOKIE_NAME].value)
    assert page.create(1, parent=str(space.root_id), name="x").status == 404


def test_a_member_who_is_put_out_in_the_middle_stops(page, top, cast, olive):
    made = page.create(6, b"abc", parent=str(top.id), name="a")
    block_member(olive, Membership.objects.get(organization=cast.mimosa, person=cast.people.malik))
    assert page.patch(made.location, 3, b"def").status in (401, 403, 404)


@pytest.mark.parametrize(
    "headers",
    [
        {"x_csrftoken": ""},
        {"x_csrftoken": "b" * 32},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_another_site_cannot_use_the_session(page, malik, top, headers):
    made = page.create(1, parent=str(top.id), name="a")
    for method, path in (("POST", "/upload/drive"), ("PATCH", made.location), ("DELETE", made.location)):
        answer = page.send(method, path, b"x", upload_offset="0", upload_length="1", content_type=BYTES, **headers)
        assert (answer.status, answer.told["reason"]) == (403, "csrf")
    assert entries_in(malik, top) == []


def test_the_own_origin_may(page, top):
    pairs = f"parent {base64.b64encode(str(top.id).encode()).decode()},name YQ=="
    answer = page.send("POST", "/upload/drive", upload_length="1", upload_metadata=pairs, origin="http://testserver")
    assert answer.status == 201


def test_sentences_are_in_the_persons_language(page, top, cast):
    cast.people.malik.language = "fr"
    cast.people.malik.save(update_fields=["language"])
    english = "A name cannot contain “/”: it separates folders."
    answer = page.create(1, parent=str(top.id), name="a/b")
    from django.utils import translation

    with translation.override("fr"):
        from django.utils.translation import gettext

        assert answer.told["sentence"] == gettext(english)
