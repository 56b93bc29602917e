# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime
from typing import TYPE_CHECKING

from mazot.heads.bridge import across
from mazot.heads.dav.conditions import demands_of
from mazot.heads.dav.entrance import open_tree
from mazot.heads.dav.request import Answer, Request
from mazot.wire.dav.answers import XML
from mazot.wire.dav.bodies import DAV, MAX_PROPERTY, Instruction, Name, read_proppatch
from mazot.wire.dav.headers import parse_date, parse_epoch
from mazot.wire.dav.multistatus import LIVE, MICROSOFT, changed_properties

if TYPE_CHECKING:
    from mazot.exchange.dav import Tree

# Windows sets these after each upload and gives the upload up when one fails. The times of creation and of the last
# look are ours to tell; attributes (hidden, read-only) are kept for Windows like any dead property.
HEARD_ONLY = {(MICROSOFT, "Win32CreationTime"), (MICROSOFT, "Win32LastAccessTime")}
MODIFIED = {(MICROSOFT, "Win32LastModifiedTime"), (DAV, "lastmodified")}  # an HTTP date; rclone's is in seconds


async def proppatch(request: Request) -> Answer:
    """PROPPATCH (RFC 4918 §9.2): all steps or none."""
    tree = await across(open_tree, request)
    body = await request.document()
    return await across(_patch, request, tree, body)


def _patch(request: Request, tree: "Tree", body: bytes) -> Answer:
    steps = read_proppatch(body)
    refused = {step.name: refusal for step in steps if (refusal := _refusal_of(step))}
    if refused:
        tree.resolve(request.target.path)
        results = [(step.name, *refused.get(step.name, (424, ""))) for step in steps]
    else:
        _apply(request, tree, steps)
        results = [(step.name, 200, "") for step in steps]
    answers: dict[Name, tuple[Name, int, str]] = {result[0]: result for result in results}
    return Answer(207, [(b"content-type", XML)], changed_properties(request.href, answers.values()))


def _apply(request: Request, tree: "Tree", steps: tuple[Instruction, ...]) -> None:
    keep: dict[Name, str] = {}
    drop: dict[Name, None] = {}
    modified_at: datetime | None = None
    for step in steps:
        if step.name in MODIFIED:
            modified_at = _moment(step.text) or modified_at
        elif step.name in HEARD_ONLY:
            continue
        elif step.xml is None:
            keep.pop(step.name, None)
            drop[step.name] = None
        else:
            drop.pop(step.name, None)
            keep[step.name] = step.xml
    tokens, precondition = demands_of(request)
    tree.patch_properties(
        request.target.path,
        keep=keep,
        drop=tuple(drop),
        modified_at=modified_at,
        tokens=tokens,
        precondition=precondition,
    )


def _moment(text: str) -> datetime | None:
    value = text.strip().encode("ascii", "ignore")
    return parse_epoch(value) or parse_date(value)


def _refusal_of(step: Instruction) -> tuple[int, str] | None:
    space, local = step.name
    if space == DAV and local in LIVE:
        return 403, "cannot-modify-protected-property"
    if step.xml is not None and len(step.xml) > MAX_PROPERTY:
        return 507, ""
    return None
