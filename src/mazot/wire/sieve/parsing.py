# SPDX-License-Identifier: AGPL-3.0-or-later
"""A script as a tree (RFC 5228 section 8.2); what its words mean is asked later."""

from mazot.wire.sieve.faults import MOST_DEPTH, MOST_LIST, SieveError
from mazot.wire.sieve.lexing import Word, words_of
from mazot.wire.sieve.tree import Number, Piece, Tag, Texts


def parse(source: str) -> tuple[Piece, ...]:
    """The commands of a script."""
    reader = _Reader(words_of(source))
    commands = reader.commands(0)
    if reader.word.kind != "end":
        raise SieveError(reader.word.line, "There is a } too many.")
    return commands


class _Reader:
    def __init__(self, words: list[Word]) -> None:
        self._words = words
        self._at = 0

    @property
    def word(self) -> Word:
        return self._words[self._at]

    def commands(self, depth: int) -> tuple[Piece, ...]:
        found: list[Piece] = []
        while self.word.kind != "end" and not self._is("}"):
            found.append(self._command(depth))
        return tuple(found)

    def _command(self, depth: int) -> Piece:
        name = self._name("A command")
        self._not_deeper(depth)
        arguments = self._arguments()
        tests, has_list = self._tests(depth)
        block: tuple[Piece, ...] | None = None
        if self._takes("{"):
            block = self.commands(depth + 1)
            if not self._takes("}"):
                raise SieveError(name.line, "The { of this command is not closed.")
        elif not self._takes(";"):
            raise SieveError(self.word.line, f"A ; or a block is missing behind {name.text}.")
        return Piece(name.text, name.line, arguments, tests, has_list, block)

    def _test(self, depth: int) -> Piece:
        name = self._name("A test")
        self._not_deeper(depth)
        arguments = self._arguments()
        tests, has_list = self._tests(depth)
        return Piece(name.text, name.line, arguments, tests, has_list)

    def _tests(self, depth: int) -> tuple[tuple[Piece, ...], bool]:
        if self.word.kind == "name":
            return (self._test(depth + 1),), False
        if not self._takes("("):
            return (), False
        found = [self._test(depth + 1)]
        while self._takes(","):
            found.append(self._test(depth + 1))
        if not self._takes(")"):
            raise SieveError(self.word.line, "A , or a ) is missing between tests.")
        return tuple(found), True

    def _arguments(self) -> tuple[Tag | Texts | Number, ...]:
        found: list[Tag | Texts | Number] = []
        while True:
            word = self.word
            if word.kind == "tag":
                found.append(Tag(word.text, word.line))
            elif word.kind == "number":
                found.append(Number(int(word.text), word.line))
            elif word.kind == "string":
                found.append(Texts((word.text,), False, word.line))
            elif self._is("["):
                found.append(self._list())
                continue
            else:
                return tuple(found)
            self._at += 1

    def _list(self) -> Texts:
        line = self.word.line
        self._at += 1
        found: list[str] = []
        while True:
            if self.word.kind != "string":
                raise SieveError(self.word.line, "A list holds strings, with commas between them.")
            found.append(self.word.text)
            self._at += 1
            if self._takes("]"):
                break
            if not self._takes(","):
                raise SieveError(self.word.line, "A , or a ] is missing in a list.")
        if len(found) > MOST_LIST:
            raise SieveError(line, f"A list holds at most {MOST_LIST} strings.")
        return Texts(tuple(found), True, line)

    def _name(self, what: str) -> Word:
        word = self.word
        if word.kind != "name":
            raise SieveError(word.line, f"{what} begins with its name.")
        self._at += 1
        return word

    def _not_deeper(self, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise SieveError(self.word.line, f"Blocks and tests stand in each other at most {MOST_DEPTH} deep.")

    def _is(self, mark: str) -> bool:
        return self.word.kind == "mark" and self.word.text == mark

    def _takes(self, mark: str) -> bool:
        if not self._is(mark):
            return False
        self._at += 1
        return True
