# SPDX-License-Identifier: AGPL-3.0-or-later
"""One request to the upload door: its headers, who sends it, its body piece by piece."""

import asyncio
from io import BytesIO
from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.heads.answers import Receive, Scope
from mazot.heads.sending import STALLED_AFTER
from mazot.heads.sessions import session_key

ROOT = "/upload/drive"
PLAIN_METHODS = ("GET", "HEAD", "OPTIONS")


class ClientGone(Exception):
    """The connection ended or stalled; what has arrived is kept."""


class UploadRequest:
    """What a client asks of the upload door."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        self.address: str = (scope.get("client") or ("",))[0]
        self.session_key = session_key(scope)
        self.language = "en"

    @property
    def upload_id(self) -> UUID | None:
        """The upload the address names; none for the door itself."""
        rest = self.scope["path"].removeprefix(ROOT).strip("/")
        if not self.scope["path"].startswith(ROOT) or "/" in rest:
            raise NotFound
        try:
            return UUID(rest) if rest else None
        except ValueError as error:
            raise NotFound from error

    @property
    def n_announced(self) -> int | None:
        value = self.headers.get("content-length", "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None

    def must_be_ours(self) -> None:
        """Refuse what another site makes a browser send: origin and token are checked as for every form."""
        if self.method in PLAIN_METHODS:
            return
        request = ASGIRequest(self.scope, BytesIO())
        checks = _Checks(_no_view)
        checks.process_request(request)
        if checks.process_view(request, _no_view, (), {}) is not None:
            raise NotAllowed("csrf", "This page is out of date, or another site sent this. Load the page again.")

    async def next_piece(self) -> tuple[bytes, bool]:
        """Some bytes of the body, and whether more follow."""
        try:
            async with asyncio.timeout(STALLED_AFTER):
                message = await self.receive()
        except TimeoutError as error:
            raise ClientGone from error
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message.get("body", b""), message.get("more_body", False)


def _no_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


class _Checks(CsrfViewMiddleware):
    """Django's own checks, with a reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> str:  # type: ignore[override]  # noqa: ARG002
        return reason
