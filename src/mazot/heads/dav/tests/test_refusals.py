# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table from errors to answers, without a server."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from lxml import etree

from mazot.exchange.dav import LockInfo
from mazot.foundation.errors import (
    Busy,
    Conflict,
    Invalid,
    Locked,
    NoSpace,
    NotAllowed,
    NotFound,
    OverQuota,
    Refused,
    SignInRefused,
    TooMany,
)
from mazot.heads.dav.conditions import PreconditionFailed
from mazot.heads.dav.door import _unforeseen
from mazot.heads.dav.refusals import answer_to
from mazot.heads.dav.request import Request, target_of
from mazot.wire.dav import Malformed

MOUNT = b"/dav/drive/0192f0c0-0000-7000-8000-000000000000/"


def request(method="PUT", path=b"in/a.txt", **headers):
    scope = {"method": method, "raw_path": MOUNT + path, "path": "", "client": ("192.0.2.1", 1), "headers": []}
    made = Request(scope, None, None)
    made.target = target_of(made.raw_path)
    return made


def lock_at(*path):
    return LockInfo("urn:uuid:1", path, True, True, "", datetime(2026, 1, 1, tzinfo=UTC), 60, UUID(int=1))


@pytest.mark.parametrize(
    ("error", "status", "condition"),
    [
        (NotFound(), 404, ""),
        (NotAllowed(), 403, ""),
        (NotAllowed("not_holder"), 403, ""),
        (Conflict("exists"), 405, ""),
        (Conflict("taken"), 412, ""),
        (Conflict("no_parent"), 409, ""),
        (Conflict("is_folder"), 405, ""),
        (Conflict("not_folder"), 409, ""),
        (Conflict("no_such_lock"), 409, "lock-token-matches-request-uri"),
        (Conflict("anything else"), 409, ""),
        (Refused("into_itself"), 403, ""),
        (Invalid("name_dots"), 403, ""),
        (OverQuota(), 507, "quota-not-exceeded"),
        (NoSpace(), 507, "sufficient-disk-space"),
        (Busy(), 503, ""),
        (TooMany(wait=30), 429, ""),
        (Locked(), 423, "lock-token-submitted"),
        (Locked(lock=lock_at("in")), 423, "lock-token-submitted"),
        (PreconditionFailed(), 412, ""),
        (SignInRefused(), 401, ""),
        (Malformed("No.", status=414), 414, ""),
        (Malformed("No.", status=403, condition="propfind-finite-depth"), 403, "propfind-finite-depth"),
    ],
)
def test_every_error_has_its_answer(error, status, condition):
    answer = answer_to(request(), error)
    body = etree.fromstring(answer.body)

    assert answer.status == status
    assert [child.tag.removeprefix("{DAV:}") for child in body if "DAV:" in child.tag] == [condition] * bool(condition)
    assert body.findtext("{urn:mazot:dav}message")


def test_the_sentence_and_the_way_out_of_an_error_reach_the_person():
    error = Invalid("name_dots", "A name cannot be “..”.", way_out="Choose another one.")

    assert "cannot be “..”. Choose another one." in answer_to(request(), error).body.decode()


def test_a_lock_is_named_by_its_root():
    assert MOUNT + b"in</d:href>" in answer_to(request(), Locked(lock=lock_at("in"))).body
    assert b"no-conflicting-lock" in answer_to(request("LOCK"), Locked(lock=lock_at("in", "a.txt"))).body


def test_a_held_member_is_named_to_who_removes_its_folder():
    answer = answer_to(request("DELETE", b"in/"), Locked(lock=lock_at("in", "a é.txt")))

    assert answer.status == 207
    assert MOUNT + b"in/a%20%C3%A9.txt" in answer.body


def test_waiting_and_allowing_are_told_in_headers():
    assert (b"retry-after", b"30") in answer_to(request(), TooMany(wait=30)).headers
    assert (b"retry-after", b"1") in answer_to(request(), TooMany(wait=0.2)).headers
    assert (b"retry-after", b"5") in answer_to(request(), Busy()).headers
    assert any(name == b"allow" for name, _ in answer_to(request(), Conflict("exists")).headers)
    assert any(name == b"www-authenticate" for name, _ in answer_to(request(), SignInRefused()).headers)


def test_what_nobody_foresaw_tells_a_number_and_nothing_else(caplog):
    assert answer_to(request(), RuntimeError("the secret inside")) is None
    answer = _unforeseen(request())
    told = etree.fromstring(answer.body).findtext("{urn:mazot:dav}message")

    assert answer.status == 500
    assert "secret" not in answer.body.decode()
    assert told.rstrip(".").split()[-1] in caplog.text
