# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carries out what views ordered with `foundation/delivery.py`: files with ranges, archives while they are made."""

import asyncio
import queue
import threading
from collections.abc import Iterable

from django.db import connections

from mazot.foundation.delivery import ArchiveOrder, BytesOrder, FileOrder, Order, TextOrder
from mazot.heads.answers import Receive, Scope, Send
from mazot.heads.sending import STALLED_AFTER, send_file, watching
from mazot.suite.archives import zipped
from mazot.wire.http.ranges import Unsatisfiable, names_etag, range_of

Headers = list[tuple[bytes, bytes]]

PIECES_AHEAD = 16


class Deliverer:
    """Sends the body of one answer to one request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send

    async def deliver(self, order: Order, headers: Headers) -> None:
        """Answer with what was ordered."""
        if isinstance(order, FileOrder):
            await self._deliver_file(order, headers)
        else:
            await self._deliver_made(order, headers)

    async def _deliver_file(self, order: FileOrder, headers: Headers) -> None:
        asked = dict(self.scope["headers"])
        etag = next((value for name, value in headers if name == b"etag"), b"")
        others = [(name, value) for name, value in headers if name != b"content-length"]
        if etag and names_etag(asked.get(b"if-none-match", b""), etag):
            await self._end(304, [pair for pair in others if pair[0] not in (b"content-type", b"content-disposition")])
            return
        start, end, status = 0, order.size, 200
        # RFC 9110 §13.1.5: a Range whose If-Range is not exactly our strong etag is for another version.
        if b"range" in asked and asked.get(b"if-range", etag) == etag:
            try:
                wanted = range_of(asked[b"range"], order.size)
            except Unsatisfiable:
                none = [(b"content-range", b"bytes */%d" % order.size), (b"content-length", b"0")]
                await self._end(416, [*others, *none])
                return
            if wanted is not None:
                start, end, status = wanted[0], wanted[1] + 1, 206
                others.append((b"content-range", b"bytes %d-%d/%d" % (start, end - 1, order.size)))
        others.append((b"content-length", b"%d" % (end - start)))
        if self.scope["method"] == "HEAD":
            await self._end(status, others)
            return
        await self.send({"type": "http.response.start", "status": status, "headers": others})
        await send_file(self.send, order.path, order.size, start, end, receive=self.receive)

    async def _end(self, status: int, headers: Headers) -> None:
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": b""})

    async def _deliver_made(self, order: ArchiveOrder | TextOrder | BytesOrder, headers: Headers) -> None:
        # Its size is not known. Django's CommonMiddleware sees an empty body and announces 0 bytes.
        headers = [pair for pair in headers if pair[0] != b"content-length"]
        if self.scope["method"] == "HEAD":
            await self._end(200, headers)
            return
        await self.send({"type": "http.response.start", "status": 200, "headers": headers})
        loop = asyncio.get_running_loop()
        maker = Maker(order)
        try:
            async with watching(self.receive) as gone:
                while not gone.is_set():
                    piece = await loop.run_in_executor(None, maker.next)
                    if piece is None:
                        await self.send({"type": "http.response.body", "body": b""})
                        return
                    async with asyncio.timeout(STALLED_AFTER):
                        await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            maker.stop()


def _made(order: ArchiveOrder | TextOrder | BytesOrder) -> Iterable[bytes]:
    if isinstance(order, ArchiveOrder):
        return zipped(order.entries)
    return map(str.encode, order.pieces) if isinstance(order, TextOrder) else order.pieces


class Maker:
    """A thread that makes a zip or a text a few pieces ahead of the network; it may query the database there."""

    def __init__(self, order: ArchiveOrder | TextOrder | BytesOrder) -> None:
        self._pieces: queue.Queue[bytes | BaseException | None] = queue.Queue(PIECES_AHEAD)
        self._stopped = threading.Event()
        threading.Thread(target=self._make, args=(order,), name="archive", daemon=True).start()

    def next(self) -> bytes | None:
        """The next piece, none at the end; a fault while making breaks the download instead of ending it well."""
        piece = self._pieces.get()
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def stop(self) -> None:
        self._stopped.set()

    def _make(self, order: ArchiveOrder | TextOrder | BytesOrder) -> None:
        try:
            for piece in _made(order):
                if not self._put(piece):
                    return
            self._put(None)
        except BaseException as error:
            self._put(error)
        finally:
            connections.close_all()

    def _put(self, piece: bytes | BaseException | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._pieces.put(piece, timeout=1)
            except queue.Full:
                continue
            return True
        return False
