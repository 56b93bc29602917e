# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bad input: a clear answer, quickly, and nothing changed."""

import time

import pytest

from tests.conversations.dav.talk import reply_on

BOMB = (
    b'<!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b']><propfind xmlns="DAV:"><prop><x>&i;</x></prop></propfind>'
)
OUTSIDE = (
    b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><propfind xmlns="DAV:"><prop><a>&x;</a></prop></propfind>'
)


@pytest.mark.parametrize(
    ("path", "statuses"),
    [
        (b"../../etc/passwd", {400}),
        (b"%2e%2e/%2e%2e/x", {400}),
        (b"..%2f..%2fx", {400}),
        (b"a%2Fb", {400}),
        (b"a%00b", {400}),
        (b"%ff%fe", {400}),
        (b"%c0%ae%c0%ae", {400}),
        (b"100%", {400}),
        (b"%zz", {400}),
        (b"a" * 300, {403}),
        (b"%C3%A9" * 200, {403}),
        ("é".encode(), {400}),
        (b"%0d%0aSet-Cookie:x", {403}),
        (b"%01", {403}),
        (b"a%5Cb", {403}),
        (b"dot.", {403}),
        (b"%20lead", {403}),
        (b"d/" * 10_000 + b"x", {414, 431}),
        (b"d/" * 1_000 + b"x", {414}),
    ],
)
def test_an_address_that_no_file_may_have(malik, path, statuses):
    answer = malik.put(path)

    assert answer.status in statuses, answer.body
    assert malik.names() == []
    assert malik.ask("MKCOL", path).status in statuses


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (BOMB, 400),
        (OUTSIDE, 400),
        (b"<propfind", 400),
        (b'<propfind xmlns="DAV:"/>', 400),
        (b'<propfind xmlns="DAV:"><prop>' + b"<a>" * 200 + b"</a>" * 200 + b"</prop></propfind>", 400),
        (b'<propfind xmlns="DAV:"><prop>' + b" " * 2**21 + b"</prop></propfind>", 413),
        (b'<?xml version="1.0" encoding="utf-7"?><propfind xmlns="DAV:"><allprop/></propfind>', 415),
    ],
)
def test_a_body_that_is_an_attack(malik, body, status):
    started = time.monotonic()
    answer = malik.ask("PROPFIND", "", {"Depth": "0"}, body)

    assert answer.status == status
    assert time.monotonic() - started < 5
    if answer.headers.get("content-type", "").startswith("application/xml"):
        assert answer.xml.findtext("{urn:mazot:dav}message")
    assert malik.find("", "resourcetype").status == 207


def test_a_large_body_in_chunks_is_refused_too(malik):
    with malik.connect() as line:
        head = malik.head_of("PROPFIND", malik.path_of(""), {"Depth": "0", "Transfer-Encoding": "chunked"})
        line.sendall(head + (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 20)
        assert reply_on(line, "PROPFIND").status == 413


@pytest.mark.parametrize("value", ["2", "-1", "zero", "infinity, 1"])
def test_a_depth_that_is_none(malik, value):
    assert malik.ask("PROPFIND", "", {"Depth": value}).status == 400


def test_a_target_with_a_fragment_deletes_nothing(malik):
    malik.ask("MKCOL", "keep")

    assert malik.ask("DELETE", b"keep/#1").status == 400
    assert malik.names() == ["keep/"]


def test_an_endless_property_is_refused(malik):
    malik.put("a.txt")
    update = f'<propertyupdate xmlns="DAV:"><set><prop><x xmlns="u:">{"a" * 100_000}</x></prop></set></propertyupdate>'
    answer = malik.ask("PROPPATCH", "a.txt", {}, update)

    assert answer.status == 207
    assert "507" in answer.found("status").text
    assert list(malik.find("a.txt").xml.iter("{u:}x")) == []


def test_no_answer_shows_the_inside_of_the_server(malik):
    for method in ("GET", "PUT", "PROPFIND", "MOVE", "LOCK"):
        answer = malik.ask(method, b"%ff", {"Depth": "0", "Destination": "/dav/x"}, b"<")
        assert b"Traceback" not in answer.body
        assert b"mazot/" not in answer.body
