# SPDX-License-Identifier: AGPL-3.0-or-later
"""Conditions: the If header (RFC 4918 §10.4) and entity tags (RFC 9110 §13.1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mazot.wire.dav.malformed import Malformed

MAX_CONDITIONS = 200

_PIECE = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|<(?P<url>[^<>\s]+)>|\[(?P<tag>(?:W/)?\"[^\"]*\")\]|(?P<negated>not\b))",
    re.IGNORECASE,
)  # one of: "(", ")", "<urn:uuid:…>", '["etag"]', "Not"
_TAG = re.compile(r'\s*(W/)?"([^"]*)"\s*(?:,|\Z)')  # '"abc"', 'W/"abc",'


@dataclass(frozen=True, slots=True)
class Condition:
    """A lock token or an entity tag that must (or, negated, must not) be the resource's."""

    token: str = ""
    tag: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that must all hold for one resource: that of the tag, or the request's own when there is none."""

    resource: str | None
    all_of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class ResourceState:
    """What a condition is compared with."""

    tag: str | None  # without quotes; none when there is no such resource, or it has no tag
    tokens: frozenset[str] = frozenset()


def parse_if(value: str) -> tuple[Conditions, ...]:
    """The lists of an If header; any of them may hold."""
    lists: list[Conditions] = []
    resource: str | None = None
    at, n_conditions = 0, 0
    pending_tag = False  # a resource tag must be followed by a list
    while value[at:].strip():
        piece, at = _next_piece(value, at)
        if piece["url"] and not pending_tag:
            if lists and resource is None:
                raise Malformed("The If header mixes lists with and without a resource.")
            resource, pending_tag = piece["url"], True
        elif piece["open"]:
            conditions, at = _list_at(value, at)
            n_conditions += len(conditions)
            lists.append(Conditions(resource, conditions))
            pending_tag = False
        else:
            raise Malformed("The If header has no list where one belongs.")
        if n_conditions > MAX_CONDITIONS:
            raise Malformed(f"The If header holds more than {MAX_CONDITIONS} conditions.")
    if pending_tag or not lists:
        raise Malformed("The If header ends before its list.")
    return tuple(lists)


def _next_piece(value: str, at: int) -> tuple[dict[str, str | None], int]:
    found = _PIECE.match(value, at)
    if found is None:
        raise Malformed(f"The If header cannot be read from character {at + 1} on.")
    return found.groupdict(), found.end()


def _list_at(value: str, at: int) -> tuple[tuple[Condition, ...], int]:
    conditions: list[Condition] = []
    negated = False
    while True:
        piece, at = _next_piece(value, at)
        if piece["negated"] and not negated:
            negated = True
        elif piece["url"] or piece["tag"]:
            conditions.append(Condition(piece["url"] or "", piece["tag"] or "", negated))
            negated = False
        elif piece["close"] and conditions and not negated:
            return tuple(conditions), at
        else:
            raise Malformed("The If header holds a list without a condition.")


def holds(lists: tuple[Conditions, ...], state_of: Callable[[str | None], ResourceState]) -> bool:
    """Whether one of the lists is true (RFC 4918 §10.4.3)."""
    return any(_all_hold(one, state_of(one.resource)) for one in lists)


def _all_hold(one: Conditions, state: ResourceState) -> bool:
    for condition in one.all_of:
        if condition.token:
            is_so = condition.token in state.tokens
        else:
            is_so = state.tag is not None and condition.tag == f'"{state.tag}"'
        if is_so == condition.negated:
            return False
    return True


def submitted(lists: tuple[Conditions, ...]) -> frozenset[str]:
    """Every lock token the client shows, in whichever list (RFC 4918 §10.4.1)."""
    return frozenset(c.token for one in lists for c in one.all_of if c.token and not c.negated)


@dataclass(frozen=True, slots=True)
class Tags:
    """The value of If-Match or If-None-Match."""

    anything: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    def matches_strongly(self, tag: str | None) -> bool:
        """For If-Match and If-Range (RFC 9110 §13.1.1)."""
        return tag is not None and (self.anything or tag in self.strong)

    def matches_weakly(self, tag: str | None) -> bool:
        """For If-None-Match (RFC 9110 §13.1.2)."""
        return tag is not None and (self.anything or tag in self.strong or tag in self.weak)


def parse_tags(value: str) -> Tags | None:
    """The tags of a header, or none when it holds no readable one.

    Joplin 3.5 sends `If-None-Match: JoplinIgnore-1700000000` with every write: no quotes, so no tag, so no condition.
    """
    if value.strip() == "*":
        return Tags(anything=True)
    strong: set[str] = set()
    weak: set[str] = set()
    at = 0
    while found := _TAG.match(value, at):
        (weak if found[1] else strong).add(found[2])
        at = found.end()
    if at != len(value) or not (strong or weak):
        return None
    return Tags(strong=frozenset(strong), weak=frozenset(weak))
