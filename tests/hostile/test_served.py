# SPDX-License-Identifier: AGPL-3.0-or-later
"""Through the whole server, as a browser goes: every middleware, every thread, the real sender."""

import io
import re
import zipfile
from typing import Any

import httpx
import pytest

from tests.conversations.dav.talk import Client
from tests.furnish import ACCOUNT_PASSWORD
from tests.served import Served


@pytest.fixture
def malik(served: Served) -> Any:
    """Malik's browser, signed in."""
    with httpx.Client(base_url=served.address, headers={"Origin": served.address}, timeout=30) as browser:
        browser.get("/login")
        said = {
            "login": served.people["malik"]["login"],
            "password": ACCOUNT_PASSWORD,
            "csrfmiddlewaretoken": browser.cookies["csrf"],
        }
        assert browser.post("/login", data=said).status_code == 302
        browser.headers["X-CSRFToken"] = browser.cookies["csrf"]
        yield browser


def folder_named(browser: httpx.Client, name: str) -> str:
    # By its name: a page shows the first rows of a folder, and other tests fill this one too.
    page = browser.get("/drive/search", params={"q": name}).text
    for folder in set(re.findall(r"/drive/folder/([0-9a-f-]{36})", page)):
        title = re.search(r"<title>[^<]*", browser.get(f"/drive/folder/{folder}").text)
        if title and name in title[0]:
            return folder
    raise AssertionError(name)


def test_a_folder_arrives_as_a_whole_zip(served: Served, malik: httpx.Client) -> None:
    client = Client(served).in_new_folder()
    client.put("one.txt", b"first")
    client.put("two.txt", b"second" * 10_000)
    folder = folder_named(malik, client.root.strip("/").rpartition("/")[2])

    answer = malik.get("/drive/zip", params={"ids": folder})

    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert sorted(name.rpartition("/")[2] for name in archive.namelist() if name[-1] != "/") == [
            "one.txt",
            "two.txt",
        ]


@pytest.mark.parametrize("name", ["a" * 300, "..", "nul\0", "a/b", "line\nbreak", "turn\u202eed", ""])
def test_a_name_nobody_can_keep_makes_nothing(malik: httpx.Client, name: str) -> None:
    page = malik.get("/drive/", follow_redirects=True).text
    found = re.search(r'data-folder="([^"]+)"', page)
    assert found
    before = re.findall(r"data-id=\S+", page)
    assert malik.post(f"/drive/folder/{found[1]}/new", data={"name": name}).status_code == 422
    assert re.findall(r"data-id=\S+", malik.get("/drive/", follow_redirects=True).text) == before


def test_a_form_without_our_token_or_from_another_site_does_nothing(malik: httpx.Client) -> None:
    found = re.search(r'data-folder="([^"]+)"', malik.get("/drive/", follow_redirects=True).text)
    assert found
    for headers in ({"X-CSRFToken": ""}, {"Origin": "https://evil.example"}):
        answer = malik.post(f"/drive/folder/{found[1]}/new", data={"name": "planted"}, headers=headers)
        assert answer.status_code == 403
    assert "planted" not in malik.get("/drive/", follow_redirects=True).text


def test_a_swap_after_the_session_ended_leads_to_the_login(served: Served) -> None:
    answer = httpx.get(f"{served.address}/drive/recent", headers={"HX-Request": "true"}, timeout=30)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/login")


def test_a_file_of_html_is_never_shown_as_a_page_of_ours(served: Served, malik: httpx.Client) -> None:
    client = Client(served).in_new_folder()
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    assert client.put("evil.html", b"<script>alert(1)</script>", {"Content-Type": "text/html"}).status == 201
    assert client.put("evil.svg", drawing, {"Content-Type": "image/svg+xml"}).status == 201
    folder = folder_named(malik, client.root.strip("/").rpartition("/")[2])
    rows = malik.get(f"/drive/folder/{folder}")
    assert rows.status_code == 200
    found = set(re.findall(r"/drive/file/([0-9a-f-]{36})", rows.text))
    assert len(found) == 2
    for entry in found:
        answer = malik.get(f"/drive/file/{entry}/content")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("sandbox")
        assert answer.headers["x-content-type-options"] == "nosniff"
