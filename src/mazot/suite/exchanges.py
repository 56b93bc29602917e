# SPDX-License-Identifier: AGPL-3.0-or-later
"""One request and its answer, watched so that an early refusal reaches the client whole."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from mazot.heads.answers import Receive, Scope, Send

TAKEN_IN = 4 * 1024 * 1024
TAKEN_FOR = 2.0  # seconds


class Exchange:
    """Wraps `receive` and `send`. A head may answer before it has read the body; this side then cleans up.

    A client that waits for `100 Continue` may or may not send its body after a refusal, so the connection closes.
    Any other is still sending: a little is taken in, because a connection closed over unread bytes is reset and the
    answer is lost with it; what is longer than that is not worth reading, and the connection closes too.
    """

    __slots__ = ("_expects", "_receive", "_send", "started", "unread")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.started = False
        self.unread = self._expects = False
        for name, value in scope["headers"]:
            if (name == b"content-length" and value != b"0") or name == b"transfer-encoding":
                self.unread = True
            elif name == b"expect":
                self._expects = True

    async def receive(self) -> MutableMapping[str, Any]:
        # granian's receive() can be awaited and is no coroutine; here it becomes one
        message = await self._receive()
        self._expects = False
        if not message.get("more_body", False):
            self.unread = False
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if not self.started:
            self.started = True
            if self.unread:
                await self._take_in_a_little()
            if self.unread:
                message["headers"] = [*message["headers"], (b"connection", b"close")]
        await self._send(message)

    async def _take_in_a_little(self) -> None:
        if self._expects:
            return
        taken = 0
        try:
            async with asyncio.timeout(TAKEN_FOR):
                while self.unread and taken < TAKEN_IN:
                    taken += len((await self.receive()).get("body", b""))
        except TimeoutError:
            return
