# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only crossing from a head, which is async, to the products, which are not.

A fixed pool of threads, each with its own lasting database connection. asgiref's `sync_to_async` would cost several
times as much per call and run everything of one context in one thread. Prepare before crossing (parse, receive,
write the blob): a call that waits for the network would hold a thread, and maybe a transaction, while it waits.
"""

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 4
# After so long a rest a connection may have been closed by the database or a firewall between.
STALE_AFTER = 30.0

Call = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Bridge:
    """Threads that wait for calls; started by the first one."""

    def __init__(self, threads: int = THREADS) -> None:
        self._n_threads = threads
        self._threads: list[threading.Thread] = []
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()

    def across(self, function: Callable[P, R], *args: P.args, **named: P.kwargs) -> "asyncio.Future[R]":
        """Run a function in one of the threads. A caller that stops waiting does not stop the call."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        if not self._threads:
            self._start()
        self._calls.put((loop, future, function, args, named))
        return future

    def close(self) -> None:
        """Let the threads finish what waits, then end."""
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _start(self) -> None:
        for number in range(self._n_threads):
            thread = threading.Thread(target=self._work, name=f"bridge-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        rested_at = time.monotonic()
        try:
            while (call := self._calls.get()) is not None:
                loop, future, function, args, named = call
                if future.cancelled():
                    continue
                if time.monotonic() - rested_at > STALE_AFTER:
                    _close_unusable()
                result: Any = None
                error: BaseException | None = None
                try:
                    result = function(*args, **named)
                except BaseException as raised:
                    error = raised
                _tidy(function)
                rested_at = time.monotonic()
                try:
                    loop.call_soon_threadsafe(_settle, future, result, error)
                except RuntimeError:
                    logger.warning("%s ended after its loop had closed", function)
        finally:
            connections.close_all()


def _settle(future: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.done():  # the caller went away
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        future.set_exception(RuntimeError("the function raised StopIteration"))
    else:
        future.set_exception(error)


def _tidy(function: Callable[..., Any]) -> None:
    """Leave no broken connection, and no open transaction, to the next call."""
    for connection in connections.all(initialized_only=True):
        if connection.in_atomic_block:
            logger.error("%s left a transaction open; it is undone", function)
            with contextlib.suppress(Exception):
                connection.connection.close()
            del connections[connection.alias]  # Django keeps a wrapper's state of its transaction for good
        elif connection.errors_occurred:
            # Most errors are a refused row, and the connection is as good as before.
            connection.errors_occurred = False
            if not _answers(connection):
                connection.close()


def _answers(connection: BaseDatabaseWrapper) -> bool:
    try:
        connection.connection.cursor().execute("SELECT 1")
    except Exception:
        return False
    return True


def _close_unusable() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


_bridge = Bridge()
across = _bridge.across
close = _bridge.close
