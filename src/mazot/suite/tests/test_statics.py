# SPDX-License-Identifier: AGPL-3.0-or-later
import asyncio
from pathlib import Path

import pytest

from mazot.suite.statics import Statics
from mazot.suite.tests.exchange import Client, scope


@pytest.fixture
def root(tmp_path: Path) -> Path:
    built = tmp_path / "built"
    (built / "assets").mkdir(parents=True)
    (built / "assets" / "main-BX1qz9_k.js").write_bytes(b"plain")
    (built / "assets" / "main-BX1qz9_k.js.br").write_bytes(b"brotli")
    (built / "assets" / "main-BX1qz9_k.js.gz").write_bytes(b"gzip")
    (built / "icon.svg").write_bytes(b"<svg/>")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (built / "link.txt").symlink_to(tmp_path / "secret.txt")
    return built


def asked(root: Path, at: str, method: str = "GET", **headers: str) -> Client:
    client = Client()
    asyncio.run(Statics(root)(scope(method, at, **headers), client.receive, client.send))
    return client


@pytest.mark.parametrize(
    ("accepted", "content", "encoding"),
    [("br, gzip", b"brotli", b"br"), ("gzip", b"gzip", b"gzip"), ("", b"plain", None), ("identity", b"plain", None)],
)
def test_a_file_is_sent_as_small_as_the_browser_takes_it(
    root: Path, accepted: str, content: bytes, encoding: bytes | None
) -> None:
    answer = asked(root, "/static/assets/main-BX1qz9_k.js", accept_encoding=accepted)
    assert (bytes(answer.content), answer.headers.get(b"content-encoding")) == (content, encoding)
    assert answer.headers[b"content-type"] == b"text/javascript; charset=utf-8"
    assert answer.headers[b"vary"] == b"accept-encoding"


def test_a_name_with_a_hash_is_kept_for_a_year_and_another_is_asked_again(root: Path) -> None:
    assert b"immutable" in asked(root, "/static/assets/main-BX1qz9_k.js").headers[b"cache-control"]
    plain = asked(root, "/static/icon.svg")
    assert plain.headers[b"cache-control"] == b"no-cache"
    assert asked(root, "/static/icon.svg", if_none_match=plain.headers[b"etag"].decode()).status == 304


def test_a_new_build_is_seen_at_once(root: Path) -> None:
    statics = Statics(root)
    first, second = Client(), Client()
    asyncio.run(statics(scope(path="/static/icon.svg"), first.receive, first.send))
    (root / "icon.svg").write_bytes(b"<svg>new</svg>")
    asyncio.run(statics(scope(path="/static/icon.svg"), second.receive, second.send))
    assert bytes(second.content) == b"<svg>new</svg>"


@pytest.mark.parametrize(
    "at",
    [
        "/static/no",
        "/static/",
        "/static/assets",
        "/static/../secret.txt",
        "/static/link.txt",
        "/static/a\0b",
        "/static//etc/passwd",
    ],
)
def test_nothing_outside_the_folder_is_sent(root: Path, at: str) -> None:
    assert asked(root, at).status == 404


def test_head_sends_no_body_and_post_is_refused(root: Path) -> None:
    assert bytes(asked(root, "/static/icon.svg", "HEAD").content) == b""
    assert asked(root, "/static/icon.svg", "POST").status == 405
