# SPDX-License-Identifier: AGPL-3.0-or-later
from django.utils.html import format_html
from django.utils.translation import gettext as _

from mazot.exchange.dav import Node
from mazot.foundation.blobs import blobs
from mazot.heads.bridge import across
from mazot.heads.dav.conditions import PreconditionFailed, required_tags
from mazot.heads.dav.content import SMALL, WouldWait, read_part
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.recent import RECENT
from mazot.heads.dav.request import Answer, Headers, Request
from mazot.heads.sending import send_file
from mazot.tenancy.actions.logins import Admitted
from mazot.wire.dav.conditions import parse_tags
from mazot.wire.dav.headers import http_date, parse_date
from mazot.wire.http.ranges import Unsatisfiable, range_of

# A stranger's HTML opened from here must not act in the reader's name: it runs nowhere.
SAFE: Headers = [
    (b"accept-ranges", b"bytes"),
    (b"cache-control", b"private, no-cache"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
]
CONDITIONAL = frozenset({b"if-match", b"if-none-match", b"if-modified-since"})
Streamed = tuple[int, Headers, tuple[int, int]]  # first byte, and the one behind the last


async def get(request: Request) -> Answer | None:
    """GET and HEAD (RFC 9110 §9.3.1): one crossing for signing in, finding and reading a small file, or none at all."""
    findings = RECENT.at_present()
    side = RECENT.side_of(findings, request) if findings is not None else None
    known = side.nodes.get(request.raw_path) if side is not None else None
    if known is None:
        node, found = await across(_get, request, side.admitted if side is not None else None)
        if findings is not None:
            RECENT.keep(findings, request, node)
    else:
        node = known
        try:
            found = _respond(request, node, may_wait=False)
        except WouldWait:
            found = await across(_respond, request, node)
    if isinstance(found, Answer):
        return found
    status, headers, part = found
    request.has_started = True
    await request.send({"type": "http.response.start", "status": status, "headers": headers})
    path = blobs().path_of(node.digest)
    await send_file(request.send, path, node.size, *part, receive=request.receive)
    return None


head = get


def _get(request: Request, admitted: Admitted | None) -> tuple[Node, Answer | Streamed]:
    node = open_tree(request, admitted).resolve(request.target.path)
    return node, _respond(request, node)


def _respond(request: Request, node: Node, *, may_wait: bool = True) -> Answer | Streamed:
    """The answer about a node that was found, by the conditions and the range of the request."""
    if node.is_collection:
        return _page(node)
    headers: Headers = [
        (b"content-type", (node.content_type or "application/octet-stream").encode("latin-1", "replace")),
        (b"etag", f'"{node.etag}"'.encode()),
        (b"last-modified", http_date(node.modified).encode()),
        *SAFE,
    ]
    if not request.headers.keys().isdisjoint(CONDITIONAL) and _is_unchanged(request, node):
        return Answer(304, headers[1:])
    part, status = (0, node.size), 200
    if b"range" in request.headers and _range_counts(request, node):
        try:
            wanted = range_of(request.headers[b"range"], node.size)
        except Unsatisfiable:
            return Answer(416, [*headers[1:], (b"content-range", f"bytes */{node.size}".encode())])
        if wanted:
            part, status = (wanted[0], wanted[1] + 1), 206
            headers.append((b"content-range", f"bytes {wanted[0]}-{wanted[1]}/{node.size}".encode()))
    length = part[1] - part[0]
    if length <= SMALL:
        return Answer(status, headers, read_part(node.digest, part[0], length, may_wait=may_wait))
    headers.append((b"content-length", str(length).encode()))
    return status, headers, (0, 0) if request.method == "HEAD" else part


def _is_unchanged(request: Request, node: Node) -> bool:
    """Whether the client's copy still serves (RFC 9110 §13.2.2); raises when it insisted on another one."""
    headers = request.headers
    must_match = required_tags(request)
    if must_match is not None and not must_match.matches_strongly(node.etag):
        raise PreconditionFailed
    if b"if-none-match" in headers:
        known = parse_tags(request.text(b"if-none-match"))
        if known is not None:
            return known.matches_weakly(node.etag)
    if b"if-modified-since" in headers:
        since = parse_date(headers[b"if-modified-since"])
        return since is not None and node.modified <= since.timestamp()
    return False


def _range_counts(request: Request, node: Node) -> bool:
    """Whether the part the client has belongs to the present content (If-Range, RFC 9110 §13.1.5)."""
    value = request.headers.get(b"if-range")
    if value is None:
        return True
    if tags := parse_tags(value.decode("latin-1")):
        return not tags.anything and tags.matches_strongly(node.etag)
    # A time of one second is no strong validator: two contents may share it.
    return False


def _page(node: Node) -> Answer:
    """What a browser shows of a folder: that this address is for a program."""
    page = format_html(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p>'
        '<p>{} <a href="/drive/">{}</a></p></html>',
        "Mazot",
        node.name or _("WebDAV"),
        _("This address is for a program that speaks WebDAV: give it to your file manager or to Joplin."),
        _("To see your files in the browser, open"),
        _("Drive"),
    )
    return Answer(200, [(b"content-type", b"text/html; charset=utf-8"), *SAFE[1:]], page.encode())
