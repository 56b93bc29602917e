# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands for something else in a string: variables (RFC 5229), letters by number (RFC 5228 section 2.4.2.4)."""

import re
from collections.abc import Callable
from urllib.parse import quote

from mazot.wire.sieve.faults import MOST_TEXT, SieveError

LONGEST_NAME = 64

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(r"\$\{((?:[A-Za-z_][A-Za-z0-9_]*\.)*(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]{1,9}))\}")
# A blank stands between two numbers: else there would be many ways to read one run of digits, and each would be tried.
_HEX = re.compile(
    r"\$\{hex:[ \t\r\n]*([0-9a-f]{1,2}(?:[ \t\r\n]+[0-9a-f]{1,2})*)[ \t\r\n]*\}", re.IGNORECASE | re.ASCII
)
_UNICODE = re.compile(
    r"\$\{unicode:[ \t\r\n]*([0-9a-f]{1,12}(?:[ \t\r\n]+[0-9a-f]{1,12})*)[ \t\r\n]*\}", re.IGNORECASE | re.ASCII
)
_WILD = re.compile(r"([*?\\])")
_PATTERN = re.compile(r"([.\\+*?\[^\]$(){}=!<>|:#/-])")

# The higher number goes first (RFC 5229 section 4.1).
PRECEDENCE = {
    ":lower": 40,
    ":upper": 40,
    ":lowerfirst": 30,
    ":upperfirst": 30,
    ":quotewildcard": 20,
    ":quoteregex": 20,
    ":encodeurl": 15,
    ":length": 10,
}
MODIFIERS: dict[str, Callable[[str], str]] = {
    ":lower": str.lower,
    ":upper": str.upper,
    ":lowerfirst": lambda value: value[:1].lower() + value[1:],
    ":upperfirst": lambda value: value[:1].upper() + value[1:],
    ":quotewildcard": lambda value: _WILD.sub(r"\\\1", value),
    ":quoteregex": lambda value: _PATTERN.sub(r"\\\1", value),
    ":encodeurl": lambda value: quote(value, safe="-._~"),
    ":length": lambda value: str(len(value)),
}


def is_constant(text: str) -> bool:
    """Whether a string says the same on every letter."""
    return _REFERENCE.search(text) is None


def name_fault(name: str) -> str:
    """Why a variable cannot be called so; empty when it can."""
    if not _NAME.fullmatch(name):
        return f'A variable is not called "{name[:LONGEST_NAME]}".'
    return f"The name of a variable has at most {LONGEST_NAME} letters." if len(name) > LONGEST_NAME else ""


def expanded(text: str, value_of: Callable[[str], str]) -> str:
    """A string with its variables put in, cut where it grows too long."""
    if "${" not in text:
        return text
    pieces: list[str] = []
    at = length = 0
    for found in _REFERENCE.finditer(text):
        for piece in (text[at : found.start()], value_of(found[1].lower())):
            pieces.append(piece[: MOST_TEXT - length])
            length += len(pieces[-1])
        at = found.end()
        if length >= MOST_TEXT:  # before it is whole: a thousand variables may be a gigabyte
            break
    return "".join([*pieces, text[at:]])[:MOST_TEXT]


def modified(value: str, modifiers: tuple[str, ...]) -> str:
    for name in sorted(modifiers, key=lambda one: -PRECEDENCE[one]):
        value = MODIFIERS[name](value)
    return value[:MOST_TEXT]


def characters(text: str, line: int) -> str:
    """A string with its `${hex:…}` and `${unicode:…}` put in; what is not well formed stays as it is."""
    if "${" not in text:
        return text
    text = _HEX.sub(lambda found: bytes(int(one, 16) for one in found[1].split()).decode("utf-8", "replace"), text)
    return _UNICODE.sub(lambda found: "".join(_letter(one, line) for one in found[1].split()), text)


def _letter(told: str, line: int) -> str:
    number = int(told, 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise SieveError(line, f"There is no letter of the number {told}.")
    return chr(number)
