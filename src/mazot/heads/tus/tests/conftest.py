# SPDX-License-Identifier: AGPL-3.0-or-later
"""A browser that speaks tus, without a network between."""

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from mazot.foundation.blobs import blobs
from mazot.heads import bridge
from mazot.heads.tus import app
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.queries.entries import entry_at
from mazot.products.drive.queries.uploads import path_of_upload

TOKEN = "a" * 32
BYTES = "application/offset+octet-stream"


@pytest.fixture(scope="module", autouse=True)
def bridge_ends() -> Iterator[None]:
    """Let the bridge's threads close their connections, or PostgreSQL keeps the test database."""
    yield
    bridge._bridge.close()


class Gone(Exception):
    """Put among the pieces of a body: the client hangs up here."""


class Client:
    """A browser with a session that speaks tus."""

    def __init__(self, session: str) -> None:
        self.session = session

    def send(self, method: str, path: str = "/upload/drive", *body: bytes | type, **headers: str) -> "Answer":
        told = {
            "host": "testserver",
            "tus-resumable": "1.0.0",
            "x-csrftoken": TOKEN,
            "cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "scheme": "http",
            "client": ("192.0.2.9", 1),
            "server": ("testserver", 80),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in told.items() if value],
        }
        answer = Answer()
        asyncio.run(app(scope, receiving(list(body)), answer.take))
        return answer

    def create(self, size: int, *body: bytes | type, **metadata: str) -> "Answer":
        pairs = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        headers = {"upload_length": str(size), "upload_metadata": pairs}
        if body:
            headers["content_type"] = BYTES
        return self.send("POST", "/upload/drive", *body, **headers)

    def patch(self, path: str, offset: int, *body: bytes | type, **headers: str) -> "Answer":
        return self.send("PATCH", path, *body, **({"upload_offset": str(offset), "content_type": BYTES} | headers))


def receiving(pieces: list[Any]) -> Any:
    async def receive() -> dict[str, Any]:
        if not pieces:
            return {"type": "http.request", "body": b"", "more_body": False}
        piece = pieces.pop(0)
        if piece is Gone:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    return receive


class Answer:
    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, {}, b""

    async def take(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")

    @property
    def told(self) -> dict[str, str]:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        return self.headers["location"]

    @property
    def offset(self) -> int:
        return int(self.headers["upload-offset"])


@pytest.fixture
def top(malik, cast):
    return open_own_folder(malik, cast.drive).root


@pytest.fixture
def page(signed_in, malik) -> Client:
    return Client(signed_in(malik).cookies[settings.SESSION_COOKIE_NAME].value)


def part_of(made: Answer) -> Path:
    return path_of_upload(UUID(made.location.rpartition("/")[2]))


def announced() -> int:
    """How many uploads the tables know; the head itself has no business with them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM drive_upload")
        return cursor.fetchone()[0]


def content_at(actor, folder, *names):
    return blobs().read(entry_at(actor, folder, names).digest)
