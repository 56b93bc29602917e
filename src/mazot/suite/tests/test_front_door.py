# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slow: speaks raw HTTP to a served Mazot, as broken and hostile clients do."""

import socket
import time

import httpx
import pytest

from tests.running import Running

pytestmark = pytest.mark.slow


def talk(running: Running, *pieces: bytes, pause: float = 0.0, within: float = 20.0) -> bytes:
    """Send raw bytes and read until the server closes or falls silent."""
    host, port = running.http.split(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=within) as connection:
        for piece in pieces:
            try:
                connection.sendall(piece)
            except OSError:
                break
            time.sleep(pause)
        connection.settimeout(within)
        try:
            while piece := connection.recv(65536):
                answer += piece
                head, gap, body = answer.partition(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")),
                    None,
                )
                if gap and length is not None and len(body) >= length:
                    break
        except (TimeoutError, ConnectionResetError):
            pass
    return answer


def test_the_server_does_not_name_itself(running: Running) -> None:
    answer = httpx.get(running.base_url + "/healthz", timeout=60)
    assert "server" not in answer.headers


def test_a_form_reaches_the_page(running: Running) -> None:
    answer = httpx.post(running.base_url + "/", data={"a": "b"}, timeout=60)
    assert answer.status_code == 403  # the form has no token: the page itself says so
    assert "x-frame-options" in answer.headers


def test_a_form_sent_in_chunks_reaches_the_page(running: Running) -> None:
    answer = httpx.post(running.base_url + "/", content=iter([b"a=", b"b"]), timeout=60)
    assert answer.status_code == 403


def test_a_body_above_the_limit_is_refused_with_the_limit(running: Running) -> None:
    answer = httpx.post(running.base_url + "/login", content=b"x" * (11 * 1024 * 1024), timeout=60)
    assert answer.status_code == 413
    assert "10 MiB" in answer.text


def test_a_body_above_the_limit_that_hides_its_size_is_refused(running: Running) -> None:
    answer = httpx.post(running.base_url + "/login", content=(b"x" * 65536 for _ in range(200)), timeout=60)
    assert answer.status_code == 413


def test_a_client_that_asks_first_sends_nothing_in_vain(running: Running) -> None:
    head = b"POST /login HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 900000000\r\n\r\n"
    answer = talk(running, head)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


def test_headers_above_the_limit_are_refused(running: Running) -> None:
    big = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx-big: " + b"a" * 40_000 + b"\r\n\r\n"
    assert talk(running, big).startswith(b"HTTP/1.1 431 ")
    many = b"GET /healthz HTTP/1.1\r\nhost: x\r\n" + b"".join(b"x-%d: 1\r\n" % n for n in range(200)) + b"\r\n"
    assert talk(running, many).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /healthz#x HTTP/1.1\r\nhost: x\r\n\r\n",
        b"DELETE /dav/folder/#1 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: -3\r\n\r\n",
        b"GET /?\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a b\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nbad header: 1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_400(running: Running, request_bytes: bytes) -> None:
    assert talk(running, request_bytes).startswith(b"HTTP/1.1 400 ")


def test_a_name_with_an_underscore_is_no_other_header(running: Running) -> None:
    forged = b"GET / HTTP/1.1\r\nhost: x\r\nx_forwarded_for: 1.2.3.4\r\naccept_language: fr\r\n\r\n"
    assert b"content-language: en" in talk(running, forged).lower()


def test_a_slow_sender_of_a_form_holds_no_page_thread(running: Running) -> None:
    host, port = running.http.split(":")
    slow = []
    for _ in range(12):
        connection = socket.create_connection((host, int(port)))
        connection.sendall(b"POST /login HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\na")
        slow.append(connection)
    try:
        assert httpx.get(running.base_url + "/", timeout=30).status_code == 302
    finally:
        for connection in slow:
            connection.close()


def test_a_static_file_that_is_not_there_is_404_and_none_lies_outside(running: Running) -> None:
    for path in (
        "/static/no.js",
        "/static/../suite/settings.py",
        "/static/%2e%2e/assets.py",
        "/static/%00",
        "/static/",
    ):
        assert talk(running, b"GET " + path.encode() + b" HTTP/1.1\r\nhost: x\r\n\r\n").startswith(b"HTTP/1.1 404 "), (
            path
        )


def test_an_unknown_page_is_404(running: Running) -> None:
    assert httpx.get(running.base_url + "/no/such/page", timeout=60).status_code == 404
