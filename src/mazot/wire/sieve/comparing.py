# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a value is what a script looks for (RFC 5228 sections 2.7.1 to 2.7.3, RFC 5231), in linear time."""

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

Captured = tuple[str, ...]  # the whole match, then what each wildcard or group stood for
MOST_CAPTURED = 10  # ${0} to ${9}

_CASES = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_DIGITS = re.compile(r"[0-9]{1,40}")
_PATTERN_PIECE = re.compile(r"\\(.)|([*?])|([^\\*?]+)|\\", re.DOTALL)
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "eq": operator.eq,
    "ne": operator.ne,
}


def finder(match: str, comparator: str, relation: str = "") -> Callable[[str, str], Captured | None]:
    """What compares one value with one key, and says what matched."""
    if match in (":count", ":value"):
        related, ordered = RELATIONS[relation.lower()], ORDERS[comparator]
        return lambda value, key: () if related(ordered(value), ordered(key)) else None
    if match == ":regex":
        is_exact = comparator == "i;octet"
        return lambda value, key: _by_pattern(value, key, is_exact=is_exact)
    fold = ORDERS[comparator]
    if match == ":matches":
        return lambda value, key: by_wildcards(value, fold(value), fold(key))
    if match == ":contains":
        return lambda value, key: () if fold(key) in fold(value) else None
    return lambda value, key: () if fold(value) == fold(key) else None


def _octets(value: str) -> str:
    return value


def _folded(value: str) -> str:
    return value.translate(_CASES)


def _number(value: str) -> float | int:
    """The digits a value begins with; one without is greater than all numbers (RFC 4790 section 9.1)."""
    found = _DIGITS.match(value)
    return int(found.group()) if found else float("inf")


ORDERS: dict[str, Callable[[str], Any]] = {
    "i;octet": _octets,
    "i;ascii-casemap": _folded,
    "i;ascii-numeric": _number,
}


def by_wildcards(value: str, folded: str, pattern: str) -> Captured | None:
    """Match * and ? from the left, each * as short as can be. What lies between two * is looked for once, so that no
    pattern takes longer than the value times its longest piece."""
    pieces = _pieces(pattern)
    first = pieces[0].match(folded)
    if first is None:
        return None
    captured = [value[start:end] for start, end in _spans(first)]
    at = first.end()
    if len(pieces) == 1:
        return (value, *captured)[:MOST_CAPTURED] if at == len(folded) else None
    for piece in pieces[1:-1]:
        found = piece.search(folded, at)
        if found is None:
            return None
        captured += [value[at : found.start()], *(value[start:end] for start, end in _spans(found))]
        at = found.end()
    last = pieces[-1]
    found = last.match(folded, max(at, len(folded) - _length(pattern)))
    if found is None or found.end() != len(folded):
        return None
    captured += [value[at : found.start()], *(value[start:end] for start, end in _spans(found))]
    return (value, *captured)[:MOST_CAPTURED]


def cost_of(match: str, value: str, key: str) -> int:
    """How many letters a comparison looks at, at worst: a piece with ? in it may be tried at each letter."""
    if match == ":matches" and "?" in key:
        return len(key) + len(value) * max(len(piece) for piece in key.split("*"))
    return len(value) + len(key)


def _spans(found: re.Match[str]) -> list[tuple[int, int]]:
    return [found.span(number) for number in range(1, (found.re.groups or 0) + 1)]


@lru_cache(maxsize=1024)
def _pieces(pattern: str) -> tuple[re.Pattern[str], ...]:
    """What stands between the * of a pattern. Each letter of a piece matches one letter: no piece ever goes back."""
    pieces = [""]
    for escaped, wild, plain in _PATTERN_PIECE.findall(pattern):
        if wild == "*":
            pieces.append("")
        else:
            pieces[-1] += "(.)" if wild else re.escape(escaped or plain or "\\")
    return tuple(re.compile(piece, re.DOTALL) for piece in pieces)


@lru_cache(maxsize=1024)
def _length(pattern: str) -> int:
    """How many letters the piece behind the last * matches."""
    length = 0
    for _escaped, wild, plain in _PATTERN_PIECE.findall(pattern):
        length = 0 if wild == "*" else length + (len(plain) or 1)
    return length


def _by_pattern(value: str, key: str, *, is_exact: bool) -> Captured | None:
    pattern = regular(key, is_exact=is_exact)
    found = pattern.search(value) if pattern is not None else None
    if found is None:
        return None
    return tuple(one or "" for one in (found.group(), *found.groups()))[:MOST_CAPTURED]


@lru_cache(maxsize=256)
def regular(key: str, *, is_exact: bool) -> Any:
    """A regular expression that takes linear time whatever it says; none where it cannot be read."""
    options = re2.Options()
    options.case_sensitive = is_exact
    options.max_mem = 1 << 20
    options.log_errors = False
    try:
        return re2.compile(key, options)
    except re2.error:
        return None
