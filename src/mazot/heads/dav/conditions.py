# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a request demands of the present state, as a function the tree calls inside its transaction."""

from mazot.exchange.dav import Look, Node, Precondition
from mazot.foundation.errors import NotFound
from mazot.heads.dav.request import Request, target_of
from mazot.wire.dav import Malformed
from mazot.wire.dav.conditions import Conditions, ResourceState, Tags, holds, parse_if, parse_tags, submitted
from mazot.wire.dav.headers import parse_date
from mazot.wire.dav.paths import Segments, destination_of

CONDITIONAL = (b"if", b"if-match", b"if-none-match", b"if-unmodified-since")


class PreconditionFailed(Exception):
    """The present state is not the one the client expected (412)."""


def demands_of(request: Request) -> tuple[frozenset[str], Precondition | None]:
    """The lock tokens the client shows, and its conditions (none when it has none, which then cost nothing)."""
    headers = request.headers
    if not any(name in headers for name in CONDITIONAL):
        return frozenset(), None
    lists = parse_if(request.text(b"if")) if b"if" in headers else ()
    must_match, must_not_match = required_tags(request), parse_tags(request.text(b"if-none-match"))
    since = parse_date(headers[b"if-unmodified-since"]) if b"if-unmodified-since" in headers else None
    if not lists and must_match is None and must_not_match is None and since is None:
        return frozenset(), None

    def precondition(look: Look) -> None:
        if must_match is not None or must_not_match is not None or since is not None:
            node = look(request.target.path)[0]
            _check_tags(node, must_match, must_not_match)
            # RFC 9110 §13.1.4: If-Match takes the place of the date.
            if must_match is None and since is not None and node and node.modified > since.timestamp():
                raise PreconditionFailed
        if lists:
            _check_lists(request, lists, look)

    return submitted(lists), precondition


def required_tags(request: Request) -> Tags | None:
    """The tags of If-Match. One that cannot be read matches nothing: a safeguard must not vanish by a typing error."""
    if b"if-match" not in request.headers:
        return None
    value = request.text(b"if-match")
    return parse_tags(value) or Tags(strong=frozenset({value.strip()}))


def _check_tags(node: Node | None, must_match: Tags | None, must_not_match: Tags | None) -> None:
    # A collection has no tag, yet it exists: "*" is about that.
    tag = (node.etag or "collection:" + node.id) if node else None
    if must_match is not None and not must_match.matches_strongly(tag):
        raise PreconditionFailed
    if must_not_match is not None and must_not_match.matches_weakly(tag):
        raise PreconditionFailed


def _check_lists(request: Request, lists: tuple[Conditions, ...], look: Look) -> None:
    def state_of(resource: str | None) -> ResourceState:
        path = request.target.path if resource is None else _path_of(request, resource)
        if path is None:
            return ResourceState(None)
        node, locks = look(path)
        return ResourceState(node.etag or None if node else None, frozenset(lock.token for lock in locks))

    if not holds(lists, state_of):
        raise PreconditionFailed


def _path_of(request: Request, resource: str) -> Segments | None:
    """The path a tag of an If header names; none when it lies elsewhere, where nothing is locked or tagged by us."""
    try:
        there = target_of(destination_of(resource.encode("latin-1"), hosts=request.hosts))
    except (Malformed, NotFound):
        return None
    here = request.target
    return there.path if (there.product, there.instance_id) == (here.product, here.instance_id) else None
