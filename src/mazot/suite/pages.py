# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's pages inside ASGI: the WSGI handler in a fixed pool of threads, each with its own lasting connection.

Django's own ASGI handler costs a quarter more and a new database connection per request. A request's body is read
in full before a thread takes it, so a slow sender holds no thread; an answer is complete before it is sent, so a slow
reader holds none either. What must stream is a `Delivery`: the view decides, `deliveries.py` sends.
"""

import asyncio
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, cast

from a2wsgi.wsgi import build_environ
from django.core.handlers.wsgi import WSGIHandler

from mazot.foundation.pressure import PRESSURE
from mazot.heads.answers import Receive, Scope, Send, plain
from mazot.suite.configuration import Configuration
from mazot.suite.deliveries import Deliverer

BODY_LIMIT = 10 * 1024 * 1024  # forms; files travel through /upload/ and DAV
BODY_WITHIN = 120.0  # seconds
SLOW = ("/login", "/signup", "/password", "/invitation", "/account/")  # where a POST may check or set a password
QUICK = "/waiting"  # where somebody stands in a waiting room
IN_MEMORY = 512 * 1024
WAITING_LIMIT = 256  # requests in the pool and before it; more than that are told to come back


class TooBig(Exception):
    """The body is above the limit of pages."""


class Gone(Exception):
    """The client went away before its request was whole."""


@dataclass(slots=True)
class Answer:
    """A complete answer of Django, or the order to deliver something under these headers."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    delivery: Any = None


class Pages:
    """An ASGI application around Django."""

    def __init__(self, configuration: Configuration) -> None:
        self._handler = WSGIHandler()
        self._pool = ThreadPoolExecutor(configuration.page_threads, thread_name_prefix="page")
        # A password takes a tenth of a second to check: many who sign in at once wait here, and the pages go on.
        self._slow_pool = ThreadPoolExecutor(2, thread_name_prefix="sign-in")
        # Thousands who ask where they stand cost a millisecond each, and must not wait behind those who buy.
        self._quick_pool = ThreadPoolExecutor(2, thread_name_prefix="quick")

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._slow_pool.shutdown(wait=True, cancel_futures=True)
        self._quick_pool.shutdown(wait=True, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if PRESSURE.waiting >= WAITING_LIMIT:
            await plain(
                send, 503, "Too many people ask at once. Try again in a few seconds.", ((b"retry-after", b"3"),)
            )
            return
        PRESSURE.waiting += 1
        try:
            with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
                try:
                    environ = await self._environ(scope, receive, body)
                except UnicodeDecodeError:
                    await plain(send, 400, "The address of this request is not valid: it has bytes outside ASCII.")
                    return
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(self._pool_for(scope), self._ask, environ)
        except TooBig:
            limit = BODY_LIMIT // (1024 * 1024)
            text = (
                f"This form is above the limit of {limit} MiB. Nothing was kept. Files are sent in parts by the page."
            )
            await plain(send, 413, text)
            return
        except TimeoutError:
            await plain(send, 408, "The request did not arrive in time.")
            return
        except Gone:
            return
        finally:
            PRESSURE.waiting -= 1
        if answer.delivery is not None:
            await Deliverer(scope, receive, send).deliver(answer.delivery, answer.headers)
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _pool_for(self, scope: Scope) -> ThreadPoolExecutor:
        if scope["method"] == "POST":
            return self._slow_pool if scope["path"].startswith(SLOW) else self._pool
        return self._quick_pool if scope["path"].endswith(QUICK) else self._pool

    async def _environ(self, scope: Scope, receive: Receive, body: IO[bytes]) -> dict[str, Any]:
        size = await read_body(scope, receive, body)
        # A name with an underscore would become the same variable as one with a hyphen, past every proxy's filter.
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name and name not in _REPLACED]
        if size or scope["method"] not in ("GET", "HEAD"):
            headers.append((b"content-length", str(size).encode()))
        seen: Any = {**scope, "headers": headers}
        return dict(build_environ(seen, cast("Any", body)))

    def _ask(self, environ: dict[str, Any]) -> Answer:
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            told.extend((status, headers))
            return lambda _piece: None  # the old way to write a body, which Django never takes

        response = self._handler(environ, start)
        try:
            delivery = getattr(response, "delivery", None)
            content = b"" if delivery else b"".join(response)
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told[1]]
        return Answer(int(told[0][:3]), headers, content, delivery)


_REPLACED = (b"content-length", b"transfer-encoding")


async def read_body(scope: Scope, receive: Receive, into: IO[bytes]) -> int:
    """Read a bounded body to its end, in bounded time; answer its size and rewind the file."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if declared.isdigit() and int(declared) > BODY_LIMIT:
        raise TooBig
    size = 0
    async with asyncio.timeout(BODY_WITHIN):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > BODY_LIMIT:
                raise TooBig
            into.write(chunk)
            if not message.get("more_body", False):
                into.seek(0)
                return size
