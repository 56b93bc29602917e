# SPDX-License-Identifier: AGPL-3.0-or-later
"""GET and HEAD: parts, conditions, and headers that protect the reader."""

import os

import pytest

from tests.conversations.dav.talk import Client

BIG = os.urandom(300_000)


@pytest.fixture
def with_files(malik):
    malik.put("small.txt", b"0123456789")
    malik.put("big.bin", BIG)
    malik.put("empty", b"")
    return malik


@pytest.mark.parametrize(
    ("name", "value", "status", "part"),
    [
        ("small.txt", "bytes=2-5", 206, (2, 6)),
        ("small.txt", "bytes=7-", 206, (7, 10)),
        ("small.txt", "bytes=-3", 206, (7, 10)),
        ("small.txt", "bytes=8-500", 206, (8, 10)),
        ("small.txt", "bytes=0-1,4-5", 200, (0, 10)),
        ("small.txt", "bytes=5-2", 200, (0, 10)),
        ("small.txt", "rows=1-2", 200, (0, 10)),
        ("small.txt", "bytes=10-", 416, None),
        ("empty", "bytes=0-", 416, None),
        ("big.bin", "bytes=100000-299999", 206, (100_000, 300_000)),
        ("big.bin", "bytes=-70000", 206, (230_000, 300_000)),
    ],
)
def test_parts_of_a_file(with_files, name, value, status, part):
    whole = BIG if name == "big.bin" else b"0123456789" if name == "small.txt" else b""
    answer = with_files.get(name, {"Range": value})

    assert answer.status == status
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(whole)}"
        return
    assert answer.body == whole[part[0] : part[1]]
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {part[0]}-{part[1] - 1}/{len(whole)}"


@pytest.mark.parametrize("name", ["small.txt", "big.bin", "empty", ""])
@pytest.mark.parametrize("part", [None, "bytes=1-3"])
def test_head_is_get_without_the_body(with_files, name, part):
    headers = {"Range": part} if part else {}
    got, head = with_files.get(name, headers), with_files.ask("HEAD", name, headers)
    varying = {"date"}

    assert head.status == got.status
    assert head.body == b""
    assert {n: v for n, v in head.headers.items() if n not in varying} == {
        n: v for n, v in got.headers.items() if n not in varying
    }


def test_a_copy_that_is_still_good_is_not_sent_again(with_files):
    first = with_files.get("small.txt")

    for headers in (
        {"If-None-Match": first.etag},
        {"If-None-Match": f'"other", W/{first.etag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        answer = with_files.get("small.txt", headers)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.etag == first.etag
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": "garbage"},
        {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"},
        {"If-Modified-Since": "garbage"},
        # RFC 9110 §13.1.3: the tag decides, the date is not looked at.
        {"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]},
    ):
        assert with_files.get("small.txt", headers).status == 200
    assert with_files.get("small.txt", {"If-Match": '"other"'}).status == 412
    assert with_files.get("small.txt", {"If-Match": first.etag}).status == 200


def test_a_part_is_only_sent_for_the_content_the_client_began_with(with_files):
    tag = with_files.get("small.txt").etag

    assert with_files.get("small.txt", {"Range": "bytes=0-1", "If-Range": tag}).status == 206
    with_files.put("small.txt", b"9876543210")
    answer = with_files.get("small.txt", {"Range": "bytes=0-1", "If-Range": tag})
    assert (answer.status, answer.body) == (200, b"9876543210")
    assert with_files.get("small.txt", {"Range": "bytes=0-1", "If-Range": f"W/{answer.etag}"}).status == 200


def test_a_strangers_page_cannot_act_in_the_readers_name(malik):
    malik.put("evil.html", b"<script>alert(1)</script>", {"Content-Type": "text/html"})
    answer = malik.get("evil.html")

    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_not_found(malik):
    assert malik.get("nothing.txt").status == 404
    assert malik.ask("HEAD", "nothing.txt").status == 404
    assert malik.find("nothing.txt").status == 404


def test_what_was_just_read_is_forgotten_with_any_change(served, malik):
    for content in (b"one", b"two"):
        malik.put("a.txt", content)
        assert [malik.get("a.txt").body for _ in range(3)] == [content] * 3
    malik.ask("MOVE", "a.txt", {"Destination": malik.url_of("b.txt")})
    assert malik.get("a.txt").status == 404
    assert [malik.get("b.txt").body for _ in range(2)] == [b"two"] * 2
    gaia = Client(served, "gaia")
    assert gaia.get(malik.root + "b.txt").status == 404
    assert Client(served, secret="wrong").get(malik.root + "b.txt").status == 401
