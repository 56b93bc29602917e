# SPDX-License-Identifier: AGPL-3.0-or-later
r"""What a file or folder may be called, so that every client that syncs can keep it.

Refused: what no file system can hold (empty, `.`, `..`, `/`, NUL, over 255 bytes of UTF-8), what XML cannot carry
(control characters, half surrogates, U+FFFE, U+FFFF), what deceives the reader (direction overrides and isolates), and
what Windows can neither open nor delete (`\`, an outer space, a full stop at the end). All else stays as it was
written; `: * ? " < > |` are refused by Windows programs alone and are common on other systems, so they are accepted.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Literal

MAX_BYTES = 255
RESERVED = "Common folders"  # the name under which a person's own address shows the organization's folders

Fault = Literal[
    "empty", "dots", "slash", "backslash", "control", "unpaired", "direction", "too_long", "outer_space", "last_dot"
]

DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NUMBERED = re.compile(r"^(?P<stem>.*) \((?P<number>\d{1,6})\)$", re.DOTALL)
DOUBLE_EXTENSIONS = (".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst")
DIGITS = re.compile(r"(\d+)")


def fault_of(name: str) -> tuple[Fault, str] | None:
    """Why a name cannot be used, with the character in question; none when it can. Expects composed text."""
    if not name.strip():
        return "empty", ""
    if name in (".", ".."):
        return "dots", name
    for character in name:
        if fault := _fault_of_character(character):
            return fault, character
    return _fault_of_ends(name)


def _fault_of_ends(name: str) -> tuple[Fault, str] | None:
    if name != name.strip():
        return "outer_space", " "
    if name.endswith("."):
        return "last_dot", "."
    return ("too_long", "") if len(name.encode()) > MAX_BYTES else None


def _fault_of_character(character: str) -> Fault | None:
    if character == "/":
        return "slash"
    if character == "\\":
        return "backslash"
    if character in DIRECTION:
        return "direction"
    if "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff":
        return "unpaired"
    if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
        return "control"
    return None


def is_reserved(name: str) -> bool:
    """Whether the name is taken at the top of a person's own folder, in any case."""
    return name.casefold() == RESERVED.casefold()


def split_extension(name: str) -> tuple[str, str]:
    """`report.tar.gz` is `report` and `.tar.gz`; `.profile` has no extension."""
    lowered = name.lower()
    for double in DOUBLE_EXTENSIONS:
        if lowered.endswith(double) and len(name) > len(double):
            return name[: -len(double)], name[-len(double) :]
    stem, dot, extension = name.rpartition(".")
    if not stem or not extension or len(extension) > 12 or " " in extension:
        return name, ""
    return stem, dot + extension


def free_name(name: str, taken: Collection[str]) -> str:
    """The name itself, or the first of `name (2).ext`, `name (3).ext`… that differs from all taken, case aside."""
    folded = {other.casefold() for other in taken}
    if name.casefold() not in folded:
        return name
    stem, extension = split_extension(name)
    number = 2
    if found := NUMBERED.match(stem):
        stem, number = found["stem"], int(found["number"]) + 1
    while True:
        tail = f" ({number}){extension}"
        candidate = _cut(stem, MAX_BYTES - len(tail.encode())) + tail
        if candidate.casefold() not in folded:
            return candidate
        number += 1


def _cut(text: str, size: int) -> str:
    """The longest beginning that fits in so many bytes, without half a character or an outer space."""
    return text.encode()[: max(1, size)].decode(errors="ignore").rstrip(" .")


def sort_key(name: str) -> tuple[list[str | int], str]:
    """Order names as people do: case and accents aside, numbers by value; the name itself breaks ties."""
    plain = name.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    parts: list[str | int] = [
        int(part) if part.isdecimal() and len(part) < 19 else part for part in DIGITS.split(plain)
    ]
    # Text and numbers alternate, text first, so that two keys always compare like with like.
    return [part if index % 2 == 0 else _number(part) for index, part in enumerate(parts)], name


def _number(part: str | int) -> int:
    return part if isinstance(part, int) else 10**19


def joined(names: Iterable[str]) -> str:
    """A path for people: names with a slash between."""
    return " / ".join(names)
