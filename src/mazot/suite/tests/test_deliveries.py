# SPDX-License-Identifier: AGPL-3.0-or-later
import asyncio
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory

from mazot.foundation.blobs import blobs
from mazot.foundation.delivery import ArchiveEntry, Delivery, deliver_archive, deliver_file
from mazot.foundation.errors import NotFound
from mazot.suite.archives import zipped
from mazot.suite.deliveries import Deliverer
from mazot.suite.tests.exchange import Client, scope

TEXT = b"0123456789"


def delivered(response: Delivery, method: str = "GET", client: Client | None = None, **headers: str) -> Client:
    client = client or Client()
    sent = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    deliverer = Deliverer(scope(method, **headers), client.receive, client.send)
    asyncio.run(deliverer.deliver(response.delivery, sent))
    return client


def of(content: bytes, **details: Any) -> Delivery:
    blob = blobs().put(content)
    details = {"name": "ten.txt", "content_type": "text/plain"} | details
    return deliver_file(RequestFactory().get("/"), blob.digest, **details)


def test_a_file_goes_out_whole_with_its_name_and_its_etag() -> None:
    answer = delivered(of(TEXT))
    assert (answer.status, bytes(answer.content)) == (200, TEXT)
    assert answer.headers[b"content-length"] == b"10"
    assert answer.headers[b"content-disposition"] == b'attachment; filename="ten.txt"'
    assert answer.headers[b"accept-ranges"] == b"bytes"
    assert answer.headers[b"x-content-type-options"] == b"nosniff"
    assert answer.headers[b"content-security-policy"].startswith(b"sandbox;")


def test_a_range_is_a_part() -> None:
    answer = delivered(of(TEXT), range="bytes=2-4")
    assert (answer.status, bytes(answer.content)) == (206, b"234")
    assert answer.headers[b"content-range"] == b"bytes 2-4/10"
    assert answer.headers[b"content-length"] == b"3"


def test_a_suffix_is_the_end() -> None:
    assert bytes(delivered(of(TEXT), range="bytes=-3").content) == b"789"


def test_a_range_of_another_version_gets_the_whole() -> None:
    assert delivered(of(TEXT), range="bytes=2-4", if_range='"old"').status == 200
    etag = of(TEXT)["ETag"]
    assert delivered(of(TEXT), range="bytes=2-4", if_range=etag).status == 206
    assert delivered(of(TEXT), range="bytes=2-4", if_range="W/" + etag).status == 200


def test_a_range_behind_the_end_is_refused_with_the_size() -> None:
    answer = delivered(of(TEXT), range="bytes=10-")
    assert (answer.status, bytes(answer.content)) == (416, b"")
    assert answer.headers[b"content-range"] == b"bytes */10"


def test_head_tells_all_and_sends_nothing() -> None:
    answer = delivered(of(TEXT), "HEAD")
    assert (answer.status, bytes(answer.content), answer.headers[b"content-length"]) == (200, b"", b"10")


def test_who_has_it_already_gets_304() -> None:
    answer = delivered(of(TEXT), if_none_match=of(TEXT)["ETag"])
    assert (answer.status, bytes(answer.content)) == (304, b"")


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"])
def test_a_document_that_can_run_scripts_is_never_shown_in_place(kind: str) -> None:
    assert of(TEXT, content_type=kind, inline=True)["Content-Disposition"].startswith("attachment;")


def test_a_picture_is_shown_in_place_when_the_view_says_so() -> None:
    assert of(TEXT, content_type="image/png", inline=True)["Content-Disposition"].startswith("inline;")
    assert of(TEXT, content_type="image/png")["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("kind", ["", "nonsense", "text/html\r\nX-Evil: 1", "a/b/c", "text/" + "x" * 500, "é/é"])
def test_a_type_that_is_no_type_becomes_bytes(kind: str) -> None:
    assert of(TEXT, content_type=kind)["Content-Type"] == "application/octet-stream"


def test_a_missing_blob_is_absent() -> None:
    with pytest.raises(NotFound):
        deliver_file(RequestFactory().get("/"), "0" * 64, name="x", content_type="text/plain")


def test_an_empty_file_is_a_file() -> None:
    answer = delivered(of(b""))
    assert (answer.status, answer.headers[b"content-length"]) == (200, b"0")
    assert delivered(of(b""), range="bytes=0-").status == 416


def test_a_big_file_stops_when_the_client_hangs_up(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    response = deliver_file(RequestFactory().get("/"), big, name="big", content_type="application/x-big")
    client = Client(keeps=False, hangs_up_after=2 * 1024 * 1024)
    answer = delivered(response, client=client)
    assert answer.n_bytes < 100 * 1024 * 1024


def entry(path: str, content: bytes) -> ArchiveEntry:
    blob = blobs().put(content)
    return ArchiveEntry(path, blob.digest, blob.size, datetime(2026, 3, 4, 5, 6, 8, tzinfo=UTC))


def test_an_archive_holds_folders_names_of_all_languages_and_times() -> None:
    entries = [
        entry("Été/naïve 日本.txt", TEXT * 1000),
        entry("photo.jpg", TEXT),
        ArchiveEntry("empty", None),
    ]
    answer = delivered(deliver_archive(RequestFactory().get("/"), "Été.zip", iter(entries)))
    assert answer.headers[b"content-type"] == b"application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["Été/naïve 日本.txt", "photo.jpg", "empty/"]
        assert archive.read("Été/naïve 日本.txt") == TEXT * 1000
        told = archive.getinfo("photo.jpg")
        assert (told.date_time, told.compress_type) == ((2026, 3, 4, 5, 6, 8), zipfile.ZIP_STORED)


@pytest.mark.parametrize("path", ["../evil", "/etc/passwd", "a//b", "", "a/./b"])
def test_an_archive_leads_out_of_no_folder(path: str) -> None:
    with pytest.raises(ValueError, match="no path inside an archive"):
        list(zipped([entry(path, TEXT)]))


def test_a_fault_while_an_archive_is_made_breaks_it() -> None:
    good = entry("good.txt", TEXT)
    entries = iter([good, ArchiveEntry("gone.txt", "0" * 64, 10)])
    with pytest.raises(FileNotFoundError):
        delivered(deliver_archive(RequestFactory().get("/"), "a.zip", entries))


def test_an_archive_holds_one_piece_at_a_time(tmp_path: Path) -> None:
    blob = blobs().put(b"\0" * 40 * 1024 * 1024)
    entries = (ArchiveEntry(f"{number}.jpg", blob.digest, blob.size) for number in range(3))
    assert max(len(piece) for piece in zipped(entries)) < 1024 * 1024
