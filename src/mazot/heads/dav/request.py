# SPDX-License-Identifier: AGPL-3.0-or-later
"""One request, as the methods see it: nothing of the body is read before a method asks for it."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from mazot.foundation.errors import NotFound
from mazot.tenancy.actions.logins import Admitted
from mazot.wire.dav import Malformed
from mazot.wire.dav.documents import MAX_BODY
from mazot.wire.dav.paths import Segments, bare_host, destination_of, href_of, segments_of

Message = MutableMapping[str, Any]
Headers = list[tuple[bytes, bytes]]


class ClientGone(Exception):
    """The client closed the connection before its body was whole."""


@dataclass(slots=True)
class Answer:
    """A whole answer with a body that fits in memory."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Target:
    """What an address names: the product, its instance, and the path below."""

    product: str
    instance_id: UUID
    mount: str  # "/dav/drive/<instance>/", as the client wrote it
    path: Segments
    has_slash: bool  # the client says it is a collection


@lru_cache(maxsize=8192)
def target_of(raw_path: bytes) -> Target:
    """Read `/dav/<product>/<instance>/…`; anything else is NotFound."""
    parts = raw_path.split(b"/", 4)
    try:
        if parts[1] != b"dav" or len(parts) < 4:
            raise NotFound
        product, instance = parts[2].decode("ascii"), parts[3].decode("ascii")
        instance_id = UUID(instance)
    except (ValueError, IndexError) as error:
        raise NotFound from error
    rest = parts[4] if len(parts) == 5 else b""
    return Target(
        product, instance_id, f"/dav/{product}/{instance}/", segments_of(rest), has_slash=not rest or rest[-1:] == b"/"
    )


class Request:
    """Method, headers, target and body of one request."""

    __slots__ = (
        "address",
        "admitted",
        "has_started",
        "headers",
        "is_body_read",
        "method",
        "raw_path",
        "receive",
        "send",
        "target",
    )

    def __init__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Message]], send: Callable[..., Any]
    ) -> None:
        self.receive = receive
        self.send = send
        self.method: str = scope["method"]
        self.raw_path: bytes = (scope.get("raw_path") or scope["path"].encode()).split(b"?", 1)[0]
        self.address: str = scope["client"][0] if scope.get("client") else ""
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.target: Target = None  # type: ignore[assignment]  # set by the door before a method is called
        self.admitted: Admitted | None = None
        self.is_body_read = False
        self.has_started = False

    @property
    def program(self) -> str:
        return self.headers.get(b"user-agent", b"")[:120].decode("latin-1")

    def text(self, name: bytes) -> str:
        """A header as text, empty when absent."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def n_announced(self) -> int | None:
        """Bytes the body will have; none when the client does not say (chunked)."""
        if b"transfer-encoding" in self.headers:
            return None
        value = self.headers.get(b"content-length", b"0").strip()
        return int(value) if value.isdigit() else 0

    @property
    def has_body(self) -> bool:
        return self.n_announced != 0

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which this request may call us: the one it used, and the public one."""
        from django.conf import settings

        public = settings.MAZOT.address.partition("//")[2]
        return frozenset({bare_host(self.text(b"host")), bare_host(public)})

    @property
    def href(self) -> str:
        return self.href_of(self.target.path, is_collection=self.target.has_slash)

    def href_of(self, path: Segments, *, is_collection: bool = False) -> str:
        return href_of(self.target.mount, path, is_collection=is_collection)

    def destination(self) -> Segments:
        """The path of the Destination header in the same tree."""
        value = self.headers.get(b"destination")
        if value is None:
            raise Malformed("The Destination header is missing.")
        raw = destination_of(value, hosts=self.hosts)
        try:
            there = target_of(raw)
        except NotFound as error:
            raise Malformed("The Destination header names a place outside of WebDAV.", status=502) from error
        if (there.product, there.instance_id) != (self.target.product, self.target.instance_id):
            # RFC 4918 §9.8.5: another tree is as foreign as another server.
            raise Malformed("The Destination header names another tree than the address.", status=502)
        return there.path

    async def next_piece(self) -> tuple[bytes, bool]:
        """Some bytes of the body, and whether more follow. The first call makes the server send 100 Continue."""
        self.is_body_read = True
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        return message.get("body", b""), message.get("more_body", False)

    async def document(self) -> bytes:
        """The whole body, which is XML and may not be large."""
        if (self.n_announced or 0) > MAX_BODY:
            raise Malformed(f"The XML body is larger than {MAX_BODY} bytes.", status=413)
        if not self.has_body:
            return b""
        pieces: list[bytes] = []
        size, more = 0, True
        while more:
            piece, more = await self.next_piece()
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BODY:
                self.is_body_read = False
                raise Malformed(f"The XML body is larger than {MAX_BODY} bytes.", status=413)
        return b"".join(pieces)

    async def answer(self, answer: Answer) -> None:
        """Send it, with the length that belongs to it."""
        headers = [*answer.headers, (b"content-length", str(len(answer.body)).encode())]
        if answer.status in (204, 304):
            headers.pop()
        if not self.is_body_read and b"expect" in self.headers:
            # The client may never send the body it announced: the next bytes could be taken for it.
            headers.append((b"connection", b"close"))
        self.has_started = True
        await self.send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": answer.body if self.method != "HEAD" else b""})
