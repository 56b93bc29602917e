# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import TYPE_CHECKING

from mazot.exchange.dav import Node
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import Conflict
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import demands_of
from mazot.heads.dav.content import SMALL
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.intake import check_disk, take_body
from mazot.heads.dav.request import Answer, Headers, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.headers import parse_epoch

if TYPE_CHECKING:
    from mazot.exchange.dav import Tree


async def put(request: Request) -> Answer:
    """PUT (RFC 9110 §9.3.4): whoever may not, or finds no room, hears it before the body is sent."""
    tree, expected, room = await across(_prepare, request)
    content = await take_body(request, expected=expected, room=room)
    return await across(_keep, request, tree, content)


def _prepare(request: Request) -> tuple["Tree", int | None, int | None]:
    """The tree, the size the body must have, and the room it may take."""
    tree = open_tree(request)
    if b"content-range" in request.headers:
        # RFC 9110 §14.4: a server that would take a part for the whole destroys the file.
        raise Malformed("A part of a file cannot be put (Content-Range).")
    if request.target.has_slash:
        raise Conflict("is_folder")
    announced = request.n_announced
    expected = _finder_length(request) if announced is None else announced
    if b"expect" not in request.headers and expected is not None and expected <= SMALL:
        return tree, expected, None  # not worth asking twice: the body is nearly here
    tokens, precondition = demands_of(request)
    tree.check_write(request.target.path, size=expected, tokens=tokens, precondition=precondition)
    if expected is not None:
        check_disk(expected)
        return tree, expected, None
    return tree, None, tree.quota(tree.resolve(request.target.path[:-1])).available


def _finder_length(request: Request) -> int | None:
    """macOS Finder sends chunks without a Content-Length and tells the size here; a torn one looks complete."""
    value = request.headers.get(b"x-expected-entity-length", b"").strip()
    return int(value) if value.isdigit() and len(value) < 19 else None


def _keep(request: Request, tree: "Tree", content: Blob | bytes) -> Answer:
    blob = blobs().put(content) if isinstance(content, bytes) else content
    tokens, precondition = demands_of(request)
    modified_at = _modified_at(request)
    node, is_new = tree.put(
        request.target.path,
        blob,
        content_type=_content_type(request),
        modified_at=modified_at,
        tokens=tokens,
        precondition=precondition,
    )
    return Answer(201 if is_new else 204, _headers(node, was_time_taken=modified_at is not None))


def _headers(node: Node, *, was_time_taken: bool) -> Headers:
    headers: Headers = [(b"etag", f'"{node.etag}"'.encode())]
    if was_time_taken:
        headers.append((b"x-oc-mtime", b"accepted"))
    return headers


def _modified_at(request: Request) -> datetime | None:
    """X-OC-Mtime, as Nextcloud's and rclone's clients send it."""
    value = request.headers.get(b"x-oc-mtime")
    return parse_epoch(value) if value else None


def _content_type(request: Request) -> str:
    """What the client says the file is, unless it says nothing; the tree then guesses from the name."""
    value = request.text(b"content-type").strip()
    if value.lower() in ("application/octet-stream", "application/x-www-form-urlencoded") or not value.isascii():
        return ""  # what curl and many libraries send for everything
    return value[:160] if value.isprintable() else ""
