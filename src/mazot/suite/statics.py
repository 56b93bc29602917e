# SPDX-License-Identifier: AGPL-3.0-or-later
"""`/static/`: the built front end. Names with a hash never change, so browsers keep them for a year."""

import asyncio
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings

from mazot.heads.answers import Receive, Scope, Send, plain

HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")  # main-BX1qz9_k.js
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
TYPES = {".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".wasm": "application/wasm"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One file as it goes out, with its headers ready."""

    body: bytes
    headers: list[tuple[bytes, bytes]]
    etag: bytes


class Statics:
    """Serves files below the built folder, read once and kept in memory up to a limit each."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or settings.BUILT).resolve()
        self._kept: dict[tuple[str, str], tuple[int, Piece]] = {}

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await plain(send, 405, "Static files can only be read.", ((b"allow", b"GET, HEAD"),))
            return
        accepted = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-encoding"), "")
        piece = await asyncio.to_thread(self._find, unquote(scope["path"])[len("/static/") :], accepted)
        if piece is None:
            await plain(send, 404, "There is no such file.")
            return
        asked = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        if piece.etag in asked:
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", piece.etag)]})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.start", "status": 200, "headers": piece.headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else piece.body})

    def _find(self, name: str, accepted: str) -> Piece | None:
        if "\0" in name:
            return None
        path = (self.root / name).resolve()
        if not path.is_relative_to(self.root) or not path.is_file():
            return None
        for encoding, suffix in ENCODINGS:
            packed = path.with_name(path.name + suffix)
            if encoding in accepted and packed.is_file():
                return self._piece(path, packed, encoding)
        return self._piece(path, path, "")

    def _piece(self, path: Path, stored: Path, encoding: str) -> Piece:
        stat = stored.stat()
        key = (str(stored), encoding)
        kept = self._kept.get(key)
        if kept is not None and kept[0] == stat.st_mtime_ns:
            return kept[1]
        body = stored.read_bytes()
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if kind in ("text/css", "text/plain"):
            kind += "; charset=utf-8"
        etag = f'"{stat.st_mtime_ns:x}-{len(body):x}"'.encode()
        lasting = b"public, max-age=31536000, immutable" if HASHED.search(path.name) else b"no-cache"
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", lasting),
            (b"etag", etag),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if encoding:
            headers.append((b"content-encoding", encoding.encode()))
        piece = Piece(body, headers, etag)
        if len(body) <= KEPT_BELOW:
            self._kept[key] = (stat.st_mtime_ns, piece)
        return piece


KEPT_BELOW = 256 * 1024  # the page's own scripts and styles; a PDF worker is read from the disk's cache
