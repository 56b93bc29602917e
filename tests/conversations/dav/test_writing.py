# SPDX-License-Identifier: AGPL-3.0-or-later
"""PUT, MKCOL and DELETE: whole or not at all."""

import os
import socket
import time

import pytest

from tests.conversations.dav.talk import Client, D, reply_on


def test_a_file_is_new_then_changed(malik):
    assert malik.put("a.txt", b"one").status == 201
    changed = malik.put("a.txt", b"two")

    assert changed.status == 204
    assert malik.get("a.txt").body == b"two"
    assert malik.get("a.txt").etag == changed.etag


def test_an_empty_file_is_a_file(malik):
    assert malik.put("empty", b"").status == 201
    assert (malik.get("empty").status, malik.get("empty").body) == (200, b"")


def test_a_file_of_some_size_comes_back_byte_for_byte(malik):
    content = os.urandom(3_000_001)

    assert malik.put("big.bin", content).status == 201
    assert malik.get("big.bin").body == content


@pytest.mark.parametrize(
    ("path", "status"),
    [("no/such/a.txt", 409), ("", 405), ("inner/", 405), ("inner", 405), ("file.txt/below.txt", 409)],
)
def test_a_file_needs_a_folder_around_it_and_a_name_of_its_own(malik, path, status):
    malik.ask("MKCOL", "inner")
    malik.put("file.txt", b"as it is")

    assert malik.put(path).status == status
    assert malik.names() == ["file.txt", "inner/"]


def test_conditions_of_a_put(malik):
    tag = malik.put("a.txt", b"one").etag

    assert malik.put("a.txt", b"two", {"If-Match": '"other"'}).status == 412
    assert malik.put("a.txt", b"two", {"If-Match": "other"}).status == 412
    assert malik.put("a.txt", b"two", {"If-None-Match": "*"}).status == 412
    assert malik.put("new.txt", b"two", {"If-Match": "*"}).status == 412
    assert malik.put("a.txt", b"two", {"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}).status == 412
    assert malik.get("a.txt").body == b"one"
    assert malik.names() == ["a.txt"]
    assert malik.put("new.txt", b"two", {"If-None-Match": "*"}).status == 201
    assert malik.put("a.txt", b"two", {"If-Match": tag}).status == 204


def test_joplins_tag_that_is_none_is_no_condition(malik):
    garbage = {"If-None-Match": "JoplinIgnore-1700000000"}

    assert malik.put("a.md", b"one", garbage).status == 201
    assert malik.put("a.md", b"two", garbage).status == 204
    assert malik.find("", "getlastmodified", "resourcetype", depth="1", headers=garbage).status == 207
    assert malik.ask("MKCOL", "locks", garbage).status == 201
    assert malik.ask("MKCOL", "locks", garbage).status == 405
    assert malik.ask("DELETE", "a.md", garbage).status == 204


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def put_raw(client: Client, path: str, headers: dict[str, str], body: bytes):
    with client.connect() as line:
        line.sendall(client.head_of("PUT", client.path_of(path), headers) + body)
        return reply_on(line, "PUT")


def test_finder_sends_chunks_and_tells_the_length_elsewhere(malik):
    headers = {"Transfer-Encoding": "chunked", "X-Expected-Entity-Length": "10"}

    assert put_raw(malik, "whole.txt", headers, chunked(b"01234", b"56789")).status == 201
    assert malik.get("whole.txt").body == b"0123456789"
    assert put_raw(malik, "short.txt", headers, chunked(b"01234")).status == 400
    assert put_raw(malik, "long.txt", headers, chunked(b"01234", b"5678901")).status == 400
    assert (
        put_raw(malik, "none.txt", {"Transfer-Encoding": "chunked", "X-Expected-Entity-Length": "0"}, chunked()).status
        == 201
    )
    assert malik.names() == ["none.txt", "whole.txt"]


def test_chunks_without_any_length_are_taken(malik):
    pieces = [os.urandom(70_000) for _ in range(40)]

    assert put_raw(malik, "a.bin", {"Transfer-Encoding": "chunked"}, chunked(*pieces)).status == 201
    assert malik.get("a.bin").body == b"".join(pieces)


@pytest.mark.parametrize("headers", [{"Content-Length": "1000000"}, {"Transfer-Encoding": "chunked"}])
def test_a_torn_upload_leaves_nothing(malik, headers):
    incoming = malik.served.data / "blobs" / "incoming"
    with malik.connect() as line:
        start = b"%x\r\n" % 900_000 if "Transfer-Encoding" in headers else b""
        line.sendall(malik.head_of("PUT", malik.path_of("torn.bin"), headers) + start + os.urandom(400_000))
        time.sleep(0.3)
        line.shutdown(socket.SHUT_RDWR)
    until = time.monotonic() + 60
    while list(incoming.glob("*.part")) and time.monotonic() < until:
        time.sleep(0.05)

    assert list(incoming.glob("*.part")) == []
    assert malik.names() == []


def test_a_body_longer_than_announced_is_cut_where_it_was_announced(malik):
    with malik.connect() as line:
        line.sendall(malik.head_of("PUT", malik.path_of("a.txt"), {"Content-Length": "5"}) + b"01234EXTRA\r\n\r\n")
        # What follows the announced bytes is the next request, and none that can be read.
        assert reply_on(line, "PUT").status in (201, 400)

    assert malik.get("a.txt").body in (b"01234", malik.get("nothing").body)


def test_a_part_is_not_taken_for_the_whole(malik):
    malik.put("a.txt", b"0123456789")

    assert malik.put("a.txt", b"xx", {"Content-Range": "bytes 2-3/10"}).status == 400
    assert malik.get("a.txt").body == b"0123456789"


def test_times_of_files_travel_with_nextclouds_header(malik):
    answer = malik.put("a.txt", b"1", {"X-OC-Mtime": "784111777"})

    assert answer.headers["x-oc-mtime"] == "accepted"
    assert malik.get("a.txt").headers["last-modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert malik.put("b.txt", b"1", {"X-OC-Mtime": "garbage"}).status == 201


def test_who_may_not_hears_it_before_sending_the_body(served, malik):
    malik.ask("MKCOL", "inner")
    malik.put("held.txt")
    malik.lock("held.txt")
    expecting = {"Content-Length": "1000000000", "Expect": "100-continue"}
    stranger = Client(served, secret="wrong")
    tries = [
        (stranger, "a.bin", {}, 401),
        (Client(served, "reader"), "a.bin", {}, 403),
        (malik, "no/such/a.bin", {}, 409),
        (malik, "inner", {}, 405),
        (malik, "a.bin", {"If-Match": '"x"'}, 412),
        (malik, "held.txt", {}, 423),
        (malik, "a.bin", {"Content-Length": str(10**15)}, 507),
    ]
    for client, path, more, status in tries:
        with client.connect() as line:
            line.sendall(client.head_of("PUT", malik.path_of(path), expecting | more))
            assert line.recv(12) == b"HTTP/1.1 %d" % status, path


def test_who_may_is_told_to_go_on(malik):
    with malik.connect() as line:
        line.sendall(malik.head_of("PUT", malik.path_of("a.txt"), {"Content-Length": "5", "Expect": "100-continue"}))
        assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(b"01234")
        assert reply_on(line, "PUT").status == 201
    assert malik.get("a.txt").body == b"01234"


def test_an_early_answer_leaves_the_connection_usable_or_closed(malik):
    with malik.connect() as line:
        line.sendall(
            malik.head_of("PUT", malik.path_of("no/such/a.txt"), {"Content-Length": "200000"}) + b"x" * 200_000
        )
        first = reply_on(line, "PUT")
        assert first.status == 409
        if first.headers.get("connection") != "close":
            line.sendall(malik.head_of("GET", malik.path_of(""), ()))
            assert reply_on(line).status == 200


def test_no_room_is_told_before_or_in_the_middle_and_keeps_nothing(served):
    otto = Client(served, "otto").in_new_folder()
    served.change("room", otto.login, "100000")
    try:
        announced = otto.put("a.bin", b"x" * 200_000)
        surprise = put_raw(otto, "b.bin", {"Transfer-Encoding": "chunked"}, chunked(*[b"x" * 50_000] * 60))
        small = otto.put("c.bin", b"x" * 50_000)
        again = otto.put("d.bin", b"y" * 60_000)
    finally:
        served.change("room", otto.login, "none")

    assert [announced.status, surprise.status, small.status, again.status] == [507, 507, 201, 507]
    assert announced.xml.find(f"{D}quota-not-exceeded") is not None
    assert otto.names() == ["c.bin"]
    assert list((served.data / "blobs" / "incoming").glob("*.part")) == []


def test_folders(malik):
    assert malik.ask("MKCOL", "new").status == 201
    assert malik.ask("MKCOL", "new").status == 405
    assert malik.ask("MKCOL", "slashed/").status == 201
    assert malik.ask("MKCOL", "no/such").status == 409
    assert malik.ask("MKCOL", "bodied", {"Content-Type": "text/xml"}, b"<x/>").status == 415
    malik.put("file.txt")
    assert malik.ask("MKCOL", "file.txt").status == 405
    assert malik.names() == ["file.txt", "new/", "slashed/"]


def test_deleting(malik):
    malik.ask("MKCOL", "inner")
    malik.put("inner/a.txt")

    assert malik.ask("DELETE", "inner/", {"Depth": "0"}).status == 400
    assert malik.ask("DELETE", "inner/").status == 204
    assert malik.get("inner/a.txt").status == 404
    assert malik.ask("DELETE", "inner/").status == 404
    assert malik.ask("DELETE", malik.mount).status == 403
