# SPDX-License-Identifier: AGPL-3.0-or-later
"""The server's side of one ASGI request, for tests of applications without a port."""

import asyncio
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Client:
    """Asks an ASGI application once and keeps what it answers."""

    body: tuple[bytes, ...] = (b"",)
    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)
    keeps: bool = True
    n_bytes: int = 0
    hangs_up_after: int | None = None
    received: int = 0

    async def receive(self) -> dict[str, Any]:
        if self.received < len(self.body):
            piece = self.body[self.received]
            self.received += 1
            return {"type": "http.request", "body": piece, "more_body": self.received < len(self.body)}
        while self.hangs_up_after is None or self.n_bytes < self.hangs_up_after:
            await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            assert not self.status, "an answer begins once"
            self.status = message["status"]
            self.headers = dict(message["headers"])
        else:
            self.n_bytes += len(message.get("body", b""))
            if self.keeps:
                self.content += message.get("body", b"")


def scope(method: str = "GET", path: str = "/", **headers: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "scheme": "http",
        "server": ("testserver", 80),
        "client": ("192.0.2.7", 1234),
        "headers": [
            (b"host", b"testserver"),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
    }
