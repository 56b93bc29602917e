# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what is written to what can run: every argument in its place, every extension required, every limit held."""

from collections.abc import Collection, Iterator
from typing import Any

from mazot.wire.sieve.comparing import regular
from mazot.wire.sieve.expanding import characters, is_constant
from mazot.wire.sieve.faults import SieveError
from mazot.wire.sieve.grammar import ALWAYS, COMMANDS, COMPARATORS, EXTENSIONS, TESTS, Option, Shape
from mazot.wire.sieve.meanings import check_meaning
from mazot.wire.sieve.parsing import parse
from mazot.wire.sieve.tree import Node, Number, Piece, Script, Tag, Texts

KINDS = {"text": "a string", "texts": "a list of strings", "number": "a number"}
RELATIONS = ("gt", "ge", "lt", "le", "eq", "ne")


def compile_script(source: str, *, extensions: Collection[str] = EXTENSIONS) -> Script:
    """Read and check a script; SieveError tells the line and what is wrong there."""
    pieces = parse(source)
    checker = _Checker(frozenset(extensions))
    return Script(checker.block(pieces, is_top=True), frozenset(checker.required))


class _Checker:
    def __init__(self, known: frozenset[str]) -> None:
        self.known = known | ALWAYS
        self.required: set[str] = set()
        self.asks = False  # what a script asks for by ihave may be used, and may be missing (RFC 5463 section 4)

    def block(self, pieces: tuple[Piece, ...], *, is_top: bool = False) -> tuple[Node, ...]:
        found: list[Node] = []
        may_require, before = is_top, ""
        for piece in pieces:
            if piece.name == "require":
                if not may_require:
                    raise SieveError(piece.line, "require stands before all other commands.")
                self._require(piece)
                continue
            may_require = False
            if piece.name in ("elsif", "else") and before not in ("if", "elsif"):
                raise SieveError(piece.line, f"{piece.name} stands behind an if or an elsif.")
            before = piece.name
            found.append(self._node(piece, COMMANDS, "command"))
        return tuple(found)

    def _require(self, piece: Piece) -> None:
        node = self._bound(piece, COMMANDS["require"])
        for name in node["names"]:
            if name not in self.known:
                raise SieveError(piece.line, f'There is no extension "{name}" here.')
            self.required.add(name)

    def _node(self, piece: Piece, shapes: dict[str, Shape], what: str) -> Node:
        shape = shapes.get(piece.name)
        if shape is None:
            if self.asks:
                return Node("unsupported", piece.line, {"name": piece.name})
            raise SieveError(piece.line, f"There is no {what} {piece.name}.")
        if shape.needs and not any(self._has(name) for name in shape.needs):
            raise SieveError(piece.line, f'{piece.name} needs require "{shape.needs[0]}".')
        told = self._bound(piece, shape)
        self.asks = self.asks or piece.name == "ihave"
        tests = self._tests(piece, shape)
        if shape.block != (piece.block is not None):
            fault = "has a block in { and }" if shape.block else "has no block; it ends with a ;"
            raise SieveError(piece.line, f"{piece.name} {fault}.")
        node = Node(piece.name, piece.line, told, tests, self.block(piece.block or ()))
        check_meaning(node, self.required)
        return node

    def _tests(self, piece: Piece, shape: Shape) -> tuple[Node, ...]:
        is_right = {"": not piece.tests, "one": len(piece.tests) == 1 and not piece.has_list}.get(
            shape.tests, piece.has_list
        )
        if not is_right:
            wanted = {"": "takes no test", "one": "takes one test"}.get(shape.tests, "takes tests in ( and )")
            raise SieveError(piece.line, f"{piece.name} {wanted}.")
        return tuple(self._node(test, TESTS, "test") for test in piece.tests)

    def _has(self, name: str) -> bool:
        return name in self.required or (self.asks and name in self.known)

    def _bound(self, piece: Piece, shape: Shape) -> dict[str, Any]:
        """What a command was told, by the name of each argument."""
        told: dict[str, Any] = {}
        rest = iter(piece.arguments)
        positional: list[Texts | Number] = []
        for argument in rest:
            if isinstance(argument, Tag):
                if positional:
                    raise SieveError(argument.line, f"{argument.name} stands before the strings and numbers.")
                self._tag(piece, shape, argument, rest, told)
            else:
                positional.append(argument)
        told |= self._positional(piece, shape, positional)
        self._check_match(piece, told)
        return told

    def _tag(
        self, piece: Piece, shape: Shape, tag: Tag, rest: Iterator[Tag | Texts | Number], told: dict[str, Any]
    ) -> None:
        option = shape.tags.get(tag.name)
        if option is None:
            raise SieveError(tag.line, f"{piece.name} knows no {tag.name}.")
        if option.needs and not self._has(option.needs):
            raise SieveError(tag.line, f'{tag.name} needs require "{option.needs}".')
        if option.group in told:
            raise SieveError(tag.line, f"{tag.name} stands beside another {option.group} of this {piece.name}.")
        told[option.group] = tag.name
        if option.takes:
            told[f"{option.group} value"] = self._value(option, tag, next(rest, None))

    def _value(self, option: Option, tag: Tag, argument: Tag | Texts | Number | None) -> Any:
        if argument is None or isinstance(argument, Tag) or not _fits(option.takes, argument):
            raise SieveError(tag.line, f"Behind {tag.name} stands {KINDS[option.takes]}.")
        return self._said(option.takes, argument)

    def _positional(self, piece: Piece, shape: Shape, given: list[Texts | Number]) -> dict[str, Any]:
        takes = list(shape.takes)
        missing = len(takes) - len(given)
        kept = [(name, kind) for name, kind in takes if missing <= 0 or not name.endswith("?")]
        if len(kept) != len(given):
            wanted = ", then ".join(KINDS[kind] for _name, kind in kept) or "no strings or numbers"
            raise SieveError(piece.line, f"{piece.name} takes {wanted}.")
        told: dict[str, Any] = {}
        for (name, kind), argument in zip(kept, given, strict=True):
            if not _fits(kind, argument):
                raise SieveError(argument.line, f"{piece.name} takes {KINDS[kind]} here.")
            told[name.rstrip("?")] = self._said(kind, argument)
        return told

    def _said(self, kind: str, argument: Texts | Number) -> Any:
        if isinstance(argument, Number):
            return argument.value
        values = argument.values
        if self._has("encoded-character"):
            values = tuple(characters(value, argument.line) for value in values)
        return values if kind == "texts" else values[0]

    def _check_match(self, piece: Piece, told: dict[str, Any]) -> None:
        match, comparator = told.get("match", ":is"), told.get("comparator value", "i;ascii-casemap")
        if comparator not in COMPARATORS:
            raise SieveError(piece.line, f'There is no comparator "{comparator}" here.')
        if not self._has(f"comparator-{comparator}") and f"comparator-{comparator}" not in ALWAYS:
            raise SieveError(piece.line, f'"{comparator}" needs require "comparator-{comparator}".')
        if comparator == "i;ascii-numeric" and match in (":contains", ":matches", ":regex"):
            raise SieveError(piece.line, f"{match} cannot compare numbers.")
        if match in (":count", ":value") and told["match value"].lower() not in RELATIONS:
            raise SieveError(piece.line, f"Behind {match} stands one of {', '.join(RELATIONS)}.")
        if match == ":regex":
            _check_patterns(piece, told.get("keys", ()))


def _fits(kind: str, argument: Texts | Number) -> bool:
    if isinstance(argument, Number):
        return kind == "number"
    return kind == "texts" or (kind == "text" and not argument.is_list)


def _check_patterns(piece: Piece, keys: tuple[str, ...]) -> None:
    for key in keys:
        if is_constant(key) and regular(key, is_exact=True) is None:
            raise SieveError(piece.line, f"{key[:60]!r} is no regular expression that can be used.")
