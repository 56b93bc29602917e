# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listings by string templates: one template a plan and sort of resource, one formatting a row.

A template is made once per plan and cached; a row then costs one `%` with the values below. Names of live properties
are in `LIVE`; every other name is looked for among the row's dead properties.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mazot.wire.dav.answers import HEAD, SUPPORTED_LOCK, text
from mazot.wire.dav.bodies import DAV, Name, Plan
from mazot.wire.dav.headers import http_date, iso_date
from mazot.wire.dav.paths import quoted

OPEN = f'{HEAD}<d:multistatus xmlns:d="DAV:">'
CLOSE = "</d:multistatus>"
MICROSOFT = "urn:schemas-microsoft-com:"
N_PER_PIECE = 1000

# Values a template may name; %(x)s is filled per row. A collection has no length, type of content or tag.
_FILE = {
    "creationdate": "%(created)s",
    "displayname": "%(name)s",
    "getcontentlength": "%(size)s",
    "getcontenttype": "%(kind)s",
    "getetag": '"%(tag)s"',
    "getlastmodified": "%(modified)s",
    "resourcetype": "",
    "lockdiscovery": "%(locks)s",
    "supportedlock": SUPPORTED_LOCK,
    "current-user-principal": "<d:href>%(principal)s</d:href>",
}
_COLLECTION = {name: value for name, value in _FILE.items() if not name.startswith("getc") and name != "getetag"} | {
    "resourcetype": "<d:collection/>",
    "quota-available-bytes": "%(available)s",
    "quota-used-bytes": "%(used)s",
}
LIVE = frozenset(_FILE) | frozenset(_COLLECTION)

# Windows shows an empty folder for a listing above 1,000,000 bytes (FileAttributesLimitInBytes), so an allprop entry
# stays small: supportedlock is the same everywhere and RFC 4331 §3 keeps quota out; both come when asked by name.
_IN_ALLPROP = (
    "creationdate", "displayname", "getcontentlength", "getcontenttype", "getetag", "getlastmodified", "resourcetype",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One resource in a listing. Times are seconds since 1970; `dead` maps names to elements word for word."""

    href: str  # encoded
    name: str
    is_collection: bool
    size: int
    kind: str
    tag: str
    modified: int
    created: int
    locks: str = ""
    dead: Mapping[Name, str] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for each row of a listing."""

    principal: str = ""
    available: str = ""  # bytes; empty when nothing limits them
    used: str = ""


@dataclass(frozen=True, slots=True)
class _Template:
    response: str  # a whole response element with its places to fill, for a row without dead properties
    found: str  # what stands in its first propstat
    missing: str  # ready: elements of properties that no such resource has
    wanted: tuple[Name, ...]  # to be looked up among the dead ones
    all_dead: bool
    names_only: bool


@lru_cache(maxsize=512)
def _template(plan: Plan, is_collection: bool, has_limit: bool) -> _Template:
    known = _COLLECTION if is_collection else _FILE
    if not has_limit:
        # RFC 4331 §3: a server without a number to give leaves quota-available-bytes undefined.
        known = {name: value for name, value in known.items() if name != "quota-available-bytes"}
    names = plan.names
    if plan.kind == "allprop":
        names = tuple(dict.fromkeys([*((DAV, name) for name in _IN_ALLPROP if name in known), *plan.names]))
    elif plan.kind == "propname":
        names = tuple((DAV, name) for name in known)
    found, missing, wanted = [], [], []
    for space, local in names:
        if space == DAV and local in known:
            value = known[local] if plan.kind != "propname" else ""
            found.append(f"<d:{local}>{value}</d:{local}>" if value else f"<d:{local}/>")
        elif space == DAV and local in LIVE:
            missing.append(_empty((space, local)))
        else:
            wanted.append((space, local))
    ready, absent = "".join(found), "".join(missing)
    return _Template(
        _response("%(href)s", ready, absent.replace("%", "%%")),
        ready,
        absent,
        tuple(wanted),
        all_dead=plan.kind != "prop",
        names_only=plan.kind == "propname",
    )


def _empty(name: Name) -> str:
    """An empty element of that name; it must not lean on a prefix of the document."""
    space, local = name
    if space == DAV:
        return f"<d:{local}/>"
    return f'<x:{local} xmlns:x="{text(space).replace(chr(34), "&quot;")}"/>' if space else f"<{local}/>"


def wants_dead(plan: Plan) -> bool:
    """Whether a listing must look for dead properties at all."""
    return plan.kind != "prop" or any(space != DAV or local not in LIVE for space, local in plan.names)


def wants(plan: Plan, *names: str) -> bool:
    """Whether one of these live properties may be shown."""
    return plan.kind == "prop" and any((DAV, name) in plan.names for name in names)


def wants_locks(plan: Plan) -> bool:
    return (DAV, "lockdiscovery") in plan.names


def listing(plan: Plan, rows: Iterable[Row], around: Surroundings) -> Iterator[bytes]:
    """A whole multistatus body in pieces of some hundred kilobytes."""
    has_limit = bool(around.available)
    templates = (_template(plan, False, has_limit), _template(plan, True, has_limit))
    shows_name = any("%(name)s" in template.response for template in templates)
    # One dictionary for all rows: making one with a dozen entries for each is a fifth of a listing's time.
    values: dict[str, object] = {
        "principal": around.principal,
        "available": around.available,
        "used": around.used,
        "name": "",
    }
    pieces: list[str] = [OPEN]
    for row in rows:
        template = templates[row.is_collection]
        values["href"] = row.href
        values["created"] = iso_date(row.created)
        values["size"] = row.size
        values["kind"] = _kind(row.kind)
        values["tag"] = row.tag
        values["modified"] = http_date(row.modified)
        values["locks"] = row.locks
        if shows_name:
            values["name"] = text(row.name)
        if row.dead or template.wanted:
            pieces.append(_response(row.href, *_with_dead(template, row.dead or {}, values)))
        else:
            pieces.append(template.response % values)
        if len(pieces) > N_PER_PIECE:
            yield "".join(pieces).encode()
            pieces.clear()
    pieces.append(CLOSE)
    yield "".join(pieces).encode()


_kind = lru_cache(maxsize=1024)(text)


def _response(href: str, found: str, missing: str) -> str:
    ok = f"<d:propstat><d:prop>{found}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>" if found else ""
    if missing:
        ok += f"<d:propstat><d:prop>{missing}</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
    elif not ok:
        # RFC 4918 §14.24 wants at least one propstat, also for an empty list of properties.
        ok = "<d:propstat><d:prop/><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
    return f"<d:response><d:href>{href}</d:href>{ok}</d:response>"


def _with_dead(template: _Template, dead: Mapping[Name, str], values: Mapping[str, object]) -> tuple[str, str]:
    """The found and the missing properties of a row whose dead ones count."""
    found, missing = template.found % values, template.missing
    if template.names_only:
        return found + "".join(_empty(name) for name in dead), missing
    if template.all_dead:
        return found + "".join(dead.values()), missing + "".join(_empty(n) for n in template.wanted if n not in dead)
    for name in template.wanted:
        if name in dead:
            found += dead[name]
        else:
            missing += _empty(name)
    return found, missing


def changed_properties(href: str, results: Iterable[tuple[Name, int, str]]) -> bytes:
    """The answer to PROPPATCH (RFC 4918 §9.2): each property with its status and, where there is one, the reason."""
    by_status: dict[tuple[int, str], list[str]] = {}
    for name, status, condition in results:
        by_status.setdefault((status, condition), []).append(_empty(name))
    propstats = "".join(
        f"<d:propstat><d:prop>{''.join(names)}</d:prop><d:status>{status_line(status)}</d:status>"
        + (f"<d:error><d:{condition}/></d:error>" if condition else "")
        + "</d:propstat>"
        for (status, condition), names in by_status.items()
    )
    return f"{OPEN}<d:response><d:href>{href}</d:href>{propstats}</d:response>{CLOSE}".encode()


def failed_members(failures: Iterable[tuple[str, int, str]]) -> bytes:
    """A 207 that names which members of a collection stood in the way (RFC 4918 §9.6.1): href, status, code."""
    responses = "".join(
        f"<d:response><d:href>{href}</d:href><d:status>{status_line(status)}</d:status>"
        + (f"<d:error><d:{condition}/></d:error>" if condition else "")
        + "</d:response>"
        for href, status, condition in failures
    )
    return f"{OPEN}{responses}{CLOSE}".encode()


_PHRASES = {
    200: "OK", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 412: "Precondition Failed", 423: "Locked",
    424: "Failed Dependency", 507: "Insufficient Storage",
}  # fmt: skip


def status_line(status: int) -> str:
    """As a status element holds it (RFC 4918 §14.28)."""
    return f"HTTP/1.1 {status} {_PHRASES[status]}"


__all__ = ["LIVE", "MICROSOFT", "Row", "Surroundings", "changed_properties", "failed_members", "listing", "quoted"]
