# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a view has a file or an archive sent: it decides and names it; the web role streams it, with ranges.

The order travels inside the process on the response object, never in a header. A view that is called without the web
role (a test client) sees the order in `response.delivery` and an empty body.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.wire.http.disposition import disposition

# Types a browser may show in place; anything else (HTML, SVG, XML above all) is a download whatever the view says.
SHOWN_INLINE = ("image/", "audio/", "video/", "text/plain", "application/pdf")
NEVER_INLINE = ("image/svg+xml",)
# A document of a user opened by itself may run nothing and knows no origin of ours.
SANDBOX = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One file to send, whole or in part."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A file of an archive under its path there, or an empty folder (no digest)."""

    path: str  # "Photos/2026/beach.jpg", with "/" and no leading one
    digest: str | None
    size: int = 0
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArchiveOrder:
    """Files to send as one zip, made while it is sent."""

    entries: Iterable[ArchiveEntry]


@dataclass(frozen=True, slots=True)
class TextOrder:
    """A text to send while it is made."""

    pieces: Iterable[str]


@dataclass(frozen=True, slots=True)
class BytesOrder:
    """Bytes to send while they are made."""

    pieces: Iterable[bytes]


Order = FileOrder | ArchiveOrder | TextOrder | BytesOrder


class Delivery(HttpResponse):
    """An answer whose body the web role sends."""

    delivery: Order


def deliver_file(
    _request: HttpRequest,
    blob: str | Path,
    *,
    name: str,
    content_type: str,
    inline: bool = False,
    modified_at: datetime | None = None,
) -> Delivery:
    """Answer with a blob (by its digest) or a file, as a download or shown in place."""
    path = blobs().path_of(blob) if isinstance(blob, str) else blob
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise NotFound("not_found", "This content is no longer on the server.") from error
    essence = content_type.partition(";")[0].strip().lower()
    shown = inline and essence.startswith(SHOWN_INLINE) and essence not in NEVER_INLINE
    response = Delivery(content_type=_safe_type(content_type))
    response.delivery = FileOrder(path, size)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = disposition(name, inline=shown)
    response["ETag"] = f'"{blob[:32]}"' if isinstance(blob, str) else f'"{path.stat().st_mtime_ns:x}-{size:x}"'
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    if modified_at is not None:
        response["Last-Modified"] = http_date(modified_at.timestamp())
    return _kept_apart(response, is_pdf=essence == "application/pdf")


def deliver_archive(_request: HttpRequest, name: str, entries: Iterable[ArchiveEntry]) -> Delivery:
    """Answer with a zip of the entries, which may be a lazy iterator: it is read in a thread while the zip is sent."""
    response = Delivery(content_type="application/zip")
    response.delivery = ArchiveOrder(entries)
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "no-store"
    del response["Content-Length"]
    return _kept_apart(response)


def deliver_text(_request: HttpRequest, name: str, pieces: Iterable[str], *, content_type: str) -> Delivery:
    """Answer with a file of text that may be long: its pieces are made in a thread while they are sent."""
    response = Delivery(content_type=f"{content_type}; charset=utf-8")
    response.delivery = TextOrder(pieces)
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "no-store"
    del response["Content-Length"]
    return _kept_apart(response)


def deliver_bytes(_request: HttpRequest, name: str, pieces: Iterable[bytes], *, content_type: str) -> Delivery:
    """Answer with a file that may be long: its pieces are made in a thread while they are sent."""
    response = Delivery(content_type=content_type)
    response.delivery = BytesOrder(pieces)
    response["Content-Disposition"] = disposition(name)
    response["Cache-Control"] = "no-store"
    del response["Content-Length"]
    return _kept_apart(response)


def _kept_apart(response: Delivery, *, is_pdf: bool = False) -> Delivery:
    response["X-Content-Type-Options"] = "nosniff"
    # Chromium does not open its PDF viewer inside a sandbox, and the viewer runs no script of the page's origin.
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'self'" if is_pdf else SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,80}/[a-z0-9][a-z0-9.+_-]{0,80}")
_CHARSET = re.compile(r"charset=([a-z0-9-]{1,40})")


def _safe_type(content_type: str) -> str:
    """A type that came with an upload may hold anything; one that is no type is bytes, and a text has a charset."""
    essence, _, rest = content_type.lower().partition(";")
    if not _TYPE.fullmatch(essence.strip()):
        return "application/octet-stream"
    if not essence.startswith("text/"):
        return essence.strip()
    charset = _CHARSET.fullmatch(rest.strip())
    return f"{essence.strip()}; charset={charset[1] if charset else 'utf-8'}"
