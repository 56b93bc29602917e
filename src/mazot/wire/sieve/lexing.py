# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of a script (RFC 5228 section 8.1)."""

import re
from dataclasses import dataclass

from mazot.wire.sieve.faults import MOST_SOURCE, MOST_WORDS, SieveError

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
MOST_NUMBER = (1 << 63) - 1

_WORD = re.compile(
    r"""(?P<blank>[ \t\n]+|\#[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    |(?P<text>text:[ \t]*(?:\#[^\n]*)?\n)
    |(?P<tag>:[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>[0-9]+(?P<unit>[KMGkmg]?)(?![A-Za-z0-9_]))
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<mark>[(){}\[\],;])""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FAULTS = {'"': "A string is not closed.", "/": "A comment is not closed.", ":": "A tag has a name behind its colon."}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its kind (tag, number, name, string, mark, end), what it says, and its line."""

    kind: str
    text: str
    line: int


def words_of(source: str) -> list[Word]:
    """All words of a script, and an end behind them."""
    if len(source.encode("utf-8", "replace")) > MOST_SOURCE:
        raise SieveError(1, f"A script has at most {MOST_SOURCE} bytes.")
    text = source.replace("\r\n", "\n").removeprefix("\ufeff")
    if "\0" in text:
        raise SieveError(text.count("\n", 0, text.index("\0")) + 1, "A script has no NUL in it.")
    found: list[Word] = []
    at, line = 0, 1
    while at < len(text):
        match = _WORD.match(text, at)
        if match is None:
            raise SieveError(line, _FAULTS.get(text[at], f"{text[at]!r} has no meaning here."))
        end = match.end()
        if match.lastgroup == "text":
            content, end = _lines(text, end, line)
            found.append(Word("string", content, line))
        elif match.lastgroup != "blank":
            found.append(_word(match, line))
        if len(found) > MOST_WORDS:
            raise SieveError(line, f"A script has at most {MOST_WORDS} words.")
        line += text.count("\n", at, end)
        at = end
    return [*found, Word("end", "", line)]


def _word(match: re.Match[str], line: int) -> Word:
    kind, text = match.lastgroup or "", match.group()
    if kind == "string":
        return Word("string", _ESCAPED.sub(r"\1", text[1:-1]).replace("\n", "\r\n"), line)
    if kind in ("number", "unit"):
        unit = match["unit"].upper()
        digits = text.rstrip("KMGkmg")
        number = int(digits) * UNITS[unit] if len(digits) < 20 else MOST_NUMBER + 1
        if number > MOST_NUMBER:
            raise SieveError(line, f"A number is at most {MOST_NUMBER}.")
        return Word("number", str(number), line)
    return Word(kind, text.lower() if kind in ("tag", "name") else text, line)


def _lines(text: str, at: int, line: int) -> tuple[str, int]:
    """The lines of a `text:` up to its lonely dot, and where the script goes on; of two dots at the start one goes."""
    found: list[str] = []
    while True:
        end = text.find("\n", at)
        told = text[at:] if end < 0 else text[at:end]
        if told == ".":
            return "".join(f"{one}\r\n" for one in found), len(text) if end < 0 else end + 1
        if end < 0:
            raise SieveError(line, "A text: ends with a line that is a dot.")
        found.append(told[1:] if told.startswith(".") else told)
        at = end + 1
