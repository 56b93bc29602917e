# SPDX-License-Identifier: AGPL-3.0-or-later
import re
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation.blobs import blobs
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.models import Entry

pytestmark = pytest.mark.django_db

PAGE_QUERIES = 12


@pytest.fixture
def mine(malik, drive):
    return open_own_folder(malik, drive).root


@pytest.fixture
def plan(malik, mine):
    return put_file(
        malik, mine, name="plan.md", blob=blobs().put(b"# Plan\n\n<script>alert(1)</script> **soon**")
    ).entry


@pytest.fixture
def client(signed_in, malik):
    return signed_in(malik)


def text(answer):
    return answer.content.decode()


def every_address(entry, folder):
    return [
        f"/drive/folder/{folder.id}",
        f"/drive/folder/{folder.id}/rows",
        f"/drive/folder/{folder.id}/choose",
        f"/drive/folder/{folder.id}/new",
        f"/drive/folder/{folder.id}/upload",
        f"/drive/entry/{entry.id}/rename",
        f"/drive/entry/{entry.id}/details",
        f"/drive/file/{entry.id}",
        f"/drive/file/{entry.id}/content",
        f"/drive/file/{entry.id}/download",
        f"/drive/zip?ids={entry.id}",
    ]


def test_every_page_of_a_file_opens_for_its_owner_in_few_queries(client, plan, mine):
    client.get("/drive/")
    for address in [
        "/drive/recent",
        "/drive/trash",
        "/drive/connect",
        "/drive/search?q=plan",
        *every_address(plan, mine),
    ]:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code in (200, 302), address
        assert len(queries) <= PAGE_QUERIES, (address, len(queries), [query["sql"] for query in queries])


def test_a_rival_finds_nothing_at_any_of_these_addresses(signed_in, otto, plan, mine):
    rival = signed_in(otto)

    assert {rival.get(address).status_code for address in every_address(plan, mine)} == {404}


def test_neither_does_a_colleague_in_somebody_elses_own_folder(signed_in, adam, plan, mine):
    colleague = signed_in(adam)

    assert {colleague.get(address).status_code for address in every_address(plan, mine)} == {404}


def test_an_external_finds_no_common_folder(signed_in, gaia, olive, drive):
    space = open_common_folder(olive, drive, name="Scores")

    assert signed_in(gaia).get(f"/drive/folder/{space.root_id}").status_code == 404
    assert "Scores" not in text(signed_in(gaia).get("/drive/", follow=True))


def test_a_stranger_is_led_to_the_login_and_back(plan):
    answer = Client().get(f"/drive/file/{plan.id}")

    assert answer.headers["Location"] == f"/login?next=/drive/file/{plan.id}"


def test_thousands_of_rows_come_in_pieces(client, malik, mine):
    blob = blobs().put(b"x")
    for number in range(120):
        put_file(malik, mine, name=f"{number:03}.txt", blob=blob)

    page = text(client.get(f"/drive/folder/{mine.id}"))
    more = re.search(r'data-more="(\d+)"', page)
    rest = text(client.get(f"/drive/folder/{mine.id}/rows?from={more[1]}"))

    assert page.count('class="drive__row"') == 100
    assert rest.count('class="drive__row"') == 20
    assert "119.txt" in rest
    assert "data-more" not in rest


@pytest.mark.parametrize("sort", ["name", "changed_by", "modified", "size", "kind"])
@pytest.mark.parametrize("direction", ["up", "down"])
def test_the_list_sorts_by_every_column_both_ways(client, malik, mine, sort, direction):
    for name, content in (("a.txt", b"1"), ("b.bin", b"333"), ("c.md", b"22")):
        put_file(malik, mine, name=name, blob=blobs().put(content))

    page = text(client.get(f"/drive/folder/{mine.id}?sort={sort}&direction={direction}"))
    names = re.findall(r'data-name="([^"]+)"', page)

    assert sorted(names) == ["a.txt", "b.bin", "c.md"]
    if sort in ("name", "size"):
        key = {"name": ["a.txt", "b.bin", "c.md"], "size": ["a.txt", "c.md", "b.bin"]}[sort]
        assert names == (key if direction == "up" else key[::-1])


def test_markdown_is_shown_without_what_could_run(client, plan):
    page = text(client.get(f"/drive/file/{plan.id}"))

    assert "<strong>soon</strong>" in page
    assert "alert(1)</script>" not in page


def test_content_of_a_user_is_kept_in_a_sandbox(client, malik, mine):
    page = put_file(malik, mine, name="evil.html", blob=blobs().put(b"<script>alert(1)</script>")).entry

    answer = client.get(f"/drive/file/{page.id}/content")

    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_folder_is_made_and_a_taken_name_keeps_what_was_typed(client, mine):
    address = f"/drive/folder/{mine.id}/new"

    assert client.post(address, {"name": "Scores"}).status_code == 302
    again = client.post(address, {"name": "Scores"})
    assert again.status_code == 409
    assert 'value="Scores"' in text(again)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\x00b", "x" * 300])
def test_a_name_that_cannot_be_is_refused_with_a_sentence(client, mine, name):
    answer = client.post(f"/drive/folder/{mine.id}/new", {"name": name})

    assert answer.status_code == 422
    assert 'class="field__error"' in text(answer)
    assert not Entry.objects.filter(parent=mine).exists()


def test_renaming_goes_back_to_the_folder(client, plan, mine):
    answer = client.post(f"/drive/entry/{plan.id}/rename", {"name": "Plan 2026.md"})

    assert urlsplit(answer.headers["Location"]).path == f"/drive/folder/{mine.id}"
    assert Entry.objects.get(id=plan.id).name == "Plan 2026.md"


def test_files_come_in_by_a_plain_form(client, mine):
    sent = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]

    client.post(f"/drive/folder/{mine.id}/upload", {"files": sent})

    assert set(Entry.objects.filter(parent=mine).values_list("name", flat=True)) == {"a.txt", "b.txt"}


def test_what_is_trashed_can_be_undone_from_the_toast(client, plan, mine):
    back = f"/drive/folder/{mine.id}"
    page = text(client.post("/drive/trash/put", {"ids": [plan.id], "next": back}, follow=True))
    assert "plan.md" not in re.findall(r'data-name="([^"]+)"', page)

    undo = re.search(r'(/drive/trash/restore\?[^"]+)"', page)[1].replace("&amp;", "&")
    answer = client.post(undo)

    assert answer.headers["Location"] == back
    assert "plan.md" in text(client.get(back))


def test_what_is_erased_is_gone(client, plan):
    client.post("/drive/trash/put", {"ids": [plan.id]})
    asked = client.post("/drive/trash/erase", {"ids": [plan.id]})
    assert "plan.md" in text(asked)
    assert Entry.objects.filter(id=plan.id).exists()

    client.post("/drive/trash/erase", {"ids": [plan.id], "sure": "1"})
    assert not Entry.objects.filter(id=plan.id).exists()


def test_moving_needs_a_folder_one_may_write_in(client, otto, rival_drive, plan):
    theirs = open_own_folder(otto, rival_drive).root

    assert client.post("/drive/move", {"ids": [plan.id], "folder": theirs.id}).status_code == 404
    assert Entry.objects.get(id=plan.id).parent_id == plan.parent_id


def test_moving_and_copying_lead_back(client, malik, mine, plan):
    folder = make_folder(malik, mine, name="Archive")

    client.post("/drive/copy", {"ids": [plan.id], "folder": folder.id})
    client.post("/drive/move", {"ids": [plan.id], "folder": folder.id})

    assert sorted(Entry.objects.filter(parent=folder).values_list("name", flat=True)) == ["plan (2).md", "plan.md"]


def test_a_selection_comes_as_one_zip(client, malik, mine, plan):
    folder = make_folder(malik, mine, name="Scores")
    make_folder(malik, folder, name="Empty")
    put_file(malik, folder, name="été.txt", blob=blobs().put(b"summer"))

    order = client.get(f"/drive/zip?ids={plan.id}&ids={folder.id}").delivery
    found = {entry.path: entry.digest for entry in order.entries}

    assert set(found) == {"plan.md", "Scores/été.txt", "Scores/Empty"}
    assert blobs().read(found["Scores/été.txt"]) == b"summer"


def test_nothing_selected_is_said(client):
    answer = client.post("/drive/trash/put", {})

    assert answer.status_code == 422
    assert "Nothing is selected" in text(answer)


def test_an_earlier_version_comes_back(client, malik, mine, plan):
    put_file(malik, mine, name="plan.md", blob=blobs().put(b"second"))
    first = Entry.objects.get(id=plan.id).revisions.order_by("at", "id").first()

    client.post(f"/drive/file/{plan.id}/version/{first.id}/restore")

    assert blobs().read(Entry.objects.get(id=plan.id).digest).startswith(b"# Plan")
    assert "New version" in text(client.get(f"/drive/entry/{plan.id}/details"))
