# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a house rule is, and the file it looks at."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cached_property
from typing import ClassVar


@dataclass(frozen=True)
class File:
    """One file of the repository, by its path from the top, read once for all rules."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def comments(self) -> list[tuple[int, str]]:
        """Line and text of each Python comment."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/") or "/tests/" in self.path or self.path.endswith(".test.ts")


@dataclass(frozen=True)
class Fault:
    line: int
    what: str


class Rule:
    """One rule. `sentence` is what a person is told; `bad` and `good` are pairs of a path and a text."""

    sentence: ClassVar[str]
    files: ClassVar[tuple[str, ...]] = ("src/mazot/*.py",)
    but_not: ClassVar[dict[str, str]] = {}  # a pattern of paths, and why they are excepted
    holds_for_tests: ClassVar[bool] = False
    bad: ClassVar[tuple[tuple[str, str], ...]]
    good: ClassVar[tuple[tuple[str, str], ...]]

    def looks_at(self, file: File) -> bool:
        if file.is_test and not self.holds_for_tests:
            return False
        if any(fnmatch(file.path, pattern) for pattern in self.but_not):
            return False
        return any(fnmatch(file.path, pattern) for pattern in self.files)

    def faults(self, file: File) -> Iterator[Fault]:
        raise NotImplementedError


def dotted(node: ast.AST) -> str:
    """The name a call goes through: `Entry.objects.filter().update` for what is written so."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    if isinstance(node, ast.Name):
        return node.id
    return "…"


def calls(file: File) -> Iterator[tuple[ast.Call, str]]:
    for node in file.nodes:
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def imports(file: File) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports."""
    for node in file.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
