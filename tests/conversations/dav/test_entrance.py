# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who comes in, and what those hear who do not."""

import pytest

from tests.conversations.dav.talk import Client, reply_on
from tests.furnish import ACCOUNT_PASSWORD

METHODS = ("GET", "HEAD", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK")


@pytest.mark.parametrize("method", METHODS)
def test_nobody_comes_in_without_credentials(malik, method):
    answer = malik.ask(method, "x", {"Authorization": None})

    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="Mazot", charset="UTF-8"'


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer abc", "Digest username=x", ""])
def test_credentials_that_cannot_be_read_are_no_credentials(malik, value):
    assert malik.get("", {"Authorization": value}).status == 401


def test_a_wrong_secret_and_a_wrong_login_sound_the_same(served):
    wrong_secret = Client(served, secret="abcdefgh" * 5).get()
    stranger = Client(served)
    stranger.login = "nobody@people.example"
    wrong_login = stranger.get()

    assert wrong_secret.status == wrong_login.status == 401
    assert wrong_secret.body == wrong_login.body


def test_the_account_password_opens_while_two_factor_is_off(served):
    malik, adam = Client(served, secret=ACCOUNT_PASSWORD), Client(served, "adam", secret=ACCOUNT_PASSWORD)

    assert malik.get().status == 200
    assert adam.get().status == 401
    assert Client(served, "adam").get().status == 200


def test_options_is_answered_to_anybody(malik):
    for path in ("", "/", "/dav/", "/dav/drive/"):
        answer = malik.ask("OPTIONS", path, {"Authorization": None})

        assert answer.status == 200
        assert answer.headers["dav"] == "1, 2, 3"
        assert answer.headers["ms-author-via"] == "DAV"
        assert {"PROPFIND", "LOCK", "MOVE"} <= set(answer.headers["allow"].split(", "))


def test_a_revoked_password_ends_at_once_also_on_an_open_connection(served):
    password = served.change("new_password", served.people["malik"]["login"])
    client = Client(served, secret=password["secret"])
    with client.connect() as line:
        line.sendall(client.head_of("GET", client.path_of(""), ()))
        assert reply_on(line).status == 200
        served.change("revoke", client.login, password["password_id"])
        line.sendall(client.head_of("GET", client.path_of(""), ()))
        assert reply_on(line).status == 401


def test_a_person_of_another_organization_learns_nothing(served, malik):
    malik.put("secret.txt")
    otto = Client(served, "otto")

    for path in (malik.root, malik.root + "secret.txt", malik.mount):
        assert otto.get(path).status == 404
        assert otto.ask("DELETE", path).status == 404
    assert otto.put(malik.root + "mine.txt").status == 404
    assert malik.names() == ["secret.txt"]


def test_two_people_of_one_drive_do_not_see_each_others_own_files(served, malik):
    malik.put("diary.txt")
    gaia = Client(served, "gaia")

    assert gaia.get(malik.root + "diary.txt").status == 404


def test_a_password_for_reading_changes_nothing(served, malik):
    malik.put("a.txt", b"as it is")
    reader = Client(served, "reader")

    assert reader.get(malik.root + "a.txt").body == b"as it is"
    assert reader.put(malik.root + "a.txt", b"other").status == 403
    assert reader.ask("DELETE", malik.root + "a.txt").status == 403
    assert reader.ask("MKCOL", malik.root + "new").status == 403
    assert reader.lock(malik.root + "a.txt").status == 403
    assert malik.get("a.txt").body == b"as it is"


def test_a_plan_without_webdav_says_so_in_words(served):
    otto = Client(served, "otto")
    assert otto.get().status == 200
    served.change("webdav", otto.login, "off")
    try:
        answer = otto.get()
        assert answer.status == 403
        assert "plan" in answer.xml.findtext("{urn:mazot:dav}message")
        assert otto.ask("OPTIONS", "").status == 200
    finally:
        served.change("webdav", otto.login, "on")
    assert otto.get().status == 200


@pytest.mark.parametrize("method", ["REPORT", "ACL", "SEARCH", "PATCH", "POST", "MKCALENDAR", "BIND", "TRACE"])
def test_other_methods_are_not_offered(malik, method):
    answer = malik.ask(method, "x")

    assert answer.status == 405
    assert "PROPFIND" in answer.headers["allow"]


def test_addresses_without_a_tree_are_not_found(malik):
    for path in ("/dav/drive/nonsense/", "/dav/drive/00000000-0000-0000-0000-000000000000/", "/dav/a/b/c/d"):
        assert malik.get(path).status == 404
    # The password was made for the drive and opens nothing else.
    assert malik.get("/dav/nothing/" + malik.mount.split("/")[3] + "/").status == 401
    for name in ("caldav", "carddav"):
        assert malik.ask("PROPFIND", f"/.well-known/{name}", {"Depth": "0"}).status == 404


def test_the_way_to_the_tree_is_an_empty_folder_that_tells_nothing(malik):
    for path in ("/", "/dav/", "/dav/drive/"):
        answer = malik.find(path, "resourcetype", depth="1", headers={"Authorization": None})

        assert answer.status == 207
        assert answer.hrefs == [path]


def test_a_browser_is_told_what_the_address_is_for(malik):
    answer = malik.get("", {"Accept": "text/html"})

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert b"WebDAV" in answer.body
