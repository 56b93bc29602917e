# SPDX-License-Identifier: AGPL-3.0-or-later
"""Locks: who holds, who waits, and what an If header must say."""

import pytest

from tests.conversations.dav.talk import Client, D


def having(*tokens: str) -> dict[str, str]:
    return {"If": " ".join(f"(<{token}>)" for token in tokens)}


def test_a_held_file_changes_only_with_the_token(malik):
    malik.put("a.txt", b"one")
    held = malik.lock("a.txt", headers={"Timeout": "Second-120"})

    assert held.status == 200
    assert 90 <= int(held.found("timeout").text.removeprefix("Second-")) <= 120
    assert held.found("lockroot").findtext(f"{D}href") == malik.root + "a.txt"
    assert held.found("owner").text == malik.login
    for method, headers in (
        ("PUT", {}),
        ("DELETE", {}),
        ("PROPPATCH", {}),
        ("MOVE", {"Destination": malik.url_of("b.txt")}),
    ):
        body = '<propertyupdate xmlns="DAV:"><set><prop><x xmlns="u:"/></prop></set></propertyupdate>'
        refused = malik.ask(method, "a.txt", headers, body if method == "PROPPATCH" else b"")
        assert refused.status == 423, method
        assert refused.xml.find(f"{D}lock-token-submitted") is not None
    assert malik.get("a.txt").body == b"one"
    assert malik.put("a.txt", b"two", having(held.token)).status == 204
    assert malik.ask("UNLOCK", "a.txt", {"Lock-Token": f"<{held.token}>"}).status == 204
    assert malik.put("a.txt", b"three").status == 204


def test_an_address_without_a_file_can_be_held(malik):
    held = malik.lock("new.txt")

    assert held.status == 201
    assert malik.get("new.txt").body == b""
    assert malik.put("new.txt", b"word").status == 423
    assert malik.put("new.txt", b"word", having(held.token)).status == 204
    assert malik.lock("no/such.txt").status == 409


def test_windows_shows_its_token_for_the_empty_file_it_just_held(malik):
    held = malik.lock("book.docx", headers={"Timeout": "Second-3600"})

    assert malik.put("book.docx", b"", having(held.token)).status == 204
    assert malik.put("book.docx", b"words", having(held.token)).status == 204


def test_locks_that_exclude_and_locks_that_are_shared(malik):
    malik.put("a.txt")
    first = malik.lock("a.txt", scope="shared")
    second = malik.lock("a.txt", scope="shared")

    assert first.status == second.status == 200
    refused = malik.lock("a.txt")
    assert refused.status == 423
    assert refused.xml.find(f"{D}no-conflicting-lock") is not None
    assert malik.put("a.txt").status == 423
    assert malik.put("a.txt", b"x", having(second.token)).status == 204
    assert len(list(malik.find("a.txt", "lockdiscovery").xml.iter(f"{D}activelock"))) == 2


def test_a_held_folder_holds_what_is_in_it(malik):
    malik.ask("MKCOL", "in")
    malik.put("in/a.txt")
    held = malik.lock("in/")

    assert malik.put("in/a.txt").status == 423
    assert malik.put("in/new.txt").status == 423
    assert malik.ask("DELETE", "in/a.txt").status == 423
    assert malik.lock("in/a.txt").status == 423
    assert malik.put("in/new.txt", b"x", {"If": f"<{malik.root}in/> (<{held.token}>)"}).status == 201
    found = malik.find("in/a.txt", "lockdiscovery")
    assert found.found("lockroot").findtext(f"{D}href").rstrip("/") == malik.root + "in"


def test_a_folder_held_alone_keeps_its_list_of_names(malik):
    malik.ask("MKCOL", "in")
    malik.put("in/a.txt")
    malik.lock("in/", headers={"Depth": "0"})

    assert malik.put("in/new.txt").status == 423
    assert malik.ask("DELETE", "in/a.txt").status == 423
    assert malik.put("in/a.txt", b"x").status == 204


def test_a_held_member_keeps_its_folder(malik):
    malik.ask("MKCOL", "in")
    malik.put("in/a.txt")
    malik.lock("in/a.txt")
    answer = malik.ask("DELETE", "in/")

    assert answer.status == 207
    assert answer.hrefs == [malik.root + "in/a.txt"]
    assert "423" in answer.found("status").text
    assert malik.get("in/a.txt").status == 200


def test_refreshing_a_lock(malik):
    malik.put("a.txt")
    held = malik.lock("a.txt", headers={"Timeout": "Second-60"})
    again = malik.ask("LOCK", "a.txt", {**having(held.token), "Timeout": "Second-600"})

    assert again.status == 200
    assert again.found("timeout").text in [f"Second-{left}" for left in range(570, 601)]
    assert "lock-token" not in again.headers
    assert malik.ask("LOCK", "a.txt", having("urn:uuid:00000000-0000-0000-0000-000000000000")).status == 412
    assert malik.ask("LOCK", "a.txt").status == 400


def test_the_lock_of_another_person_cannot_be_used_or_ended(served):
    olive, adam = Client(served, "olive"), Client(served, "adam")
    shared = common_folder(served)
    path = f"{olive.mount}{shared}held.txt"
    olive.put(path, b"one")
    held = olive.lock(path)
    assert held.status == 200

    assert adam.put(path, b"two").status == 423
    assert adam.put(path, b"two", having(held.token)).status in (403, 423)
    assert adam.ask("UNLOCK", path, {"Lock-Token": f"<{held.token}>"}).status == 403
    assert adam.ask("LOCK", path, having(held.token)).status in (403, 412, 423)
    assert adam.get(path).body == b"one"
    assert olive.ask("UNLOCK", path, {"Lock-Token": f"<{held.token}>"}).status == 204


def common_folder(served) -> str:
    """The address of a folder that several people reach."""
    return served.change("common_folder", served.people["olive"]["login"])["path"]


def test_unlocking_what_is_not_held(malik):
    malik.put("a.txt")
    malik.put("b.txt")
    held = malik.lock("a.txt")

    assert malik.ask("UNLOCK", "a.txt").status == 400
    assert malik.ask("UNLOCK", "a.txt", {"Lock-Token": "<urn:uuid:nonsense>"}).status == 409
    assert malik.ask("UNLOCK", "b.txt", {"Lock-Token": f"<{held.token}>"}).status == 409
    assert malik.put("a.txt").status == 423


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("(<{token}>)", 204),
        ('(<{token}> ["{tag}"])', 204),
        ('(<{token}> ["other"])', 412),
        ('(["other"]) (<{token}>)', 204),
        ("(Not <DAV:no-lock> <{token}>)", 204),
        ("(<DAV:no-lock>)", 412),
        ("(Not <DAV:no-lock>)", 423),
        ('(["{tag}"])', 423),
        ("<{root}a.txt> (<{token}>)", 204),
        ("<{root}b.txt> (<{token}>)", 412),
        ("<http://elsewhere.example/a> (Not <DAV:no-lock>) <{root}a.txt> (<{token}>)", 204),
        ("(<{token}>", 400),
        ("rubbish", 400),
        ("()", 400),
        ("", 400),
    ],
)
def test_the_if_header(malik, value, status):
    malik.put("b.txt")
    tag = malik.put("a.txt", b"one").etag.strip('"')
    token = malik.lock("a.txt").token
    header = value.format(token=token, tag=tag, root=malik.root)

    assert malik.put("a.txt", b"two", {"If": header}).status == status
    assert malik.get("a.txt").body == (b"two" if status == 204 else b"one")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Depth": "1"}, None, 400),
        ({}, "<x/>", 400),
        ({}, "rubbish", 400),
        ({}, '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><read/></locktype></lockinfo>', 422),
    ],
)
def test_a_lock_that_cannot_be_read_is_refused(malik, headers, body, status):
    malik.put("a.txt")
    whole = '<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>'

    assert malik.ask("LOCK", "a.txt", headers, body or whole).status == status
    assert malik.put("a.txt").status == 204


def test_a_copy_is_free(malik):
    malik.put("a.txt")
    malik.lock("a.txt")

    assert malik.ask("COPY", "a.txt", {"Destination": malik.url_of("b.txt")}).status == 201
    assert malik.put("b.txt").status == 204
    assert malik.ask("COPY", "b.txt", {"Destination": malik.url_of("a.txt")}).status == 423
