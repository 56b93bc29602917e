# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the upload door refuses, to whom, and with which words."""

import base64
import errno
import os

import pytest
from django.conf import settings

from mazot.foundation import quota
from mazot.foundation.blobs import blobs
from mazot.heads.tus import intake as intake_module
from mazot.heads.tus.tests.conftest import BYTES, Client, announced, part_of
from mazot.products.drive.actions.drives import open_common_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.queries.entries import entries_in
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)


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
    assert announced() == 0


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
    first = intake_module.Part(part_of(made), offset=0)
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
