# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a door sends a file: in pieces, without holding it, and no longer than somebody listens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from io import FileIO
from pathlib import Path

from mazot.heads.answers import Receive, Send

PIECE = 1024 * 1024
AT_ONCE = 64 * 1024  # a read this small is quicker than a thread's wake-up
STALLED_AFTER = 120.0  # seconds for one piece: slower than 9 kB/s is a client that went away


async def send_file(
    send: Send, path: Path, size: int, start: int = 0, end: int | None = None, *, receive: Receive | None = None
) -> None:
    """Send the bytes `start` to `end` (exclusive; none: to `size`) of a file as the body of a started answer.

    Give `receive` once the request's body is read: a client that hangs up then ends the sending.
    """
    end = size if end is None else end
    if end - start <= AT_ONCE:
        with path.open("rb") as small:
            small.seek(start)
            await send({"type": "http.response.body", "body": small.read(end - start)})
        return
    file: FileIO = await asyncio.to_thread(FileIO, path)
    try:
        async with watching(receive) as gone:
            await asyncio.to_thread(file.seek, start)
            while start < end and not gone.is_set():
                piece = await asyncio.to_thread(file.read, min(PIECE, end - start))
                if not piece:
                    raise OSError(f"{path} is shorter than it was")
                start += len(piece)
                async with asyncio.timeout(STALLED_AFTER):
                    await send({"type": "http.response.body", "body": piece, "more_body": start < end})
    finally:
        await asyncio.to_thread(file.close)


@contextlib.asynccontextmanager
async def watching(receive: Receive | None) -> AsyncIterator[asyncio.Event]:
    """An event that is set when the client hangs up: `send` says nothing of it, and would go on for ever."""
    gone = asyncio.Event()
    if receive is None:
        yield gone
        return

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()

    task = asyncio.create_task(watch())
    try:
        yield gone
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
