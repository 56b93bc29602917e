# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a script is made of: first as it is written, then with every argument in its place."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that names an argument, `:contains`."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Texts:
    """A string, or a list of strings."""

    values: tuple[str, ...]
    is_list: bool
    line: int


@dataclass(frozen=True, slots=True)
class Number:
    value: int
    line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A command or a test as it is written (RFC 5228 section 8.2)."""

    name: str
    line: int
    arguments: tuple[Tag | Texts | Number, ...] = ()
    tests: tuple["Piece", ...] = ()
    has_list: bool = False  # tests in parentheses
    block: tuple["Piece", ...] | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A command or a test that can run: what it was told by name."""

    name: str
    line: int
    told: dict[str, Any] = field(default_factory=dict)
    tests: tuple["Node", ...] = ()
    block: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A script that was checked."""

    commands: tuple[Node, ...]
    required: frozenset[str]
