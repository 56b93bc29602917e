# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limits of one HTTP connection that uvicorn leaves to a proxy: size, number and time of the request's head."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 32 * 1024  # request line and headers together
MAX_HEADERS = 100
TOO_LARGE = b"431 Request Header Fields Too Large"
TOO_LARGE_TEXT = b"The headers of this request are above the limit of 32 KiB or 100 lines.\n"
HEAD_WITHIN = 15.0  # seconds for a whole head, on a new connection and between two requests once one has begun


class Connection(HttpToolsProtocol):  # type: ignore[misc]
    """uvicorn's protocol, which gives up on a head that is too big (431) or too slow (closed)."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head = 0
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        if self._head_timer is None:
            self._start_head_timer()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))
        if b"#" in url:
            # RFC 9112 §3.2: a target has no fragment. The parser drops it: DELETE /folder/#1 would erase the folder.
            self._refuse(b"400 Bad Request", b"The address has a '#'; write it as %23.\n")

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)
        if len(self.headers) > MAX_HEADERS:
            self._refuse()

    def on_headers_complete(self) -> None:
        self._stop_head_timer()
        if not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._refused:
            super().on_message_complete()

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > MAX_HEAD:
            self._refuse()

    def _refuse(self, status: bytes = TOO_LARGE, text: bytes = TOO_LARGE_TEXT) -> None:
        if self._refused:
            return
        self._refused = True
        self._stop_head_timer()
        self.transport.write(
            b"HTTP/1.1 %b\r\ncontent-type: text/plain; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (status, len(text), text)
        )
        self.transport.close()

    def _start_head_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_WITHIN, self._too_slow)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        self._refused = True
        self.transport.close()
